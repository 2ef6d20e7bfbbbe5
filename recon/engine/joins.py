"""Joins: columns put on lines by an id. Lines have a hundred columns, and a join would copy each of them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import cast

import polars as pl

from recon.engine.wholes import FEW

_SPARSE = 4
"""Where less than one row of so many is kept, to take each is quicker than to ask of all."""


def with_columns_of(lines: pl.DataFrame, found: pl.DataFrame, on: str) -> pl.DataFrame:
    """Return `lines` with the other columns of `found`, which has each value of `on` at most once; null where it has none."""
    if found.is_empty():  # most of what is looked for in a small ledger is not there
        others = ((name, dtype) for name, dtype in found.schema.items() if name != on)
        return lines.hstack([constant(None, lines.height, dtype).alias(name) for name, dtype in others])
    ids, theirs = lines.get_column(on), without(found, on)
    if ids.equals(
        found.get_column(on), check_dtypes=True, null_equal=False
    ):  # what is found of all of them, in their order
        return lines.hstack(theirs)
    if ids.len() + found.height <= FEW:
        return lines.hstack(theirs[_places(ids, found.get_column(on))])
    if _are_places(ids, found.get_column(on)):  # a seventh of what a join costs where some ids are null
        return lines.hstack(theirs[ids.cast(pl.UInt32)])
    beside = ids.to_frame().join(found, on=on, how="left", maintain_order="left")
    return lines.hstack(beside.get_columns()[1:])


def _places(ids: pl.Series, among_: pl.Series) -> pl.Series:
    """Return where the ids stand among others (null: nowhere). For few, a third of what a join costs."""
    places = {id_: place for place, id_ in enumerate(among_.to_list()) if id_ is not None}
    return pl.Series([places.get(id_) for id_ in ids.to_list()], dtype=pl.UInt32)


def _are_places(ids: pl.Series, all_: pl.Series) -> bool:
    """Whether the ids are row numbers of what is found, as they are of a whole table."""
    if not (all_.dtype.is_integer() and ids.dtype.is_integer()) or all_[0] != 0 or all_[-1] != all_.len() - 1:
        return False
    most = cast("int", ids.max() or 0)
    return most < all_.len() and all_.equals(pl.int_range(all_.len(), dtype=pl.Int64, eager=True))


def without(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Return the other columns. `drop` and `select` ask the engine, which takes ten times as long, however few rows there are."""
    return only(frame, [column for column in frame.columns if column not in names])


def only(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return these columns: what `frame[names]` does, which first looks at each name to find what is meant by it."""
    return pl.DataFrame._from_pydf(frame._df.select(names))  # noqa: SLF001 -- a twentieth of the smallest match is that


def where(lines: pl.DataFrame, holds: pl.Expr | pl.Series) -> pl.DataFrame:
    """Return the rows where it holds. Most that is asked holds of all or of none, and then no column is gone through.

    Few rows are taken by their places: a filter asks the engine, and goes through each column. They are in one chunk: a
    filter by a column leaves chunks without rows, and Polars panics where such a one is formatted.
    """
    held = lines.select(holds).to_series() if isinstance(holds, pl.Expr) else holds
    count = held.sum()
    if not count:
        return lines.clear()
    if count * _SPARSE < held.len():
        return lines[held.arg_true()]
    return (lines if count == held.len() else lines.filter(held)).rechunk()


def among(column: str, ids: pl.Series) -> pl.Expr:
    """Return whether a column's value is one of these."""
    return pl.col(column).is_in(pl.lit(ids).implode())


def with_rows_of(lines: pl.DataFrame, at: pl.Series, told: pl.DataFrame) -> pl.DataFrame:
    """Return `lines` with the columns of `told` where `at` is true, row by row; most often that is of few rows."""
    places = at.arg_true()
    return lines.with_columns(lines.get_column(c).scatter(places, told.get_column(c)) for c in told.columns)


def rows_of(lines: pl.DataFrame, ids: pl.Series, by: str = "line_id") -> pl.DataFrame:
    """Return the rows of `lines`, sorted by the id `by`, that have the ids; each of them is there."""
    return lines.clear() if ids.is_empty() else lines[lines[by].search_sorted(ids)]


def constant(value: object, height: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Return a column of one value."""
    return _single(value, dtype).new_from_index(0, height)


@cache
def _single(value: object, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    if isinstance(value, Decimal):  # as text: see literals.py
        return pl.Series([f"{value:f}"]).cast(dtype)
    return pl.Series([value], dtype=dtype)


def equal_to(column: pl.Series, value: str) -> pl.Series:
    """Return where a column surely is this; most that are asked have no value anywhere."""
    if column.null_count() == column.len():
        return constant(False, column.len(), pl.Boolean)
    return surely(column == value)


def surely(holds: pl.Series) -> pl.Series:
    """Return where something holds, as false where that is not known."""
    return holds.fill_null(value=False) if holds.null_count() else holds


def known(column: pl.Series) -> pl.Series:
    """Return where a column has a value; most have one everywhere or nowhere, which is known without looking."""
    nulls = column.null_count()
    return column.is_not_null() if 0 < nulls < column.len() else constant(nulls == 0, column.len(), pl.Boolean)
