"""Live equals batch: in whatever order documents come, how often and in how many pieces."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from recon.store.live import Live
from tests.kit.live import assert_holds, assert_live_is_batch, catch_up, documents, hostile, new_store
from tests.kit.random_ledgers import random_ledger

pytest.importorskip("cryptography")


def converges(folder, seed):
    dice = Random(seed)
    ledger = replace(random_ledger(dice, version=2), as_of=None)
    store = new_store(folder)
    for event in hostile(documents(ledger), dice):
        store.accept([event], "2026-01-05T10:00:00.000+00:00")
    catch_up(store, Live(store.state, store.keys, ledger.rules), dice)
    assert_holds(store, ledger)
    assert_live_is_batch(store, ledger.rules)
    store.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_live_is_batch_whatever_the_order_of_arrival(tmp_path, seed):
    converges(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_live_is_batch_on_many_ledgers(tmp_path, seed):
    converges(tmp_path, seed)
