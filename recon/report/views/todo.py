"""The To do list: one row an invoice line and finding that needs a person, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_RECEIPT, SEVERITIES
from recon.report.views.wrong import with_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

HEEDED = ("applied", "carried")
"""States of a decision that the next workbook is filled with."""
PLACE = ["source", "row"]
_OF_THE_LINE = (
    "item", "description", "line_type", "invoice_date", "due_date", "discount_date", "ordered", "received", "receipts",
    "company", "order_po_number", "order_po_line", "policy",
)  # fmt: skip
_ORDER_KEY = ["company", "order_po_number", "order_po_line"]
_OF_GOODS = ("ordered", "received", "receipts", "price_ordered", "unit")
"""What says nothing of a charge that no order planned: its order line, where it has one, is of goods."""


def to_do(frames: Mapping[str, pl.DataFrame], base_currency: str, as_of: date | None) -> pl.DataFrame:
    """Return a row for each discrepancy of severity hold or review, with its line, order, words and entry cells.

    `once` is the amount that the row stands for in a sum: a line with several findings counts with the greatest of
    them, in its first row. `days_left` is null without `as_of`. `line_at` and `order_at` are positions in the frames of
    invoice and order lines.
    """
    open_ones = frames["discrepancies"].filter(pl.col("severity").ne_missing(SEVERITIES[0]))
    found = with_words(_with_orders(_with_lines(open_ones, frames["invoice_lines"]), frames["order_lines"]))
    days = (pl.col("due_date") - pl.lit(as_of, pl.Date)).dt.total_days()
    return _counted_once(_by_urgency(found.with_columns(days.alias("days_left")), base_currency)).with_columns(
        pl.int_range(1, pl.len() + 1).alias("no"),
        prefilled("given_decision").alias("your_decision"),
    )


def prefilled(name: str) -> pl.Expr:
    """Return what a decision cell is filled with: what was decided, where that is still heeded."""
    return pl.when(pl.col("decision_state").is_in(HEEDED)).then(pl.col(name))


def _with_lines(found: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in _OF_THE_LINE if name in lines.columns]
    absent = [pl.lit(None, lines.schema.get(name, pl.Date)).alias(name) for name in _OF_THE_LINE if name not in columns]
    beside = lines.select(
        *PLACE,
        *columns,
        *absent,
        pl.col("po_number").alias("cited"),
        pl.int_range(pl.len()).alias("line_at"),
        pl.col("quantity").alias("billed"),
        pl.col("unit_price").alias("price_billed"),
        pl.col("uom").alias("unit_billed"),
        pl.col("price_unit").alias("per_billed"),
        pl.col("amount_at_risk").alias("line_at_risk"),
        _in_base().alias("base_share"),
    ).unique(PLACE, keep="first", maintain_order=True)
    of_lines = pl.col("invoice_number").is_not_null()
    keyed = found.with_columns(pl.when(of_lines).then(pl.col("row")).alias("_row"))
    joined = keyed.join(beside, left_on=["source", "_row"], right_on=PLACE, how="left", maintain_order="left")
    return joined.drop("_row").with_columns(
        pl.coalesce("order_po_number", "po_number").alias("order_po_number"),
        pl.coalesce("order_po_line", "po_line").alias("order_po_line"),
    )


def _in_base() -> pl.Expr:
    """Return what one unit of a line's currency is in base currency: for an order of rows, never for a sum."""
    amount = pl.col("amount").cast(pl.Float64)
    return pl.when(amount != 0).then(pl.col("base_amount").cast(pl.Float64) / amount)


def _with_orders(found: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    beside = orders.select(
        "company",
        pl.col("po_number").alias("order_po_number"),
        pl.col("po_line").alias("order_po_line"),
        pl.col("unit_price").alias("price_ordered"),
        pl.col("uom").alias("unit_ordered"),
        pl.col("price_unit").alias("per_ordered"),
        "buyer",
        pl.int_range(pl.len()).alias("order_at"),
    ).unique(_ORDER_KEY, keep="first", maintain_order=True)
    joined = found.join(beside, on=_ORDER_KEY, how="left", nulls_equal=True, maintain_order="left")
    planned, booked_in = (
        pl.col("code") != "unplanned_charge",
        pl.col("policy").cast(pl.String).fill_null("").is_in(("", *BY_RECEIPT)),
    )
    return (
        joined.with_columns(unit=_unit(), received=pl.when(booked_in).then("received"))
        .with_columns(pl.when(planned).then(pl.col(_OF_GOODS)))
        .drop("unit_billed", "unit_ordered", "per_billed", "per_ordered", "policy")
    )


def _unit() -> pl.Expr:
    """Return the unit; `BOX / PC` where invoice and order differ, `PC, price per 100` where it is not per one."""
    billed, ordered = pl.coalesce("unit_billed", "unit_ordered"), pl.coalesce("unit_ordered", "unit_billed")
    both = pl.when(billed == ordered).then(billed).otherwise(pl.concat_str(billed, pl.lit(" / "), ordered))
    per = pl.coalesce("per_billed", "per_ordered")
    number = per.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.when(per != 1).then(pl.concat_str(both, pl.lit(", price per "), number)).otherwise(both)


def _by_urgency(found: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Sort: undecided before decided, hold before review, the most money in base currency, then what is due first.

    What has no exchange rate follows, by currency.
    """
    at_risk = pl.col("amount_at_risk").fill_null(0).cast(pl.Float64).abs()
    share = pl.when(pl.col("currency") == base_currency).then(1.0).otherwise(pl.col("base_share"))
    ranks = {severity: rank for rank, severity in enumerate(reversed(SEVERITIES))}
    keys = {
        "_decided": pl.col("decision_state").is_in(HEEDED).fill_null(value=False),
        "_severity": pl.col("severity").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int8),
        "_no_rate": (share.is_null() & pl.col("currency").is_not_null()),
        "_currency": pl.when(share.is_null()).then(pl.col("currency")).fill_null(""),
        "_money": -at_risk * share.fill_null(1.0),
        "_near": pl.min_horizontal("discount_date", "due_date"),
    }
    ties = ["invoice_number", "invoice_line", "code", "discrepancy_id"]
    return found.with_columns(**keys).sort(*keys, *ties, nulls_last=True, maintain_order=True).drop(*keys, "base_share")


def _counted_once(found: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("line_at_risk").is_not_null() & pl.struct("source", "row").is_first_distinct()
    once = pl.when(first).then(pl.col("line_at_risk")).otherwise(0)
    return found.with_columns(once.alias("once")).drop("line_at_risk")
