"""A large ledger's month-end: what waits on disk and is put together again is what was matched at once."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from recon import load_rules, read_sources
from recon.close.month_end import month_end
from recon.run import month_end as job
from recon.run import month_end_large
from recon.shipped import shipped

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize("rows", [2, 250_000])
def test_lines_that_wait_on_disk_close_the_same(tmp_path, monkeypatch, rows):
    """Two rows at a time, too: documents are put together again whatever block their lines came in."""
    monkeypatch.setattr(month_end_large, "BLOCK_ROWS", rows)
    rules = load_rules(shipped("sample_data") / "october" / "rules.yaml")
    sources = read_sources(rules)
    match = partial(month_end_large.matched_on_disk, folder=tmp_path)
    one, other = month_end(sources, rules, OCTOBER), month_end(sources, rules, OCTOBER, match)
    for name, frame in job.frames_of(one).items():
        assert_frame_equal(frame, getattr(other, name))
    assert list(Path(tmp_path).iterdir()) == []
