"""Paid again: bills still open of which a repetition is set aside that has been paid: paying them would pay twice."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import rows_of, where, with_columns_of, without
from recon.match.duplicates import FOUND, worst

FACTS = ["line_id", "invoice_id", "paid_date", "document_type"]


def with_paid_repeats(lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return the duplicates `found` of `lines`, and as possible ones what is not paid of invoices of which a repetition is.

    "Earlier" is by posting date whatever was paid, so the one that was paid may be set aside, and the open one stands.
    """
    repeats = found.filter(pl.col("code") == "duplicate_invoice")
    if repeats.is_empty() or lines["paid_date"].null_count() == lines.height:
        return found
    facts = lines[FACTS].filter(pl.col("document_type") == "invoice")
    paid = with_columns_of(_of_the_first(repeats), facts, "line_id").drop_nulls("paid_date")
    if paid.is_empty():
        return found
    earlier = rows_of(lines[FACTS], paid["earlier_id"]).rename({"line_id": "first_id", "invoice_id": "first_invoice"})
    pairs = paid.hstack(without(earlier, "paid_date", "document_type"))
    open_ = where(facts, facts["paid_date"].is_null()).select("line_id", first_invoice="invoice_id")
    told = open_.join(
        without(pairs, "line_id", "earlier_id").hstack(pairs.select(paid_id="line_id")), on="first_invoice"
    )
    same_row = (pl.col("invoice_id") != pl.col("first_invoice")) | (pl.col("line_id") == pl.col("first_id"))
    reason = pl.format("set aside as the later one, it was paid on {}", "paid_date")
    again = told.filter(same_row).select("line_id", code=pl.lit("possible_duplicate"), earlier_id="paid_id", why=reason)
    return worst(found, again.cast(pl.Schema(FOUND)))


def _of_the_first(repeats: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, earlier_id: the line that stands, where what a line repeats is set aside itself."""
    links = repeats[["line_id", "earlier_id"]]
    before = links.rename({"line_id": "earlier_id", "earlier_id": "first"})
    while True:
        further = with_columns_of(links, before, "earlier_id")
        if further["first"].null_count() == further.height:
            return links
        links = further.select("line_id", earlier_id=pl.coalesce("first", "earlier_id"))
