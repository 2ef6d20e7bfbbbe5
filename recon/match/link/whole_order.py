"""Bills by header: an invoice line that says no more than an order and an amount is held against the whole order."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import among, constant, where, with_columns_of, without

_LINKED = pl.col("order_id").is_not_null()
_IS_ITEM = pl.col("line_type") == "item"
_SILENT = pl.all_horizontal(pl.col(c).is_null() for c in ("po_line_key", "item_key", "quantity", "unit_price"))
BY_HEADER = _IS_ITEM & _SILENT & pl.col("po_key").is_not_null() & pl.col("amount").is_not_null()
"""Of a line of which nothing is derived: neither order line, item, quantity nor price, and a number of an order."""


def with_whole_order(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `by_header`, `whole_order` (the least order_id of the order) and `quantity_missing` to linked invoice lines.

    A line by header beside an item line of its invoice that is linked is an ordinary one; so is one whose only order line
    goes by amount. Where two companies have the order, or it contradicts itself, the line is ambiguous. `quantity_missing`:
    an item line by amount alone that neither kind of order takes.
    """
    by_amount = orders["order_id"].filter(orders["by_amount"])
    free = _free(lines, by_amount)
    found = _orders_meant(free[["line_id", "po_key", "company_key"]], orders)
    placed = with_columns_of(lines, found, "line_id")
    told = _held_to_whole(placed, orders) if found.height else _held_to_lines(placed)
    taken = pl.col("by_header") | among("order_id", by_amount).fill_null(value=False)
    return told.with_columns((_IS_ITEM & pl.col("quantity").is_null() & ~taken).alias("quantity_missing"))


def _free(lines: pl.DataFrame, by_amount: pl.Series) -> pl.DataFrame:
    """Return the lines by header that neither an item line of their invoice nor their only order line, `by_amount`, makes ordinary."""
    alone = where(lines, BY_HEADER)
    if alone.is_empty():
        return alone
    ordinary = lines.select("invoice_id", ordinary=_IS_ITEM & _LINKED & ~BY_HEADER).filter("ordinary")
    free = alone.join(ordinary, on="invoice_id", how="anti")
    return free.filter(~among("order_id", by_amount).fill_null(value=False))


def _orders_meant(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, whole_order (null: it is not one order for certain), several (the orders then, in words)."""
    if lines.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "whole_order": pl.Int64, "several": pl.String})
    theirs = orders[["po_key", "company_key", "order_id", "contradicted", "po_number", "company", "counts"]]
    pairs = lines.join(theirs, on="po_key").filter(
        (pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True)
    )
    named = pl.format("order {}{}", "po_number", pl.coalesce(pl.format(" of company {}", "company"), pl.lit("")))
    doubtful = (pl.col("company_key_right").n_unique() > 1) | pl.col("contradicted").any()
    return pairs.group_by("line_id").agg(
        pl.when(~doubtful).then(pl.col("order_id").filter("counts").min()).alias("whole_order"),
        pl.when(doubtful).then(named.unique().sort().str.join(", ")).alias("several"),
    )


def _held_to_lines(lines: pl.DataFrame) -> pl.DataFrame:
    return without(lines, "several").hstack([constant(False, lines.height, pl.Boolean).alias("by_header")])


def _held_to_whole(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Take back what a rule found for lines that mean the whole order, whose currency is theirs where they give none."""
    by_header, doubtful = pl.col("whole_order").is_not_null(), pl.col("several").is_not_null()
    whole = by_header | doubtful
    money = orders.select(pl.col("currency").gather(lines["whole_order"])).to_series()
    return without(
        lines.with_columns(
            pl.coalesce("currency", money).alias("currency"),
            *(pl.when(~whole).then(c).alias(c) for c in ("order_id", "link", "link_score", "suggested_why")),
            by_header.alias("by_header"),
            (pl.col("suggested") & ~whole).alias("suggested"),
            pl.when(whole).then(doubtful).otherwise("ambiguous").alias("ambiguous"),
            pl.when(whole).then("several").otherwise("candidates").alias("candidates"),
            (pl.col("order_exists") | whole).alias("order_exists"),
        ),
        "several",
    )
