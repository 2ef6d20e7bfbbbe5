"""Prices: the exact variance of an invoice price from its order's, per unit and on the line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, in_parts, quotient
from recon.engine.joins import with_columns_of
from recon.match.limits import seen_by, side_limits
from recon.tables import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance

PRICED = (
    "price_variance",
    "price_variance_percent",
    "price_variance_amount",
    "price_order_value",
    "price_expected",
    "price_actual",
    "price_limit",
    "price_tolerance",
    "price_beyond",
    "price_varies",
    "price_sign",
)

NOTHING, NO = pl.lit(0, EXACT), pl.lit(value=False)
GIVEN = ("quantity", "unit_price", "price_unit", "amount", "endless", "factor_num", "factor_den", "order_unit_price", "order_price_unit", "source", "row")  # fmt: skip


@dataclass(frozen=True)
class Fractions:
    """A line's price per order price unit, value and number of order price units, as fractions (nothing is divided)."""

    price: tuple[Exact, Exact]
    variance: tuple[Exact, Exact]
    amount: tuple[Exact, Exact]
    ordered: tuple[Exact, Exact]
    units: tuple[Exact, Exact]

    def nothing(self) -> pl.Series:
        """Return where the variance is known to be 0, per unit and on the line."""
        known = (top.sign().eq(0) & bottom.sign().ne(0) for top, bottom in (self.variance, self.amount))
        return reduce(and_, known).fill_null(value=False)


def price_variances(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add PRICED to lines that have an order price and a known unit factor; one row in, one row out.

    `lines`: GIVEN and the columns that tolerances name. `price_variance` is per the order's price unit in its unit of
    measure.
    """
    numbered = lines.with_columns(pl.int_range(pl.len()).alias("_row"))
    return in_parts(numbered, "_row", lambda part: _judged(part, tolerances)).drop("_row")


def fractions(lines: pl.DataFrame) -> Fractions:
    """Return price, variance and variance on the line of each line, as numerator and denominator.

    With price p per iu, order price E per ou, and n/d order units in the line's unit, the price per order unit is
    p x ou x d / (iu x n); a derived price is the amount over the quantity. On the line the variance is
    (price - E) x quantity x n / (d x ou), that is the line's value less quantity x n x E / (d x ou).
    """
    given = lines.with_columns(
        pl.when(pl.col("endless") == c).then(1).otherwise(pl.col(c)).alias(c) for c in ("quantity", "unit_price")
    )  # an endless quotient is not used: its ten places would only widen the numbers
    quantity, price, unit, amount = (Exact.of(given[c]) for c in ("quantity", "unit_price", "price_unit", "amount"))
    expected, order_unit = Exact.of(lines["order_unit_price"]), Exact.of(lines["order_price_unit"])
    num, den = Exact.of(lines["factor_num"]), Exact.of(lines["factor_den"])
    by_price, by_quantity = ((lines["endless"] == c).fill_null(value=False) for c in ("unit_price", "quantity"))
    one = Exact.ones(lines.height)
    per, of = amount.where(by_price, price), quantity.where(by_price, unit)
    top, bottom = per * order_unit * den, of * num
    gap = top - expected * bottom
    value, over = amount.where(by_price | by_quantity, quantity * price), one.where(by_price | by_quantity, unit)
    count, parts = (amount * unit).where(by_quantity, quantity), price.where(by_quantity, one)
    units_top, units_bottom = count * num, parts * den * order_unit
    ordered_top = units_top * expected
    return Fractions(
        price=(top, bottom),
        variance=(gap, bottom),
        amount=(value * units_bottom - ordered_top * over, over * units_bottom),
        ordered=(ordered_top, units_bottom),
        units=(units_top, units_bottom),
    )


def _judged(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add PRICED. Most prices are the order's: they vary by 0, and only the others are held against limits."""
    parts = fractions(lines)
    equal = parts.nothing()
    valued = lines.with_columns(quotient(*parts.ordered).alias("price_order_value"))
    nothing = {"price_variance": NOTHING, "price_variance_amount": NOTHING, "price_varies": NO, "price_beyond": NO}
    same = valued.filter(equal).with_columns(value.alias(name) for name, value in nothing.items())
    return pl.concat([same, _held(valued.filter(~equal), tolerances)], how="diagonal")


def _held(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add the variance, and what the limits of its side make of it."""
    parts = fractions(lines)
    (gap, bottom), (amount, amount_unit) = parts.variance, parts.amount
    expected = Exact.of(lines["order_unit_price"]) * bottom
    disadvantage = _side(gap, bottom, amount, amount_unit)
    limits = {side: side_limits(lines, tolerances, "price", side) for side in ("over", "under")}
    beyond = {s: side.beyond(abs(gap), expected, abs(amount), abs(amount_unit)) for s, side in limits.items()}
    is_over = disadvantage > 0
    judged = lines.with_columns(
        quotient(gap, bottom).alias("price_variance"),
        quotient(gap * 100, expected).alias("price_variance_percent"),
        quotient(amount, amount_unit).alias("price_variance_amount"),
        (gap.sign() != 0).alias("price_varies"),
        (gap.sign() * bottom.sign()).alias("price_sign"),
        pl.col("order_unit_price").alias("price_expected"),
        quotient(*parts.price).alias("price_actual"),
        limits["over"].tolerance.zip_with(is_over, limits["under"].tolerance).alias("price_tolerance"),
        (beyond["over"].zip_with(is_over, beyond["under"]) & (disadvantage != 0))
        .fill_null(value=False)
        .alias("price_beyond"),
    )
    percent, absolute, looser = (
        getattr(limits["over"], part).zip_with(is_over, getattr(limits["under"], part))
        for part in ("percent", "absolute", "looser")
    )
    return judged.with_columns(_limit_in_price(judged, parts.units, percent, absolute, looser).alias("price_limit"))


def _side(gap: Exact, bottom: Exact, amount: Exact, amount_unit: Exact) -> pl.Series:
    """Return +1 where the variance is to the buyer's disadvantage, -1 to its favour: the sign of variance x quantity."""
    on_line = amount.sign() * amount_unit.sign()
    per_unit = gap.sign() * bottom.sign()
    return on_line.zip_with(on_line != 0, per_unit)


def _limit_in_price(
    lines: pl.DataFrame, units: tuple[Exact, Exact], percent: pl.Series, absolute: pl.Series, looser: pl.Series
) -> pl.Series:
    """Return the variance per order price unit that was permitted, from whichever limit counted."""
    expected = Exact.of(lines["order_unit_price"])
    by_percent = quotient(
        abs(expected) * Exact.of(percent), Exact.of(pl.repeat(100, lines.height, dtype=pl.Int64, eager=True))
    )
    by_amount = quotient(Exact.of(absolute) * abs(units[1]), abs(units[0]))
    both = pl.DataFrame({"p": by_percent, "a": by_amount, "looser": looser})
    return both.select(
        pl.when("looser").then(pl.max_horizontal("p", "a")).otherwise(pl.min_horizontal("p", "a"))
    ).to_series()


def with_prices(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add PRICED to paired invoice lines; null where there is no ground for comparing a price (`price_beyond` false)."""
    ground = pl.col("order_id").is_not_null() & (pl.col("line_type") == "item") & ~pl.col("order_by_amount")
    ground &= ~pl.col("currency_mismatch") & ~pl.col("uom_mismatch")
    needed = lines.select("line_id", *{*GIVEN, *seen_by(tolerances)}, ground.alias("_ground"))
    priced = price_variances(needed.filter("_ground"), tolerances).select("line_id", *PRICED)
    return with_columns_of(lines, priced, "line_id").with_columns(pl.col("price_beyond").fill_null(value=False))
