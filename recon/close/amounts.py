"""Exact products of columns of a frame, as EXACT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, group_sums, in_parts, quotient

if TYPE_CHECKING:
    from collections.abc import Sequence


def product(frame: pl.DataFrame, name: str, tops: Sequence[str], bottom: str | None = None) -> pl.DataFrame:
    """Add `name`: the columns `tops` multiplied, over `bottom`; null where one of them is, or `bottom` is 0.

    `frame` has `source` and `row`. Raises SourceError for a row past 37 digits.
    """
    placed = frame.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    return in_parts(placed, "at", lambda part: part.with_columns(_product(part, tops, bottom).alias(name))).drop("at")


def _product(frame: pl.DataFrame, tops: Sequence[str], bottom: str | None) -> pl.Series:
    first, *others = (Exact.of(frame[column]) for column in tops)
    for other in others:
        first *= other
    return first.decimal() if bottom is None else quotient(first, Exact.of(frame[bottom]))


def summed(frame: pl.DataFrame, by: Sequence[str], *columns: str) -> pl.DataFrame:
    """Return one row per `by` with the exact sums of decimal columns, and how many `lines` there were."""
    counts = frame.group_by(list(by)).agg(lines=pl.len().cast(pl.Int64))
    return counts.join(group_sums(frame, list(by), *columns), on=list(by), nulls_equal=True)
