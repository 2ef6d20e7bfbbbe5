"""A column that counts the lines of each document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import position
from recon.read.header import BLANK

if TYPE_CHECKING:
    from recon.draft.look.inspection import Inspection

FIRST_LINE = 100


def numbers_lines(one: Inspection, name: str, document: str) -> bool:
    """Return whether a column tells the rows of one document apart, by numbers that begin low."""
    at, whole = position(one, name), position(one, document)
    if one.raw is None or at is None or whole is None:
        return False
    cells = one.raw.frame.select(pl.nth(whole).alias("document"), pl.nth(at).str.strip_chars(BLANK).alias("line"))
    short = cells["line"].str.contains(r"^0*[0-9]{1,4}$").fill_null(value=False)
    return bool(short.all()) and not cells.is_duplicated().any() and _starts_low(cells)


def _starts_low(cells: pl.DataFrame) -> bool:
    first = cells.group_by("document").agg(pl.col("line").cast(pl.Int64, strict=False).min())["line"]
    return first.n_unique() <= 2 and bool((first <= FIRST_LINE).all())
