"""Memory of one's own, for what is kept of much."""

from __future__ import annotations

import gc
from io import BytesIO

import polars as pl

from recon.engine.wholes import FEW

_USUAL = (700, 10, 10)


def let_go_soon() -> None:
    """Look for garbage as often as Python does by itself, however rarely a small run was told to: 30 MiB of a million lines."""
    gc.set_threshold(*_USUAL)


def detached(frame: pl.DataFrame) -> pl.DataFrame:
    """Return an equal frame that keeps no other alive.

    A few rows of many share their text with all of them, which stays in memory as long as they do; writing them down and
    reading them again leaves the rest behind.
    """
    written = BytesIO()
    frame.write_ipc(written)
    written.seek(0)
    return pl.read_ipc(written)


def without_repeats(frame: pl.DataFrame) -> pl.DataFrame:
    """Return an equal frame whose columns without any value, or of one value, are that once, however many rows there are.

    Most exports fill half of the columns there are, some with one value throughout; each would be copied whenever rows are taken.
    """
    told = (pl.lit(column.head(1)).first() for column in frame.iter_columns() if _is_one(column))
    return frame.with_columns(told)


def one_value(column: pl.Series) -> bool:
    """Return whether a column of several rows has one value throughout; lists are not looked into."""
    if column.len() < 2 or column.null_count() or column.dtype.is_nested() or column.item(0) != column.item(-1):
        return False
    return bool((column == column.head(1)).all())


def _is_one(column: pl.Series) -> bool:
    return column.null_count() == column.len() or (column.len() > FEW and one_value(column))
