"""Signs: one a line, and credit notes negative, however the export signs them."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import among, without
from recon.engine.sums import group_sums
from recon.kinds import COUNT, MONEY, TOTAL
from recon.match.documents import one_document
from recon.match.normalise.extra_lines import AS_GIVEN, with_extra_lines
from recon.match.normalise.net import one_sign
from recon.tables import INVOICE_LINES


def signed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return invoice lines with `document_type` and the signs it means; prices are positive."""
    lines = _typed(
        with_extra_lines(one_sign(_positive_prices(frame), "amount_num", "tax_amount")).with_row_index("_at")
    )
    credit = pl.col("document_type") == "credit_note"
    notes = lines.filter(lines["document_type"] == "credit_note")
    if notes.is_empty():
        return without(lines, "_at", "_type_given", "party_key")
    turn = _to_be_turned(notes)
    marked = without(lines.with_columns(among("_at", turn).alias("_turn")), "_at")
    return without(
        marked.with_columns(
            *(
                pl.when("_turn").then(-pl.col(c)).otherwise(pl.col(c)).alias(c)
                for c in (*INVOICE_LINES.of(COUNT, MONEY), "amount_num")
            ),
            *(pl.when(credit).then(-pl.col(c).abs()).otherwise(pl.col(c)).alias(c) for c in INVOICE_LINES.of(TOTAL)),
        ),
        "_turn",
        "_type_given",
        "party_key",
    )


def _positive_prices(frame: pl.DataFrame) -> pl.DataFrame:
    """Make prices positive; a negative one that was given turns its quantity: 1 at -50 is -1 at 50."""
    if not (frame["unit_price"] < 0).any():
        return frame
    below = (pl.col("unit_price") < 0).fill_null(value=False)
    given = below & (pl.col("derived") != "unit_price").fill_null(value=True)
    return frame.with_columns(
        pl.when(given).then(-pl.col("quantity")).otherwise("quantity").alias("quantity"),
        *(pl.when(below).then(-pl.col(c)).otherwise(c).alias(c) for c in ("unit_price", "price_num")),
    )


def _typed(lines: pl.DataFrame) -> pl.DataFrame:
    """Name the type of documents that do not: below zero a credit note, else an invoice."""
    if not lines["document_type"].null_count():
        return lines.with_columns(pl.col("document_type").alias("_type_given"))
    untyped = lines.filter(pl.col("document_type").is_null())
    sums = _document_sums(untyped, "amount").filter(pl.col("amount") < 0)
    below = among("_at", sums["_at"])
    kind = pl.when(below).then(pl.lit("credit_note")).otherwise(pl.lit("invoice"))
    typed = pl.coalesce("document_type", kind)
    return lines.with_columns(typed.alias("document_type"), pl.col("document_type").alias("_type_given"))


def _to_be_turned(notes: pl.DataFrame) -> pl.Series:
    """Return `_at` of lines of credit notes that sum above zero; where the amounts sum to 0, the quantities decide."""
    sums = _document_sums(notes.with_columns(pl.col("_type_given").alias("document_type")), "amount", "quantity")
    above = (pl.col("amount") > 0) | ((pl.col("amount") == 0) & (pl.col("quantity") >= 0))
    return sums.filter(above)["_at"]


def _document_sums(lines: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return `_at` and the sums of columns over each line's document, as far as the lines' own words tell."""
    placed = lines.with_columns(one_document(lines, AS_GIVEN, "_at").alias("_document"))
    return placed[["_at", "_document"]].join(group_sums(placed, ["_document"], *columns), on="_document")
