"""Corrections put on the lines: what is reversed by what, and which lines move money alone."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import constant, rows_of, with_columns_of, without
from recon.match.corrections.price_differences import DECLARED, price_differences
from recon.match.corrections.reversals import reversals
from recon.match.link.with_order import takes_part


def with_corrections(lines: pl.DataFrame, planned: pl.Series) -> pl.DataFrame:
    """Add `reversed` and `reversed_with` (the other line, in words), `corrects` (a line_id), `moves_no_quantity`.

    `lines` stand, with their prices and `in_doubt`; `planned`: the heads of orders that plan a discount.
    """
    marked = lines.with_columns(takes_part(lines).alias("takes_part"))
    told = with_reversals(marked)
    found = price_differences(told, planned)
    loose = DECLARED & ~told["order_by_amount"].fill_null(value=False)
    return without(
        with_columns_of(told, found, "line_id").with_columns(
            pl.coalesce("moves_no_quantity", loose).alias("moves_no_quantity")
        ),
        "takes_part",
    )


def reversed_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, invoice_id of the invoice lines that credit notes, not in doubt, take back; `lines` as above."""
    only_notes = pl.when(pl.col("document_type") == "credit_note").then("in_doubt").otherwise(pl.lit(value=True))
    told = with_reversals(lines.with_columns(takes_part(lines).alias("takes_part"), only_notes.alias("in_doubt")))
    return told.filter("reversed")[["line_id", "invoice_id"]]


def in_full(lines: pl.DataFrame, back: pl.DataFrame) -> pl.Series:
    """Return the invoice_id of invoices of which every item line is among those that are taken back."""
    told = lines[["line_id", "invoice_id", "line_type", "document_type"]]
    items = told.filter(pl.col("line_type") == "item", pl.col("document_type") == "invoice")
    left = items.join(back, on="line_id", how="anti")[["invoice_id"]]
    return items.join(left, on="invoice_id", how="anti")["invoice_id"].unique()


def with_reversals(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `reversed` and `reversed_with` to lines with `takes_part`."""
    pairs = reversals(lines)
    if pairs.is_empty():
        other = constant(None, lines.height, pl.String).alias("reversed_with")
        return lines.hstack([other, constant(False, lines.height, pl.Boolean).alias("reversed")])
    both = pl.concat([pairs.rename({"reverses": "other"}), pairs.select(line_id="reverses", other="line_id")])
    line = pl.when(pl.col("invoice_line").is_not_null()).then(pl.format("/{}", "invoice_line")).otherwise(pl.lit(""))
    names = rows_of(lines, both["other"]).select(pl.format("{}{}", "number", line).alias("reversed_with"))
    named = both[["line_id"]].hstack(names)
    return with_columns_of(lines, named, "line_id").with_columns(
        pl.col("reversed_with").is_not_null().alias("reversed")
    )
