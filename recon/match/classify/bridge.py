"""The variance bridge: from what was expected of each order line to what was invoiced, to the last digit."""

from __future__ import annotations

from functools import cache

import polars as pl

from recon.codes import BY_RECEIPT
from recon.engine.exact import Exact, quotient
from recon.engine.joins import constant, only, where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.prices import price_of_order
from recon.result_tables import BRIDGE

OF_TYPE = {
    "tax": "tax", "freight": "charge", "charge": "charge", "discount": "discount", "prepayment": "prepayment", "retention": "retention",
}  # fmt: skip
"""Type of a line -> the part that it is in whole; items, and what puts the price of one right, are told apart further."""
WHOLES = (
    "charge",
    "discount",
    "prepayment",
    "retention",
    "tax",
    "unlinked",
    "currency_part",
    "unit",
    "supplier",
    "item",
)
PARTS = ("price", "quantity", "unit", "currency_part", "supplier", "item", "unlinked", "charge", "discount", "prepayment", "retention", "tax", "rounding")  # fmt: skip
VALUED_BY = ("order_id", "currency", "policy", "received_net", "invoiced_net", "ordered_limit", "unit", "unit_price", "price_unit", "by_amount", "source", "row")  # fmt: skip
GROUP = ["order_id", "currency"]
OF_ITEM = {"order_of": pl.Int64, "currency_of": pl.String}
_PRICED = pl.col("price_variance_amount").is_not_null()


def bridge(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return BRIDGE, order line by order line and what belongs to none last, from all lines that are not set aside.

    `lines` have their pair and price, `orders` their figures.

    Expected is what was received (two_way and none: ordered, as far as invoiced) at the order's price. A line that
    cannot be compared is wholly in the part that says why. A discount line or price difference that takes part in the
    price of an item line is in that line's price. Lines that take each other back come to nothing. What is left of a line
    beside order value and price variance is its rounding.
    """
    sums = _sums(_split(lines))
    joined = sums.join(_expected(orders), on=GROUP, how="full", coalesce=True, nulls_equal=True)
    named = joined.with_columns(
        orders.select(pl.col("po_number", "po_line", "source", "row").gather(joined["order_id"]))
    )
    value, expected = (pl.col(c).fill_null(0) for c in ("value", "expected"))
    whole = named.with_columns(
        pl.col("value", "invoiced", "expected", *(p for p in PARTS if p != "quantity")).fill_null(0),
        (value - expected).alias("quantity"),
    )
    return only(BRIDGE.cast(whole).sort("order_id", "currency", nulls_last=True), [*BRIDGE.columns])


def without_order(loose: pl.DataFrame) -> pl.DataFrame:
    """Return one row a currency of what belongs to no order line, added up from the bridges of several parts."""
    numbers = [c for c, kind in loose.schema.items() if kind == EXACT]
    summed = BRIDGE.cast(group_sums(loose, ["currency"], *numbers))
    return summed[[*BRIDGE.columns]].sort("currency", nulls_last=True)


def _split(lines: pl.DataFrame) -> pl.DataFrame:
    """Name the `kind` of each line, the part its amount is in; `value` is what the order would have paid for what it bills."""
    told = _with_items(lines).with_columns(_kind())
    return told.select(_parts())


def _with_items(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `order_of` and `currency_of`: those of the priced item line in whose price a line takes part."""
    if all(lines[c].null_count() == lines.height for c in ("corrects", "nets")):
        return lines.hstack([constant(None, lines.height, t).alias(c) for c, t in OF_ITEM.items()])
    items = lines.filter(_PRICED).select(of="line_id", order_of="order_id", currency_of="currency")
    return with_columns_of(lines.with_columns(pl.coalesce("corrects", "nets").alias("of")), items, "of")


@cache
def _parts() -> list[pl.Expr]:
    beside = pl.col("discounts").fill_null(0) + pl.col("corrections").fill_null(0)
    difference = pl.col("kind") == "difference"
    return [
        pl.when(pl.col("kind").is_in([*OF_TYPE.values(), "unlinked"]))
        .then(None)
        .otherwise(pl.coalesce("order_of", "order_id"))
        .alias("order_id"),
        pl.coalesce("currency_of", "currency").alias("currency"),
        pl.col("amount").alias("invoiced"),
        pl.when(difference)
        .then(0)
        .when("order_by_amount")
        .then("amount")
        .otherwise("price_order_value")
        .alias("value"),
        pl.when(difference)
        .then("amount")
        .when("order_by_amount")
        .then(0)
        .otherwise("price_variance_amount")
        .cast(EXACT)
        .alias("price"),
        pl.when("order_by_amount").then(0).otherwise(beside).cast(EXACT).alias("beside"),
        pl.when(difference).then(pl.lit("compared")).otherwise("kind").alias("kind"),
    ]


@cache
def _kind() -> pl.Expr:
    """Return the part of the bridge that a line's amount is in: the first reason that holds."""
    by_type = pl.col("line_type").replace_strict(OF_TYPE, default=None, return_dtype=pl.String)
    return (
        pl.when(pl.col("order_of").is_not_null())
        .then(pl.lit("in_price"))
        .when("reversed")
        .then(pl.lit("reversed"))
        .when(by_type.is_not_null() & ~(pl.col("moves_no_quantity") & ~pl.col("order_by_amount").fill_null(value=True)))
        .then(by_type)
        .when(pl.col("order_id").is_null() | pl.col("quantity_missing"))
        .then(pl.lit("unlinked"))
        .when("currency_mismatch")
        .then(pl.lit("currency_part"))
        .when("uom_mismatch")
        .then(pl.lit("unit"))
        .when("supplier_mismatch")
        .then(pl.lit("supplier"))
        .when("item_mismatch")
        .then(pl.lit("item"))
        .when(pl.col("moves_no_quantity") & ~pl.col("order_by_amount"))
        .then(pl.lit("difference"))
        .when(~pl.col("order_by_amount") & ~_PRICED)
        .then(pl.lit("unlinked"))
        .otherwise(pl.lit("compared"))
        .alias("kind")
    )


def _sums(split: pl.DataFrame) -> pl.DataFrame:
    """Add up the parts: those of compared lines, which most are, and the others, each of which is wholly in one."""
    is_compared = split["kind"] == "compared"
    rounding = pl.col("invoiced") - pl.col("value") - pl.col("price") + pl.col("beside")
    compared = where(split, is_compared).with_columns(rounding.alias("rounding"))
    sums = group_sums(compared, GROUP, "invoiced", "value", "price", "rounding")
    if is_compared.all():
        return sums.hstack([constant(None, sums.height, EXACT).alias(part) for part in WHOLES])
    wholes = (pl.when(pl.col("kind") == part).then("invoiced").alias(part) for part in WHOLES)
    others = where(split, ~is_compared).with_columns(wholes)
    both = sums.join(
        group_sums(others, GROUP, "invoiced", *WHOLES), on=GROUP, how="full", coalesce=True, nulls_equal=True
    )
    return without(both.with_columns(pl.sum_horizontal("invoiced", "invoiced_right")), "invoiced_right")


def _expected(orders: pl.DataFrame) -> pl.DataFrame:
    """Return per order line in its currency the value of what may be invoiced: what was received, or is two_way billed."""
    fractions = [c for c in ("price_num", "price_den") if c in orders.columns]
    counted = where(only(orders, [*VALUED_BY, *fractions]), orders["counts"])
    return only(in_parts(counted, "order_id", _valued, unbounded=True), [*GROUP, "expected"])


def _valued(orders: pl.DataFrame) -> pl.DataFrame:
    received = pl.max_horizontal(pl.lit(0, pl.Int128), "received_net")
    billed = pl.max_horizontal(pl.lit(0, pl.Int128), pl.min_horizontal("invoiced_net", "ordered_limit"))
    needs_receipt = pl.col("policy").is_in(BY_RECEIPT)
    units = Exact.of(orders.select(pl.when(needs_receipt).then(received).otherwise(billed)).to_series())
    unit = Exact.of(orders["unit"])
    price, per = price_of_order(orders)
    by_price = quotient(units * price, unit * per)
    return orders.with_columns(quotient(units, unit).zip_with(orders["by_amount"], by_price).alias("expected"))
