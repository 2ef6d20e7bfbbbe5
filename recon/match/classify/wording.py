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
    return changed_where(text, "^-?[0-9]{4}", _in_thousands)


def _in_thousands(text: pl.Expr) -> pl.Expr:
    groups = text.str.extract("^-?([0-9]+)").str.zfill(3 * _GROUPS)
    apart = ",".join(f"${{{n}}}" for n in range(1, _GROUPS + 1))
    whole = groups.str.replace("^" + "(...)" * _GROUPS + "$", apart).str.strip_chars_start("0,")
    return pl.concat_str(text.str.extract("^(-?)"), whole, text.str.extract("^-?[0-9]+(.*)$"))


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
