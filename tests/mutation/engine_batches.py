"""Engine against oracle on some fixed batches of ledgers: in little time most mutants differ. For tests.mutation only."""

from __future__ import annotations

from random import Random

import pytest

from tests.kit.batches import random_batch
from tests.oracle.agreement import differences


@pytest.mark.parametrize("seed", range(12))
def test_engine_and_oracle_agree(seed):
    batch = random_batch(Random(f"mutants {seed}"), 40, version=2)
    assert differences(batch.whole, batch.parts) == []
