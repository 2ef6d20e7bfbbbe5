"""Wording: the numbers, names and turns of phrase that messages are made of."""

from __future__ import annotations

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.engine.changed_where import changed_where
from recon.engine.exact import EXACT_SCALE
from recon.tables import NO_CURRENCY

_MOST = 38 - EXACT_SCALE
"""Digits before the point of the longest number there is."""
_GROUPS = -(-_MOST // 3)


def with_places(found: pl.DataFrame) -> pl.DataFrame:
    """Add `places`, which amounts need to be told: how many decimals each row's currency has, 2 where it is not known."""
    known = pl.col("currency").replace_strict(dict(MINOR_UNITS), default=2, return_dtype=pl.Int64)
    return found.with_columns(known.alias("places"))


def plain(column: str) -> pl.Expr:
    """Return a decimal as text in plain notation without trailing zeros."""
    return pl.col(column).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def number(column: str) -> pl.Expr:
    """Return a decimal as people read it, all its digits, grouped by thousands: `1,234.5`."""
    return _grouped(plain(column))


def money(column: str) -> pl.Expr:
    """Return an amount as people read it: half away from zero at the currency's minor unit, with the code: `1,234.50 EUR`."""
    text = _rounded(column).cast(pl.String).str.head(pl.col("places") - EXACT_SCALE).str.strip_chars_end(".")
    return pl.format("{} {}", _grouped(text), pl.col("currency").fill_null(NO_CURRENCY))


def exact_money(column: str) -> pl.Expr:
    """Return an amount as `money` does where that is all of it, else with all its digits: a variance may be less than a cent."""
    whole = pl.format("{} {}", number(column), pl.col("currency").fill_null(NO_CURRENCY))
    return pl.when(_rounded(column) == pl.col(column)).then(money(column)).otherwise(whole)


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
AHEAD = pl.col("before") != 0
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
