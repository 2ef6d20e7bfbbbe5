"""What is earlier: by the day of posting, else of the invoice, then in the order of allocation."""

from __future__ import annotations

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.parts import in_parts
from recon.match.keys import document_key

NEGATIVE = ((pl.col("amount") < 0) | (pl.col("quantity") < 0)).fill_null(value=False)
"""A line that gives back."""
CITATION = (
    document_key("number"),
    document_key("document_id").alias("document"),
    document_key("credited_invoice").alias("cited"),
)
"""What a line's document is called, by its supplier and by the system that booked it, and the one that the line cites."""


def cites(number: str, document: str) -> pl.Expr:
    """Whether `cited` names the document of these columns; what cites none may mean any."""
    named = [(pl.col("cited") == pl.col(each)).fill_null(value=False) for each in (number, document)]
    return pl.any_horizontal(pl.col("cited").is_null(), *named)


def rank(lines: pl.DataFrame) -> pl.Series:
    """Return each line's place in time; what has no date comes last. `lines` have `line_id`, the order of allocation."""
    dated = lines.select("line_id", pl.coalesce("posting_date", "invoice_date").alias("dated")).with_row_index("_at")
    order = dated.sort("dated", "line_id", nulls_last=True).with_row_index("rank").sort("_at")
    return order["rank"].cast(pl.Int64)


def measured(lines: pl.DataFrame) -> pl.Series:
    """Return the quantity of linked lines in the order's unit, without its sign."""
    given = lines[["line_id", "quantity", "factor_num", "factor_den", "source", "row"]].with_row_index("_at")
    return in_parts(given, "_at", _measured, unbounded=True)["measured"]


def _measured(lines: pl.DataFrame) -> pl.DataFrame:
    num, den = (Exact.of(lines[c]).fill(1) for c in ("factor_num", "factor_den"))
    return lines.select(quotient(abs(Exact.of(lines["quantity"])) * num, den).alias("measured"))
