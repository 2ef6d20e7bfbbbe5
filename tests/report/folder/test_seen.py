"""`first_seen.json`: what is written is read again; what people damaged tells nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from recon.report.folder.seen import SEEN, read_seen, write_seen

if TYPE_CHECKING:
    from pathlib import Path

EARLIER, LATER = date(2026, 1, 31), date(2026, 2, 28)


def test_subjects_stand_sorted_under_their_days(tmp_path: Path) -> None:
    seen = pl.DataFrame({"subject_id": ["S-2", 'S-"1"', "S-3"], "first_seen": [LATER, LATER, EARLIER]})
    write_seen(tmp_path, seen)
    expected = '{"2026-01-31": [\n"S-3"\n],\n"2026-02-28": [\n"S-\\"1\\"",\n"S-2"\n]}\n'
    assert (tmp_path / SEEN).read_text(encoding="utf-8") == expected
    assert read_seen(tmp_path) == dict(seen.rows())


@pytest.mark.parametrize("text", ["", "[]", '{"soon": ["S-1"]}', '{"2026-01-31": null}'])
def test_what_cannot_be_read_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / SEEN).write_text(text, encoding="utf-8")
    assert read_seen(tmp_path) is None


def test_a_run_that_found_nothing_is_a_run(tmp_path: Path) -> None:
    write_seen(tmp_path, pl.DataFrame(schema={"subject_id": pl.String, "first_seen": pl.Date}))
    assert read_seen(tmp_path) == {}
