"""Columns carried through: texts in one column while the lines are matched, and themselves again after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.tables import Table

CARRIED = "carried: "
"""Whatever a carried column is called, it is none of ours while it stands in this one."""


def carried(columns: Iterable[str], table: Table) -> list[str]:
    """Return the columns that are not the table's, in order."""
    return [name for name in columns if name not in table.columns]


def set_aside(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return `frame` with all columns that are not the table's in one, CARRIED: a list of their texts."""
    names = carried(frame.columns, table)
    if not names:
        return frame
    return frame.select(*table.columns, pl.concat_list(pl.col(name).cast(pl.String) for name in names).alias(CARRIED))


def put_back(frame: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return `frame` with the columns (name -> type) that `set_aside` put into one, where that one stood."""
    if CARRIED not in frame.columns:
        return frame
    texts = pl.col(CARRIED)
    own = [
        _typed(texts.list.get(at, null_on_oob=True), dtype).alias(name)
        for at, (name, dtype) in enumerate(columns.items())
    ]
    at = frame.columns.index(CARRIED)
    return frame.select(*frame.columns[:at], *own, *frame.columns[at + 1 :])


def _typed(text: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return text == "true" if dtype == pl.Boolean else text.cast(dtype)
