"""A large ledger's month-end: what is read some at a time and waits on disk comes to what it does at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from polars.testing import assert_frame_equal

from recon import load_rules, read_sources
from recon.close.month_end import month_end
from recon.ledger import batches
from recon.read import sources as reading
from recon.rules.close import Account, Close
from recon.run import month_end as job
from recon.run.month_end_large import closed_on_disk
from recon.shipped import shipped

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
CLOSE = Close(accounts=(Account("all", "380100", "610000"),))


@pytest.mark.parametrize(
    ("name", "period", "rule"), [("october/rules.yaml", OCTOBER, None), ("rules.yaml", MARCH, CLOSE)]
)
def test_what_waits_on_disk_closes_the_same(tmp_path, monkeypatch, name, period, rule):
    """Some rows at a time: documents are put together again whatever block or batch their lines came in."""
    rules = load_rules(shipped("sample_data") / name)
    rules = replace(rules, close=rule or rules.close)
    at_once = month_end(read_sources(rules), rules, period)
    monkeypatch.setattr(reading, "BLOCK_BYTES", 600)
    monkeypatch.setattr(batches, "BATCH_ROWS", 10)
    on_disk = job.frames_of(closed_on_disk(rules, period, tmp_path))
    for frame_name, frame in job.frames_of(at_once).items():
        assert_frame_equal(on_disk[frame_name], frame)
