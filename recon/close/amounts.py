"""Exact products and sums of columns of a frame, and amounts in the base currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.cut import booked
from recon.currencies import MINOR_UNITS
from recon.engine.exact import Exact, quotient
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.rates import with_rate

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


def summed_if_known(frame: pl.DataFrame, by: Sequence[str], *columns: str) -> pl.DataFrame:
    """Return `summed`, but null where one of the numbers is: a sum without it would look whole."""
    sums = summed(frame, by, *columns)
    known = frame.group_by(list(by)).agg(
        pl.col(column).is_not_null().all().alias(f"{column} known") for column in columns
    )
    joined = sums.join(known, on=list(by), nulls_equal=True)
    return joined.with_columns(pl.when(f"{column} known").then(column).alias(column) for column in columns).select(
        sums.columns
    )


def at_rate(frame: pl.DataFrame, rates: pl.DataFrame, base_currency: str, day: str | pl.Expr) -> pl.DataFrame:
    """Add `rate`: that of each row's `currency` on its `day`, null where none is known."""
    dated = frame.with_columns(day=day).with_row_index("at")
    return with_rate(dated, rates, base_currency, "day", "at").drop("at", "day")


def in_base(frame: pl.DataFrame, rates: pl.DataFrame, base_currency: str, table: str) -> pl.DataFrame:
    """Add `booked_on`, `rate` and `base_amount`: `open_amount` at the rate of the day on which the row of `table` was booked."""
    dated = frame.with_columns(booked_on=booked(table))
    return product(at_rate(dated, rates, base_currency, "booked_on"), "base_amount", ["open_amount", "rate"])


def in_minor_units(column: str, currency: str | pl.Expr) -> pl.Expr:
    """Return an amount rounded half away from zero to the minor unit of its currency: to 0, 2 or 3 places."""
    named = pl.col(currency) if isinstance(currency, str) else currency
    places = named.replace_strict(MINOR_UNITS, default=2, return_dtype=pl.Int64)
    rounded = pl.col(column)
    for count in sorted(set(MINOR_UNITS.values())):
        exact = pl.col(column).round(count, mode="half_away_from_zero")
        rounded = pl.when(places == count).then(exact).otherwise(rounded)
    return rounded.cast(EXACT)
