"""Wording: the numbers, names and turns of phrase that messages are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.tables import NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = sorted(set(MINOR_UNITS.values()))


def plain(column: str) -> pl.Expr:
    """Return a decimal as text in plain notation without trailing zeros."""
    return pl.col(column).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def number(column: str) -> pl.Expr:
    """Return a decimal as people read it, all its digits, grouped by thousands: `1,234.5`."""
    return _grouped(plain(column))


def money(column: str, currency: str = "currency") -> pl.Expr:
    """Return an amount as people read it: half away from zero at the currency's minor unit, with the code: `1,234.50 EUR`."""
    text = _by_places(currency, lambda digits: _fixed(column, digits))
    return pl.format("{} {}", _grouped(text), pl.col(currency).fill_null(NO_CURRENCY))


def exact_money(column: str) -> pl.Expr:
    """Return an amount as `money` does where that is all of it, else with all its digits: a variance may be less than a cent."""
    is_all = _by_places("currency", lambda digits: _rounded(column, digits) == pl.col(column))
    whole = pl.format("{} {}", number(column), pl.col("currency").fill_null(NO_CURRENCY))
    return pl.when(is_all).then(money(column)).otherwise(whole)


def _by_places(currency: str, each: Callable[[int], pl.Expr]) -> pl.Expr:
    """Return what `each` makes of the decimal places of each row's currency: 2 where it is not known."""
    places = pl.col(currency).replace_strict(dict(MINOR_UNITS), default=2, return_dtype=pl.Int64)
    chosen: pl.Expr = pl.lit(None)
    for digits in PLACES:
        chosen = pl.when(places == digits).then(each(digits)).otherwise(chosen)
    return chosen


def _rounded(column: str, digits: int) -> pl.Expr:
    return pl.col(column).round(digits, mode="half_away_from_zero")


def _fixed(column: str, digits: int) -> pl.Expr:
    text = _rounded(column, digits).cast(pl.String)
    return text.str.replace(rf"^(-?[0-9]+\.[0-9]{{{digits}}}).*$", "${1}").str.strip_chars_end(".")


def _grouped(text: pl.Expr) -> pl.Expr:
    turned = text.str.extract(r"^-?([0-9]+)").str.reverse().str.replace_all(r"([0-9]{3})", "${1},")
    whole = turned.str.strip_chars_end(",").str.reverse()
    return pl.concat_str(text.str.extract("^(-?)"), whole, text.str.extract(r"^-?[0-9]+(.*)$"))


def told(column: str, otherwise: str) -> pl.Expr:
    """Return a text column, and what is said where there is none."""
    return pl.col(column).fill_null(otherwise)


def by_rule(column: str = "tolerance") -> pl.Expr:
    """Return the limit and the rule that gave it."""
    named = pl.format("limit {} by rule {}", pl.coalesce(number("limit"), pl.lit("none")), pl.col(column))
    return (
        pl.when(pl.col(column).is_not_null())
        .then(named)
        .otherwise(pl.format("limit {}, no rule gives another", pl.coalesce(number("limit"), pl.lit("0"))))
    )


def item() -> pl.Expr:
    """Return what was ordered: by item, else as described."""
    named = pl.format("item {}", pl.col("item"))
    return pl.coalesce(named, pl.format('"{}"', pl.col("description")), pl.lit("this order line"))


def order() -> pl.Expr:
    """Return the order line."""
    return pl.format("order {}/{}", told("po_number", "?"), told("po_line", "?"))


AT_RISK = money("amount_at_risk")
RECEIPTS = (
    pl.when(pl.col("receipt_numbers").is_null())
    .then(pl.lit("no receipts"))
    .otherwise(pl.format("receipts {}", "receipt_numbers"))
)
SIGN = pl.coalesce("sign", pl.col("variance").sign().cast(pl.Int8))
BIGGER = pl.when(SIGN > 0).then(pl.lit("more")).otherwise(pl.lit("less"))
SIZE = number("variance").str.strip_prefix("-")
SIZE_OF_MONEY = exact_money("variance").str.strip_prefix("-")
CHARGE = told("line_type", "charge").str.to_titlecase()
DETAIL = told("detail", "")
AHEAD = pl.col("before").fill_null(0) != 0
IN_ALL = pl.when(AHEAD).then(pl.format(" in all, {} before this line", number("before"))).otherwise(pl.lit(""))
SHARED = pl.col("part") != pl.col("variance")
OF_THEM = pl.when(SHARED).then(pl.format(", {} of them on this line", number("part"))).otherwise(pl.lit(""))
OF_BILLED = (
    pl.when(pl.col("part") != pl.col("actual"))
    .then(pl.format("{} on this line{}, ", number("part"), DETAIL))
    .otherwise(pl.lit(""))
)
TOO_MANY = pl.format("{} too many{}{}, {} at risk", number("variance"), DETAIL, OF_THEM, AT_RISK)
AMOUNT_AHEAD = pl.when(AHEAD).then(pl.format(", {} before this line,", money("before"))).otherwise(pl.lit(""))
OF_IT = pl.when(SHARED).then(pl.format(", {} of it on this line", money("part"))).otherwise(pl.lit(""))
TOO_MUCH = pl.format("{} too much{}{}", money("variance"), DETAIL, OF_IT)
DAYS = pl.format("{} {}", SIZE, pl.when(pl.col("variance").abs() == 1).then(pl.lit("day")).otherwise(pl.lit("days")))
