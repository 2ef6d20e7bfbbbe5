"""Wording: how numbers, amounts and names are written in messages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.engine.changed_where import changed_where
from recon.engine.exact import EXACT_SCALE
from recon.kinds import NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST = 38 - EXACT_SCALE
"""Digits before the point of the longest number there is."""
_GROUPS = -(-_MOST // 3)
_UNPARTED = "^-?[0-9]{4}"


def with_places(found: pl.DataFrame) -> pl.DataFrame:
    """Add `places`, which amounts need to be told: how many decimals each row's currency has, 2 where it is not known."""
    return found.with_columns(_places())


@cache
def _places() -> pl.Expr:
    known = pl.col("currency").replace_strict(dict(MINOR_UNITS), default=2, return_dtype=pl.Int64)
    return known.alias("places")


def plain(column: str) -> pl.Expr:
    """Return a decimal as text in plain notation without trailing zeros."""
    return pl.col(column).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def number(column: str) -> pl.Expr:
    """Return a decimal as people read it, all its digits, grouped by thousands: `1,234.5`."""
    return _grouped(plain(column))


def money(column: str) -> pl.Expr:
    """Return an amount as people read it: half away from zero at the currency's minor unit, with the code: `1,234.50 EUR`, of no currency `1,234.50`."""
    text = _rounded(column).cast(pl.String).str.head(pl.col("places") - EXACT_SCALE).str.strip_chars_end(".")
    return _in_currency(_grouped(text))


def size(column: str) -> pl.Expr:
    """Return an amount as `money` does, without its sign."""
    return money(column).str.strip_prefix("-")


def exact_money(column: str) -> pl.Expr:
    """Return an amount as `money` does where that is all of it, else with all its digits: a variance may be less than a cent."""
    whole = _in_currency(number(column))
    return pl.when(_rounded(column) == pl.col(column)).then(money(column)).otherwise(whole)


def _in_currency(amount: pl.Expr) -> pl.Expr:
    known = pl.col("currency").is_not_null() & (pl.col("currency") != NO_CURRENCY)
    return pl.when(known).then(pl.format("{} {}", amount, "currency")).otherwise(amount)


def _rounded(column: str) -> pl.Expr:
    """Return an amount at the minor unit of its currency."""
    chosen: pl.Expr = pl.lit(None)
    for places in sorted(set(MINOR_UNITS.values())):
        rounded = pl.col(column).round(places, mode="half_away_from_zero")
        chosen = pl.when(pl.col("places") == places).then(rounded).otherwise(chosen)
    return chosen


def _grouped(text: pl.Expr) -> pl.Expr:
    """Return a number in plain notation with its thousands apart."""
    return changed_where(text, _UNPARTED, lambda more: changed_where(_parted(more), _UNPARTED, _all_parted))


def _parted(text: pl.Expr) -> pl.Expr:
    """Put a comma before the last three of the digits that stand before the first: `1234567.8` is `1234,567.8`, then `1,234,567.8`."""
    return text.str.replace("^(-?[0-9]+)([0-9]{3})", "${1},${2}")


def _all_parted(text: pl.Expr) -> pl.Expr:
    for _ in range(_GROUPS - 2):  # one is there; what needs no more stays as it is
        text = _parted(text)
    return text


def title(column: str) -> pl.Expr:
    """Return a word as it begins a sentence: `Freight`."""
    return pl.col(column).str.to_titlecase()


def is_given(column: str) -> pl.Expr:
    """Return whether there is a value."""
    return pl.col(column).is_not_null()


KINDS: Mapping[str, Callable[[str], pl.Expr]] = {
    "text": lambda column: pl.col(column).cast(pl.String),
    "title": title,
    "number": number,
    "money": money,
    "size": size,
    "exact": exact_money,
}
"""Kind of a piece of a sentence -> how a column of it is written."""
