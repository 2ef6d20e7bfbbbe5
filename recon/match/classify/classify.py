"""Classify: what each finding is called and leads to, and with that the status and decision of every line and invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DECISION_OF, DECISIONS, LINE, SEVERITIES, STATUSES
from recon.engine.joins import among, only, where, with_columns_of, without
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.rule import Rules

ACCRUAL = "received_not_invoiced"
OF_ORDERS = ("price", "quantity", "quantity_received", "quantity_accepted", "quantity_ordered", "amount")
"""Measures by which an order line is no better than the lines that bill it."""
CODE_LIST = pl.List(pl.String)
OF_FINDING = ["id", "code", "severity", "amount_at_risk", "at_risk_currency", "beyond"]
"""What of a finding its line is judged by."""
JUDGED: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.Int64,
    "codes": CODE_LIST,
    "status": pl.String,
    "decision": pl.String,
    "amount_at_risk": EXACT,
}
OF_DOCUMENT = ("invoice_key", "invoice_facts", "company", "supplier_id", "supplier_name", "invoice_number", "document_type", "invoice_date", "group_id")  # fmt: skip


def with_severity(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `severity` to findings that are beyond their limits; what a situation makes `info` is no more, whatever its code."""
    severities = {code: rules.severity(code) for code in found["code"].unique()}
    usual = pl.col("code").replace_strict(severities, return_dtype=pl.String)
    return found.with_columns(pl.when("info").then(pl.lit(SEVERITIES[0])).otherwise(usual).alias("severity"))


def classify_lines(lines: pl.DataFrame, found: pl.DataFrame, kind: str, id_column: str) -> pl.DataFrame:
    """Add `codes`, `status`, `decision` and `amount_at_risk` to lines from what is `judged` of their findings.

    A line is `pay` only if it is known to have no code worse than info; anything unknown holds.
    """
    mine = judged(found, kind).rename({"id": id_column})
    return with_columns_of(lines, mine, id_column).with_columns(
        pl.col("codes").fill_null(pl.lit([], dtype=CODE_LIST)),
        pl.col("status").fill_null("matched"),
        pl.col("decision").fill_null(DECISIONS[0]),
        pl.col("decision").fill_null(DECISIONS[0]).alias("effective_decision"),
    )


def with_status_of_lines(orders: pl.DataFrame, found: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return classified orders whose `status` is the worst of their own and of what their lines' quantities, amounts and prices have."""
    placed = only(found.filter((pl.col("kind") == LINE) & pl.col("measure").is_in(OF_ORDERS)), ["id", "beyond"])
    if placed.is_empty():
        return orders
    theirs = with_columns_of(placed.rename({"id": "line_id"}), lines[["line_id", "order_id"]], "line_id")
    worst = theirs.drop_nulls("order_id").group_by("order_id").agg(pl.col("beyond").any())
    off = pl.when("beyond").then(pl.lit(STATUSES[-1])).otherwise(pl.lit(STATUSES[1]))
    told = with_columns_of(orders, worst, "order_id")
    return without(
        told.with_columns(
            pl.when(pl.col("beyond").is_null() | (pl.col("status") == STATUSES[-1]))
            .then("status")
            .otherwise(off)
            .alias("status")
        ),
        "beyond",
    )


def judged(found: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return `id`, `codes`, `status`, `decision` and `amount_at_risk` of each line of a kind that has a finding (with `severity`).

    Most findings are within their limits: of those it is only asked which lines have one.
    """
    mine = where(only(found, OF_FINDING), found["kind"] == kind)
    if mine.is_empty():
        return pl.DataFrame(schema=dict(JUDGED))
    beyond, within = where(mine, mine["beyond"]), mine["id"].filter(~mine["beyond"]).unique()
    coded = with_columns_of(_worst(beyond), _listed(beyond, "id", "code"), "id")
    others = within.filter(~within.is_in(coded["id"].implode())).to_frame()
    told = pl.concat([coded, others], how="diagonal")
    return told.select(
        "id", "codes", _status(among("id", within)).alias("status"), _decision().alias("decision"), "amount_at_risk"
    )


def _worst(beyond: pl.DataFrame) -> pl.DataFrame:
    """Return `worst` severity, whether any code is `real`, and `amount_at_risk` of each `id`.

    At risk is the greatest of what its findings tell in the line's own currency: others are not to be compared with it.
    """
    worst = {severity: place for place, severity in enumerate(SEVERITIES)}
    each = beyond.select(
        "id",
        pl.col("severity").replace_strict(worst, return_dtype=pl.Int8).alias("worst"),
        pl.when(pl.col("at_risk_currency").is_null()).then("amount_at_risk").alias("amount_at_risk"),
        (pl.col("code") != ACCRUAL).alias("real"),
    )
    return each.group_by("id").agg(pl.col("worst", "amount_at_risk").max(), pl.col("real").any())


def _listed(codes: pl.DataFrame, by: str, column: str) -> pl.DataFrame:
    """Return `codes`, the distinct ones in order, of each value of `by`."""
    distinct = only(codes, [by, column]).sort(by, column).unique(maintain_order=True)
    return distinct.group_by(by, maintain_order=True).agg(pl.col(column).alias("codes"))


def _status(varied: pl.Expr) -> pl.Expr:
    """Return discrepant for any code but the accrual, tolerated where a variance is within its limit, else matched."""
    return (
        pl.when("real").then(pl.lit("discrepant")).when(varied).then(pl.lit("tolerated")).otherwise(pl.lit("matched"))
    )


def _decision() -> pl.Expr:
    """Return pay only where there is no code, or none worse than info; every other case holds unless it is a review."""
    nothing = pl.col("worst").is_null() & pl.col("codes").is_null()
    places = {place: DECISION_OF[severity] for place, severity in enumerate(SEVERITIES)}
    known = pl.col("worst").replace_strict(places, default=DECISIONS[-1], return_dtype=pl.String)
    return pl.when(nothing).then(pl.lit(DECISIONS[0])).otherwise(known.fill_null(DECISIONS[-1]))


def classify_invoices(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row an invoice: the worst of its lines, the sum of their amounts, its codes.

    Its currency is the one that its lines have: freight without an order has none of its own where the export gives none.
    Where they have several it has none, and no amounts: euros and dollars add up to nothing.
    """
    several = pl.col("currency").drop_nulls().n_unique() > 1
    rank = {decision: place for place, decision in enumerate(DECISIONS)}
    order = {status: place for place, status in enumerate(STATUSES)}
    grouped = lines.group_by("invoice_id").agg(
        pl.col(*OF_DOCUMENT).first(),
        pl.when(~several).then(pl.col("currency").first(ignore_nulls=True)).alias("currency"),
        pl.len().cast(pl.Int64).alias("lines"),
        *(pl.when(~several).then(pl.col(c).sum()).alias(c) for c in ("amount", "amount_at_risk")),
        pl.col("status").replace_strict(order, return_dtype=pl.Int8).max(),
        pl.col("decision").replace_strict(rank, return_dtype=pl.Int8).max(),
    )
    coded = lines[["invoice_id", "codes"]].explode("codes", empty_as_null=False)
    decision = pl.col("decision").replace_strict({i: s for s, i in rank.items()}, return_dtype=pl.String)
    return with_columns_of(grouped, _listed(coded, "invoice_id", "codes"), "invoice_id").with_columns(
        pl.col("codes").fill_null(pl.lit([], dtype=CODE_LIST)),
        pl.col("status").replace_strict({i: s for s, i in order.items()}, return_dtype=pl.String),
        decision,
        decision.alias("effective_decision"),
    )
