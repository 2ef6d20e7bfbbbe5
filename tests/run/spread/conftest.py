"""A ledger, and what one process makes of it."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.ledger import write_ledger
from recon.review.decision import COLUMNS
from tests.kit.spread import done


@pytest.fixture(scope="session")
def ledger(tmp_path_factory):
    """Return a ledger of 2,000 order lines, the report of one process, and a decision on its first finding."""
    folder = tmp_path_factory.mktemp("ledger")
    write_ledger(2_000, folder)
    done(folder, "plain")
    first = pl.read_parquet(folder / "plain" / "discrepancies.parquet").row(0, named=True)
    kept = {"about": "finding", "id": first["subject_id"], "code": first["code"], "decision": "pay", "reason": "agreed"}
    kept |= {"facts_id": first["discrepancy_id"], "decided_by": "ana", "decided_on": "2026-01-31T10:00:00+00:00"}
    rows = [",".join(COLUMNS), ",".join(kept.get(name, "") for name in COLUMNS)]
    (folder / "decisions.csv").write_text("\n".join(rows) + "\n")
    done(folder, "one")
    return folder
