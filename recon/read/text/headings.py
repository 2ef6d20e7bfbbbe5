"""Groups within a table: headings and totals that reports write into a first column without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.read.header import BLANK
from recon.read.raw import keep_rows, name_column

if TYPE_CHECKING:
    from recon.read.raw import Raw

TOTAL = r"(?i)^(?:grand\s+)?total\b"


def without_groups(raw: Raw) -> tuple[Raw, tuple[str, ...]]:
    """Return `raw` without the lines that are a group's heading (nothing else stands on them) or total, and a note.

    Where a nameless column holds anything else, nothing is taken away: it is refused.
    """
    texts = raw.frame.with_columns(pl.all().str.strip_chars(BLANK).replace("", None))
    nameless = [name_column(at) for at, name in enumerate(raw.header) if not name]
    named = [name_column(at) for at, name in enumerate(raw.header) if name]
    if not nameless or not named:
        return raw, ()
    said = pl.coalesce(nameless)
    group = pl.all_horizontal(pl.col(named).is_null()) | said.str.contains(TOTAL)
    marks = texts.select(said=said.is_not_null(), group=(said.is_not_null() & group).fill_null(value=False))
    count = int(marks["group"].sum())
    if not count or count < int(marks["said"].sum()):
        return raw, ()
    return keep_rows(raw, ~marks["group"]), (f"{count} headings and totals of groups are not read",)
