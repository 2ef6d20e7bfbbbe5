"""Led: order lines that are reached by way of a delivery note or of the invoice that a credit note cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import with_columns_of
from recon.match.keys import document_key, key

if TYPE_CHECKING:
    from recon.match.link.link import Links

NOTE, CITED = "delivery_note", "credited_invoice"


def by_delivery_note(lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, order_key: the order lines of the linked receipts with the line's delivery note."""
    theirs = receipts.select(key(NOTE).alias("note"), order_key="order_id").drop_nulls().unique()
    return lines.select("line_id", key(NOTE).alias("note")).join(theirs, on="note")[["line_id", "order_key"]]


def citing(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the `line_id` of lines that cite an invoice."""
    return lines.filter(key(CITED).is_not_null())[["line_id"]]


def by_cited_invoice(lines: pl.DataFrame, links: Links, orders: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, order_key: the order lines of the cited invoice's lines of the same item, by that supplier.

    An invoice is cited by its number or by the `document_id` of the system that booked it. A line without an item means every line of the invoice; an invoice line without one has its order line's.
    """
    linked = links.found[["line_id", "order_id"]].join(lines.filter(pl.col("document_type") == "invoice"), on="line_id")
    items = orders.select("order_id", order_item="item_key")
    called = pl.concat_list(document_key("number"), document_key("document_id")).list.unique()
    cited = with_columns_of(linked, items, "order_id").select(
        "supplier_key",
        "order_id",
        "invoice_id",
        called.alias("number"),
        pl.coalesce("item_key", "order_item").alias("their_item"),
    )
    asking = lines.filter(key(CITED).is_not_null()).select(
        "line_id", "supplier_key", "item_key", document_key(CITED).alias("number"), own="invoice_id"
    )
    pairs = asking.join(cited.explode("number"), on=["supplier_key", "number"])
    same_item = (pl.col("item_key") == pl.col("their_item")).fill_null(pl.col("item_key").is_null())
    met = pairs.filter(same_item, pl.col("own") != pl.col("invoice_id"))
    return met.select("line_id", order_key="order_id").unique()
