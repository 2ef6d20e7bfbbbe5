"""Who it is about: invoices, what is held and what differs, by supplier and by buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DECISIONS
from recon.engine.sums import group_sums

if TYPE_CHECKING:
    from collections.abc import Mapping

PAY, REVIEW, HOLD = DECISIONS


def by_supplier(frames: Mapping[str, pl.DataFrame], open_findings: pl.DataFrame) -> pl.DataFrame:
    """Return one row a supplier and currency: invoices, held, to review, difference, oldest, most frequent code.

    `open_findings` is the To do view. Those with the most on hold stand first.
    """
    by = ["supplier_id", "supplier_name", "currency"]
    invoices = frames["invoices"].with_columns(
        pl.when(pl.col("decision") == HOLD).then(pl.col("amount")).otherwise(0).alias("amount_on_hold")
    )
    return _counted(invoices, open_findings, by, "amount", "amount_on_hold")


def by_buyer(frames: Mapping[str, pl.DataFrame], open_findings: pl.DataFrame) -> pl.DataFrame:
    """Return the same by buyer and currency for the invoices of orders that name one; empty where none does."""
    orders = frames["order_lines"].drop_nulls("buyer")
    key = ["company", "order_po_number", "order_po_line"]
    named = orders.select("company", pl.col("po_number").alias(key[1]), pl.col("po_line").alias(key[2]), "buyer")
    lines = frames["invoice_lines"].join(named.unique(key), on=key, how="inner", nulls_equal=True)
    by = ["buyer", "currency"]
    whole = ["company", "supplier_id", "invoice_number", "document_type"]
    held = pl.when(pl.col("decision") == HOLD).then(pl.col("amount")).otherwise(0)
    lines = lines.with_columns(held.alias("amount_on_hold")).sort("invoice_date", *whole)
    return _counted(lines, open_findings, by, "amount", "amount_on_hold", whole)


def _counted(
    rows: pl.DataFrame, found: pl.DataFrame, by: list[str], amount: str, held: str, whole: list[str] | None = None
) -> pl.DataFrame:
    """Count rows (where `whole` names a document, documents) by `by`, with sums and what was found most often."""
    each = pl.struct(whole) if whole else pl.int_range(pl.len())
    decided = [
        each.filter(pl.col("decision") == word).n_unique().alias(name)
        for word, name in ((HOLD, "on_hold"), (REVIEW, "to_review"))
    ]
    counts = rows.group_by(by, maintain_order=True).agg(each.n_unique().alias("invoices"), *decided)
    sums = group_sums(rows, by, amount, held)
    open_dates = rows.filter(pl.col("decision").is_in([HOLD, REVIEW])).group_by(by)
    oldest = open_dates.agg(pl.col("invoice_date").min().alias("oldest"))
    differences = group_sums(found.with_columns(difference=pl.col("once")), by, "difference")
    often = found.group_by(*by, "code").agg(pl.len().alias("n")).sort("n", "code", descending=[True, False])
    often = often.group_by(by, maintain_order=True).agg(pl.col("code").first().alias("most_frequent"))
    table = counts
    for beside in (sums, oldest, differences, often):
        table = table.join(beside, on=by, how="left", nulls_equal=True, maintain_order="left")
    return table.with_columns(pl.col("difference").fill_null(0)).sort(
        held, "difference", *by, descending=[True, True] + [False] * len(by), nulls_last=True
    )
