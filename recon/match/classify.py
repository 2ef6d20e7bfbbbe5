"""Classify: what each finding is called and leads to, and with that the status and decision of every line and invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.keys import DOCUMENT
from recon.rules import CODES, SEVERITY_ORDER
from recon.tables import EXACT

if TYPE_CHECKING:
    from recon.rules import Rules

DECISIONS = dict(zip(SEVERITY_ORDER, ("pay", "review", "hold"), strict=True))
ACCRUAL = "received_not_invoiced"


def with_severity(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `severity` to findings that are beyond their limits."""
    severities = {code: rules.severity(code) for code in CODES}
    return found.with_columns(pl.col("code").replace_strict(severities, return_dtype=pl.String).alias("severity"))


def classify_lines(lines: pl.DataFrame, found: pl.DataFrame, kind: str, id_column: str) -> pl.DataFrame:
    """Add `codes`, `status`, `decision` and `amount_at_risk` to lines from all their findings (with `severity`).

    A line is `pay` only if it is known to have no code worse than info; anything unknown holds.
    """
    mine = found.filter(pl.col("kind") == kind)
    beyond = mine.filter("beyond")
    worst = pl.col("severity").replace_strict({s: i for i, s in enumerate(SEVERITY_ORDER)}, return_dtype=pl.Int8)
    judged = beyond.group_by("id").agg(
        pl.col("code").unique().sort().alias("codes"), worst.max().alias("worst"), pl.col("amount_at_risk").max()
    )
    varied = mine.filter(~pl.col("beyond")).select("id", pl.lit(value=True).alias("varied")).unique()
    joined = lines.join(judged, left_on=id_column, right_on="id", how="left", maintain_order="left").join(
        varied, left_on=id_column, right_on="id", how="left", maintain_order="left"
    )
    none = pl.lit([], dtype=pl.List(pl.String))
    return (
        joined.with_columns(pl.col("codes").fill_null(none), pl.col("amount_at_risk").cast(EXACT))
        .with_columns(_status().alias("status"), _decision().alias("decision"))
        .drop("worst", "varied")
    )


def _status() -> pl.Expr:
    real = pl.col("codes").list.set_difference(pl.lit([ACCRUAL], dtype=pl.List(pl.String))).list.len() > 0
    return (
        pl.when(real)
        .then(pl.lit("discrepant"))
        .when(pl.col("varied").fill_null(value=False))
        .then(pl.lit("tolerated"))
        .otherwise(pl.lit("matched"))
    )


def _decision() -> pl.Expr:
    """Return pay only where there is no code, or none worse than info; every other case holds unless it is a review."""
    nothing = pl.col("worst").is_null() & (pl.col("codes").list.len() == 0)
    return (
        pl.when(nothing | (pl.col("worst") == SEVERITY_ORDER.index("info")))
        .then(pl.lit(DECISIONS["info"]))
        .when(pl.col("worst") == SEVERITY_ORDER.index("review"))
        .then(pl.lit(DECISIONS["review"]))
        .otherwise(pl.lit(DECISIONS["hold"]))
    )


def classify_invoices(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row an invoice: the worst of its lines, the sum of their amounts, its codes.

    Its currency is the first that a line has: freight without an order has none of its own where the export gives none.
    """
    rank = {"pay": 0, "review": 1, "hold": 2}
    order = {"matched": 0, "tolerated": 1, "discrepant": 2}
    grouped = lines.group_by([*DOCUMENT, "document_id"]).agg(
        pl.col("company", "supplier_id", "supplier_name", "invoice_number", "invoice_date", "group_id").first(),
        pl.col("currency").first(ignore_nulls=True),
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("amount").sum(),
        pl.col("amount_at_risk").sum(),
        pl.col("status").replace_strict(order, return_dtype=pl.Int8).max(),
        pl.col("decision").replace_strict(rank, return_dtype=pl.Int8).max(),
        pl.col("codes").explode(empty_as_null=True).drop_nulls().unique().sort(),
    )
    return grouped.with_columns(
        pl.col("status").replace_strict({i: s for s, i in order.items()}, return_dtype=pl.String),
        pl.col("decision").replace_strict({i: s for s, i in rank.items()}, return_dtype=pl.String),
    )
