"""Joins: columns put on lines by an id. Lines have a hundred columns, and a join would copy each of them."""

from __future__ import annotations

import polars as pl


def with_columns_of(lines: pl.DataFrame, found: pl.DataFrame, on: str) -> pl.DataFrame:
    """Return `lines` with the other columns of `found`, which has each value of `on` at most once; null where it has none."""
    if found.is_empty():  # most of what is looked for in a small ledger is not there
        others = ((name, dtype) for name, dtype in found.schema.items() if name != on)
        return lines.hstack([constant(None, lines.height, dtype).alias(name) for name, dtype in others])
    beside = lines.get_column(on).to_frame().join(found, on=on, how="left", maintain_order="left")
    return lines.hstack(beside.get_columns()[1:])


def rows_of(lines: pl.DataFrame, ids: pl.Series, by: str = "line_id") -> pl.DataFrame:
    """Return the rows of `lines`, sorted by the id `by`, that have the ids; each of them is there."""
    return lines.clear() if ids.is_empty() else lines[lines[by].search_sorted(ids)]


def constant(value: object, height: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Return a column of one value."""
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def known(column: pl.Series) -> pl.Series:
    """Return where a column has a value; most have one everywhere or nowhere, which is known without looking."""
    nulls = column.null_count()
    return column.is_not_null() if 0 < nulls < column.len() else constant(nulls == 0, column.len(), pl.Boolean)
