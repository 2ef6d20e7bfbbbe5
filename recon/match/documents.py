"""Which invoice lines are one document: one number, and one id of the booking system's, else the same dates and total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.keys import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

TELL_APART = ("invoice_date", "posting_date", "invoice_total")
"""Where a document has no id of the booking system's, in this order."""


def with_documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `invoice_id`: the least line_id of the document that each line (with the columns DOCUMENT) belongs to."""
    return lines.with_columns(one_document(lines, DOCUMENT).alias("invoice_id"))


def one_document(lines: pl.DataFrame, base: Sequence[str], name: str = "line_id") -> pl.Series:
    """Return for each line the least `name` of its document: of the lines that are equal in `base` and are one.

    That is those with one `document_id`, and those without that agree in TELL_APART, column by column, where an absent
    value goes with the only one that the others give.
    """
    if lines.is_empty():
        return lines[name]
    own = pl.col("document_id").str.strip_chars()
    given = lines.select(name, *base, *TELL_APART, pl.when(own != "").then(own).alias("own"))
    whole = given.with_columns(pl.col(name).min().over([*base, "own"]).alias("document"))
    differs = pl.any_horizontal((pl.col(c).min() != pl.col(c).max()).fill_null(value=False) for c in TELL_APART)
    mixed = whole.filter(pl.col("own").is_null()).group_by("document").agg(differs.alias("differs")).filter("differs")
    if mixed.is_empty():
        return whole["document"]
    apart = _apart(whole.join(mixed[["document"]], on="document", how="semi"), name)
    told = whole.select(name, "document").join(apart, on=name, how="left", maintain_order="left")
    return told.select(pl.coalesce("apart", "document").alias("document")).to_series()


def _apart(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return `name`, `apart`: the documents that lines of one number are split into."""
    for column in TELL_APART:
        given = pl.col(column)
        only = pl.when(given.min().over("document") == given.max().over("document")).then(given.min().over("document"))
        filled = lines.with_columns(pl.coalesce(given, only).alias(column))
        lines = filled.with_columns(pl.col(name).min().over("document", column).alias("document"))
    return lines.select(name, apart="document")
