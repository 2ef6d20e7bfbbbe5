"""Quick proofs about a column of cells as read: that none needs trimming or other care, that all are whole numbers."""

from __future__ import annotations

import polars as pl

SAMPLE_ROWS = 1_000
FEW = 200
UNTIDY = r"[\x00-\x1f\x7f]|^[^!-~]|[^!-~]$|^$"
"""Control characters, blanks around, nothing at all; also names that begin or end beyond ASCII, which is no harm."""
UNTIDY_ID = rf"{UNTIDY}|\+|\.0$"
"""And what spreadsheets do to an identifier: `4500012345.0`, `4.50001E+09`."""


def is_tidy(cells: pl.Series, identifier: bool) -> bool:
    """Return whether no cell of a text column needs care; where it is quicker, by its different values only."""
    sample = cells.head(SAMPLE_ROWS)
    if looks_whole(sample) and cells.cast(pl.Int64, strict=False).null_count() == cells.null_count():
        return True
    if sample.n_unique() < FEW:
        cells = cells.unique()
    return not cells.str.contains(UNTIDY_ID if identifier else UNTIDY).any()


def looks_whole(cells: pl.Series) -> bool:
    """Return whether the first cells are whole numbers (digits with an optional sign), or null."""
    sample = cells.head(SAMPLE_ROWS)
    return sample.cast(pl.Int64, strict=False).null_count() == sample.null_count()
