"""Invoice lines with when they were known and what a feed tells of them: base price, item, and their order's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product
from recon.close.cut import booked
from recon.close.links import order_of
from recon.kinds import EXACT, QUANTITY
from recon.match.rates import with_rate

if TYPE_CHECKING:
    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

_OF_THE_ORDER = ("uom", "category", "buyer", "plant", "order_date", "gl_account", "payment_terms")
ONE = pl.lit(1, EXACT)


def numbered_orders(done: Reconciliation) -> pl.DataFrame:
    """Return the order lines with `order`, their number."""
    return done.order_lines.with_row_index("order").with_columns(pl.col("order").cast(pl.Int64))


def of_order(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the receipt or invoice lines that are linked to one of `numbered_orders`, with `order`."""
    return lines.with_columns(order_of(lines, orders)).drop_nulls("order")


def item_lines(done: Reconciliation, sources: Sources, rules: Rules) -> pl.DataFrame:
    """Return the item lines that are no duplicates, with `at`, `event_at`, `known_at`, `rate`, `base_amount` and
    `base_price` (base currency per unit of the order, else of the line), and of their order `of_category` and so on.
    """
    orders = numbered_orders(done)
    lines = done.invoice_lines.filter(
        pl.col("line_type") == "item", ~pl.col("codes").list.contains("duplicate_invoice")
    ).drop("base_amount")
    own = orders.select("order", ordered_price="unit_price", ordered_per="price_unit", ordered_currency="currency", of_item="item", **{f"of_{c}": pl.col(c) for c in _OF_THE_ORDER})  # fmt: skip
    linked = of_order(lines, orders).select("source", "row", "order").unique(["source", "row"], keep="first")
    joined = lines.join(linked.join(own, on="order"), on=["source", "row"], how="left", maintain_order="left")
    told = joined.with_columns(
        event_at=pl.col("invoice_date"),
        known_at=booked("invoice_lines"),
        what=pl.coalesce("of_item", "item"),
        category=pl.col("of_category"),
        account=pl.coalesce("gl_account", "of_gl_account"),
    ).with_row_index("_line")
    rated = with_rate(told, sources.rates, rules.base_currency, "known_at", "_line").drop("_line")
    return _priced(product(rated, "base_amount", ["amount", "rate"])).with_row_index("at")


def _priced(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `base_price`, its `unit` and `ordered_ratio`: as the line has it, or where its unit is converted, in the order's.

    Of a unit that nobody knows there is no price. A later correction changes nothing: what was billed was billed.
    """
    own = (pl.col("uom") == pl.col("of_uom")).fill_null(value=True)
    converted = ~own & pl.col("price_variance").is_not_null()
    price = pl.when(own).then("unit_price").when(converted).then(pl.col("ordered_price") + pl.col("price_variance"))
    per = pl.when(own).then(pl.col("price_unit")).otherwise("ordered_per").fill_null(1)
    told = lines.with_columns(
        _price=price.cast(EXACT), _per=per.cast(EXACT), unit=pl.coalesce("of_uom", "uom", pl.lit("?"))
    )
    numbers = {c: pl.col(c).cast(pl.Float64) for c in ("_price", "_per", "ordered_price", "ordered_per")}
    ratio = numbers["_price"] * numbers["ordered_per"].fill_null(1) / numbers["_per"] / numbers["ordered_price"]
    same = pl.col("ordered_price").is_not_null() & (pl.col("currency") == pl.col("ordered_currency"))
    beside = told.with_columns(ordered_ratio=pl.when(same & (pl.col("ordered_price") > 0)).then(ratio))
    return product(beside, "base_price", ["_price", "rate"], "_per").drop("_price", "_per")


def logarithm(column: str) -> pl.Expr:
    """Return the natural logarithm of a number above 0, else null."""
    return pl.when(pl.col(column) > 0).then(pl.col(column)).cast(pl.Float64).log()


def score(column: str | pl.Expr) -> pl.Expr:
    """Return a likeness or logarithm to six places: the same on every machine."""
    return (pl.col(column) if isinstance(column, str) else column).round(6).cast(QUANTITY).cast(EXACT)
