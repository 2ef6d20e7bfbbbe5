"""Hints: what stands elsewhere in the ledger, or fits in another way, and may explain what was found."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import constant, only, where, with_columns_of, without
from recon.match.classify.wording import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

HINTS = ("elsewhere", "unclear", "credited_by", "lines_there", "per_invoice", "per_order")
SHORT = ("not_received", "quantity_over_received", "quantity_over_accepted")
UNCONFIRMED = (*SHORT, "amount_over_received")
LOST, PRICE = "receipt_without_order", "price_variance"
REPEATED = ("possible_duplicate", "duplicate_invoice")
PRICE_UNITS = (100, 1000)
PLAUSIBLE = 10**12
"""No price above it is looked at: what it is multiplied with must fit."""
MOST = 3
"""How many places are named."""


def with_hints(found: pl.DataFrame, lines: pl.DataFrame, receipts: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add to findings (with `order_id`) what may explain them, as text, null where nothing does.

    `lines_there`: what lines an order has that a receipt cites; `elsewhere`: other order lines of the item on which more was received than is billed, `4500/20 x 10`; `unclear`: the
    receipts of the order that count for no line; `per_invoice`, `per_order`: the price unit with which the price would
    fit; `credited_by`: the credit notes for the order line.
    """
    placed, codes = found.with_row_index("_at"), {*found["code"].unique()}
    if not codes.isdisjoint(SHORT):
        placed = with_columns_of(placed, _elsewhere(_of(placed, SHORT), orders), "_at")
    if not codes.isdisjoint(UNCONFIRMED):
        placed = with_columns_of(placed, _unclear(_of(placed, UNCONFIRMED), orders, receipts), "_at")
    if not codes.isdisjoint(REPEATED):
        placed = with_columns_of(placed, _credited_by(_of(placed, REPEATED), lines), "_at")
    if LOST in codes:
        lost = placed.filter(pl.col("code") == LOST)
        placed = with_columns_of(placed, _lines_there(lost, orders, receipts), "_at")
    if PRICE in codes:
        placed = placed.with_columns(_price_units())
    none = [constant(None, placed.height, pl.String).alias(c) for c in HINTS if c not in placed.columns]
    return without(placed.hstack(none), "_at")


def _of(found: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    named = where(only(found, ["_at", "order_id", "id", "code"]), pl.col("code").is_in(codes))
    return without(named, "code").drop_nulls("order_id")


def _elsewhere(short: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    same = ["supplier_key", "item_key"]
    open_ = where(orders, pl.col("received_not_invoiced") > 0).drop_nulls("item_key")
    label = pl.format("{}/{} x {}", "po_number", "po_line", plain("received_not_invoiced"))
    others = open_.select(*same, "company_key", other_id="order_id", label=label)
    ours = short.join(orders[["order_id", *same, "company_key"]], on="order_id")
    pairs = ours.join(others, on=same).filter(pl.col("order_id") != pl.col("other_id"), _one_company())
    return _listed(pairs, "label", "elsewhere")


def _unclear(short: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    uncounted = receipts.filter(pl.col("ambiguous") | pl.col("uom_mismatch"))
    theirs = uncounted.select("po_key", "company_key", label="receipt_number").drop_nulls(["po_key", "label"])
    ours = short.join(orders[["order_id", "po_key", "company_key"]], on="order_id")
    return _listed(ours.join(theirs, on="po_key").filter(_one_company()), "label", "unclear")


def _credited_by(repeated: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    dated = lines.select(id="line_id", own="invoice_id", on="invoice_date")
    notes = where(lines, pl.col("amount") < 0).select(
        "order_id", "invoice_date", credit="invoice_id", label="invoice_number"
    )
    pairs = repeated.join(dated, on="id").join(notes, on="order_id")
    before = (pl.col("invoice_date") <= pl.col("on")).fill_null(value=True)
    return _listed(pairs.filter(before, pl.col("own") != pl.col("credit")), "label", "credited_by")


def _lines_there(lost: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    cited = receipts.select("po_key", "company_key", id="receipt_id")
    theirs = orders.select("po_key", "company_key", label="po_line").drop_nulls(["po_key", "label"])
    pairs = lost[["_at", "id"]].join(cited, on="id").join(theirs, on="po_key")
    return _listed(pairs.filter(_one_company()), "label", "lines_there")


def _one_company() -> pl.Expr:
    return (pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True)


def _listed(pairs: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Return `_at` and the distinct texts of a column, the first of them in words."""
    names = pl.col(column).unique().sort()
    more = pl.when(names.len() > MOST).then(pl.lit(", ...")).otherwise(pl.lit(""))
    return pairs.group_by("_at").agg(pl.concat_str(names.head(MOST).str.join(", "), more).alias(name))


@cache
def _price_units() -> tuple[pl.Expr, ...]:
    return _fitting("actual", "expected").alias("per_invoice"), _fitting("expected", "actual").alias("per_order")


def _fitting(large: str, small: str) -> pl.Expr:
    """Return how many times, of PRICE_UNITS, the one price is the other; half a percent of rounding passes."""
    more, less = (pl.when(pl.col(c).is_between(0, PLAUSIBLE, closed="right")).then(c) for c in (large, small))
    fits: pl.Expr = pl.lit(None, pl.String)
    for unit in PRICE_UNITS:
        is_near = (more - less * unit).abs() * 200 <= more
        fits = pl.when(is_near & (pl.col("code") == PRICE)).then(pl.lit(f"{unit:,}")).otherwise(fits)
    return fits
