"""Prices: the exact variance of an invoice price from its order's, per unit and on the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import constant, equal_to, known, only, surely, where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.limits import minor_units, seen_by, side_limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.rules.rule import Tolerance

PRICED = (
    "price_variance",
    "price_variance_percent",
    "price_variance_amount",
    "price_order_value",
    "price_line_value",
    "price_expected",
    "price_actual",
    "price_limit",
    "price_tolerance",
    "price_beyond",
    "price_varies",
    "price_sign",
)

VARIANCE: Mapping[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("price_variance", "price_variance_percent", "price_variance_amount"), EXACT),
    **dict.fromkeys(("price_expected", "price_actual", "price_limit"), EXACT),
    **dict.fromkeys(("price_varies", "price_beyond"), pl.Boolean),
    "price_sign": pl.Int8,
    "price_tolerance": pl.String,
}
"""Column of PRICED -> its type, of those that tell a variance."""
UNVARIED = {
    "price_variance": Decimal(0),
    "price_variance_amount": Decimal(0),
    "price_varies": False,
    "price_beyond": False,
}
"""What of them a line has whose price is the order's; the others are null."""
GIVEN = (
    "quantity", "unit_price", "price_num", "price_den", "price_unit", "amount", "amount_num", "discounts", "discounts_num", "discounts_parts", "derived", "endless",
    "factor_num", "factor_den",
    "order_unit_price", "order_price_num", "order_price_den", "order_price_unit", "currency", "source", "row",
)  # fmt: skip


_GROUND = (
    pl.col("order_id").is_not_null()
    & (pl.col("line_type") == "item")
    & ~pl.col("order_by_amount")
    & pl.col("quantity").is_not_null()
    & pl.col("unit_price").is_not_null()
    & ~pl.col("currency_mismatch")
    & ~pl.col("uom_mismatch")
)
"""Where an order price and an invoice price may be compared."""


@dataclass(frozen=True)
class Fractions:
    """A line's price per order price unit, value and number of order price units, as fractions (nothing is divided)."""

    price: tuple[Exact, Exact]
    variance: tuple[Exact, Exact]
    amount: tuple[Exact, Exact]
    expected: tuple[Exact, Exact]
    billed: tuple[Exact, Exact]
    ordered: tuple[Exact, Exact]
    units: tuple[Exact, Exact]

    def nothing(self) -> pl.Series:
        """Return where the variance is known to be 0, per unit and on the line."""
        none = (top.sign().eq(0) & bottom.sign().ne(0) for top, bottom in (self.variance, self.amount))
        return surely(reduce(and_, none))


@dataclass(frozen=True)
class Stated:
    """What a line states, as exact columns; of a quotient that does not end there is 1, and what it was made of counts.

    Price (of a price `unit`), amount and discounts are times `den`: 1, or where tax was taken out what they were divided by.
    Where discounts had another tax in them, that and all three are times so many `parts`, mostly 1.
    """

    quantity: Exact
    price: Exact
    unit: Exact
    den: Exact
    amount: Exact
    discounts: Exact
    parts: Exact

    @classmethod
    def of(cls, lines: pl.DataFrame) -> Stated:
        one = Exact.ones(lines.height)
        stated = cls(
            quantity=one.where(equal_to(lines["endless"], "quantity"), Exact.of(lines["quantity"])),
            price=one.where(equal_to(lines["endless"], "unit_price"), _either(lines, "price_num", "unit_price")),
            unit=Exact.of(lines["price_unit"]),
            den=Exact.of(lines["price_den"]).fill(1),
            amount=_either(lines, "amount_num", "amount"),
            discounts=_either(lines, "discounts_num", "discounts").fill(0),
            parts=one,
        )
        parts = lines["discounts_parts"]
        return stated if parts.null_count() == lines.height else stated.times(Exact.of(parts).fill(1))

    def times(self, parts: Exact) -> Stated:
        """Return the same where discounts are times so many parts already."""
        return replace(self, price=self.price * parts, den=self.den * parts, amount=self.amount * parts, parts=parts)


def price_variances(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add PRICED to lines that have an order price and a known unit factor; one row in, one row out.

    `lines`: GIVEN and the columns that tolerances name. `price_variance` is per the order's price unit in its unit of
    measure.
    """
    numbered = _with_absent(lines).with_row_index("_row")
    return without(in_parts(numbered, "_row", lambda part: _judged(part, tolerances), unbounded=True), "_row")


def not_in_force(lines: pl.DataFrame, stated: Stated) -> pl.Series:
    """Return where the printed price does not explain the amount to one minor unit: amount over quantity is in force."""
    if lines.is_empty():
        return pl.Series(dtype=pl.Boolean)
    gap = abs(stated.quantity * stated.price - stated.amount * stated.unit)
    unit = Exact.of(minor_units(lines["currency"]))
    given = ~known(lines["derived"]) & (lines["quantity"] != 0)
    return surely((gap > unit * stated.unit * stated.den) & given)


def fractions(lines: pl.DataFrame) -> Fractions:
    """Return price, variance and variance on the line of each line, as numerator and denominator.

    With price p per iu, order price E per ou, and n/d order units in the line's unit, the price per order unit is
    p x ou x d / (iu x n). Where the printed price is not in force, or discount lines follow, p / iu is what the line
    comes to over its quantity. On the line the variance is that sum less quantity x n x E / (d x ou).
    """
    stated, one = Stated.of(lines), Exact.ones(lines.height)
    num, den = Exact.of(lines["factor_num"]), Exact.of(lines["factor_den"])
    by_price, by_quantity = (equal_to(lines["endless"], c) for c in ("unit_price", "quantity"))
    by_price |= not_in_force(lines, stated)
    netted = surely((lines["discounts"] != 0) & (lines["quantity"] != 0))
    count = (stated.amount * stated.unit).where(by_quantity, stated.quantity)
    parts = stated.price.where(by_quantity, one)
    priced = one.where(by_price | by_quantity, stated.unit)
    value = stated.amount.where(by_price | by_quantity, stated.quantity * stated.price) + stated.discounts * priced
    by_value, over = by_price | netted, priced * stated.den
    per, of = (value * parts).where(by_value, stated.price), (count * over).where(by_value, stated.unit * stated.den)
    expected, order_per = price_of_order(lines, "order_")
    order_unit = Exact.of(lines["order_price_unit"])
    order_den = Exact.of(lines["order_price_den"]).fill(1)
    top, bottom = per * order_per * den, of * num * order_den
    units_top, units_bottom = count * num, parts * den * order_unit
    ordered_top, ordered_bottom = units_top * expected, parts * den * order_per
    return Fractions(
        price=(top, bottom),
        variance=(top - expected * of * num, bottom),
        expected=(expected * of * num, bottom),
        amount=(value * ordered_bottom - ordered_top * over, over * ordered_bottom),
        billed=(value, over),
        ordered=(ordered_top, ordered_bottom),
        units=(units_top, units_bottom),
    )


def _either(lines: pl.DataFrame, one: str, other: str) -> Exact:
    return Exact.either(lines[one], lines[other])


def price_of_order(frame: pl.DataFrame, prefix: str = "") -> tuple[Exact, Exact]:
    """Return what one unit of an order line costs as a fraction, of columns that begin with `prefix`; 0 where none is."""
    price, unit = (f"{prefix}{c}" for c in ("unit_price", "price_unit"))
    num, den = (f"{prefix}{c}" for c in ("price_num", "price_den"))
    if num not in frame.columns:
        return Exact.of(frame[price]).fill(0), Exact.of(frame[unit])
    return _either(frame, num, price).fill(0), Exact.of(frame[den]).fill(1) * Exact.of(frame[unit])


def _comes_to_the_amount(lines: pl.DataFrame, value: Exact, bottom: Exact) -> pl.Series:
    """Return where order price x quantity, `value` / `bottom`, rounded half away from zero at the minor unit, is what the line bills.

    Where its prices have tax in them, the order's value with that tax is what is rounded.
    """
    stated = Stated.of(lines)
    top, asked = value * stated.den, stated.amount + stated.discounts
    unit = Exact.of(minor_units(lines["currency"])) * stated.parts
    gap, half = (abs(top) - abs(asked) * abs(bottom)) * 2, unit * abs(bottom)
    one_sign = asked.sign().eq(0) | asked.sign().eq(top.sign() * bottom.sign())
    near = (half > gap) & ~(-half > gap) & bottom.sign().ne(0)
    return surely(asked.multiples_of(unit) & one_sign & near)


def _judged(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add PRICED. Most prices are the order's: they vary by 0, and only the others are held against limits."""
    parts = fractions(lines)
    equal = parts.nothing()
    values = {"price_order_value": parts.ordered, "price_line_value": parts.billed}
    valued = lines.with_columns(quotient(*value).alias(name) for name, value in values.items())
    if equal.all():
        return _unvaried(valued)
    others = valued.filter(~equal)
    rounded = _comes_to_the_amount(others, *(each.filter(~equal) for each in parts.ordered))
    same = pl.concat([where(valued, equal), where(others, rounded)])
    if rounded.all():
        return _unvaried(same)
    return pl.concat([_unvaried(same), _held(where(others, ~rounded), tolerances)], how="diagonal")


def _unvaried(lines: pl.DataFrame) -> pl.DataFrame:
    """Add PRICED to lines whose price is the order's."""
    absent = [c for c in VARIANCE if c not in UNVARIED]
    values = [(c, UNVARIED[c], VARIANCE[c]) for c in UNVARIED] + [(c, None, VARIANCE[c]) for c in absent]
    return lines.hstack([constant(value, lines.height, dtype).alias(c) for c, value, dtype in values])


def _held(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add the variance, and what the limits of its side make of it."""
    parts = fractions(lines)
    (gap, bottom), (amount, amount_unit), (expected, _) = parts.variance, parts.amount, parts.expected
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
        quotient(*parts.expected).alias("price_expected"),
        quotient(*parts.price).alias("price_actual"),
        limits["over"].tolerance.zip_with(is_over, limits["under"].tolerance).alias("price_tolerance"),
        surely(beyond["over"].zip_with(is_over, beyond["under"]) & (disadvantage != 0)).alias("price_beyond"),
    )
    percent, absolute, looser = (
        getattr(limits["over"], part).zip_with(is_over, getattr(limits["under"], part))
        for part in ("percent", "absolute", "looser")
    )
    return judged.with_columns(_limit_in_price(parts, percent, absolute, looser).alias("price_limit"))


def _side(gap: Exact, bottom: Exact, amount: Exact, amount_unit: Exact) -> pl.Series:
    """Return +1 where the variance is to the buyer's disadvantage, -1 to its favour: the sign of variance x quantity."""
    on_line = amount.sign() * amount_unit.sign()
    per_unit = gap.sign() * bottom.sign()
    return on_line.zip_with(on_line != 0, per_unit)


def _limit_in_price(parts: Fractions, percent: pl.Series, absolute: pl.Series, looser: pl.Series) -> pl.Series:
    """Return the variance per order price unit that was permitted, from whichever limit counted."""
    expected, bottom = parts.expected
    by_percent = quotient(abs(expected) * Exact.of(percent), abs(bottom) * 100)
    by_amount = quotient(Exact.of(absolute) * abs(parts.units[1]), abs(parts.units[0]))
    both = pl.DataFrame({"p": by_percent, "a": by_amount, "looser": looser})
    return both.select(
        pl.when("looser").then(pl.max_horizontal("p", "a")).otherwise(pl.min_horizontal("p", "a"))
    ).to_series()


def with_prices(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Add PRICED to paired invoice lines; null where there is no ground for comparing a price (`price_beyond` false)."""
    given = _with_absent(lines)
    needed = only(given, ["line_id", *dict.fromkeys((*GIVEN, *seen_by(tolerances)))])
    ground = given.select(_GROUND).to_series()
    priced = only(price_variances(where(needed, ground), tolerances), ["line_id", *PRICED])
    return with_columns_of(lines, priced, "line_id").with_columns(pl.col("price_beyond").fill_null(value=False))


def _with_absent(lines: pl.DataFrame) -> pl.DataFrame:
    """Add what only some lines have: a price as a fraction, discount lines that follow."""
    there = {*lines.columns}
    return lines.hstack([constant(None, lines.height, EXACT).alias(c) for c in GIVEN if c not in there])
