"""Forecast: when goods that are not billed yet will be paid for: delivery, bill and terms, by what suppliers did before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.commitments import ORDERED, RECEIVED
from recon.close.dues import due_by_terms
from recon.close.looked_at import taken
from recon.codes import BY_RECEIPT
from recon.engine.joins import with_columns_of

if TYPE_CHECKING:
    from datetime import date

    from recon.close.looked_at import Matched
    from recon.rules.rule import Rules
    from recon.tables import Sources

LEAST = 5
"""Fewer cases have no median that says anything."""
MEDIAN, DEFAULT = "median", "default"


def expected(committed: pl.DataFrame, done: Matched, sources: Sources, last: date, rules: Rules) -> pl.DataFrame:
    """Return the goods of COMMITMENTS that are ordered or received and not billed, with the `day` on which they cost money.

    Delivery is the order's due date, where that is past the last day and the median delay of the supplier; the bill follows
    by the median of the supplier (of all, where it has fewer than LEAST cases; else at once: `default`); then the
    terms. Without terms that can be read, or without a date of delivery, the day is null.
    """
    goods = committed.filter(pl.col("state").is_in([ORDERED, RECEIVED])).drop("due_date", "basis", "n")
    ordered = taken(done.order_lines, "order", "supplier_id", "policy", "due_date", "payment_terms")
    came = _came(ordered.select("order", "supplier_id", "policy", "due_date"), done)
    last_receipt = came.filter("counts").group_by("order").agg(last_receipt=pl.col("receipt_date").max())
    about = with_columns_of(ordered, last_receipt, "order").drop("supplier_id", "policy")
    agreed = sources.suppliers.select("supplier_id", agreed="payment_terms").unique("supplier_id", keep="first")
    known = with_columns_of(goods, about, "order").join(agreed, on="supplier_id", how="left")
    billing = _medians(taken(done.billing, "supplier_id", "days"), "lag")
    lateness = _medians(_lateness(came), "late")
    timed = _with_median(_with_median(known, billing, "lag"), lateness, "late")
    delivered = _delivered(last)
    billed = pl.max_horizontal(delivered + pl.duration(days=pl.col("lag")), pl.lit(last))
    invoiced = pl.when(delivered.is_not_null()).then(billed)
    dated = timed.with_columns(delivered=delivered, invoice_date=invoiced, terms=pl.coalesce("payment_terms", "agreed"))
    told = due_by_terms(dated, sources.terms, rules)
    basis = pl.when(pl.col("day").is_null()).then(None).when(pl.col("lag_n") > 0).then(pl.lit(MEDIAN))
    return told.with_columns(
        basis=basis.otherwise(pl.lit(DEFAULT)), n=pl.when(pl.col("day").is_not_null()).then("lag_n")
    )


def _delivered(last: date) -> pl.Expr:
    """Return when goods came, or will come: an overdue delivery is late by as much again as its supplier usually is."""
    overdue = pl.lit(last) + pl.duration(days=pl.col("late"))
    ahead = pl.when(pl.col("due_date") > last).then("due_date").when(pl.col("due_date").is_not_null()).then(overdue)
    return pl.when(pl.col("state") == RECEIVED).then(pl.coalesce("last_receipt", pl.lit(last))).otherwise(ahead)


def _came(ordered: pl.DataFrame, done: Matched) -> pl.DataFrame:
    """Return receipt_date of each receipt of an order line, whether it `counts`, and what `ordered` says."""
    linked = pl.col("order").is_not_null()
    lines = taken(done.receipt_lines, "order", "receipt_date", "quantity_counted", where=linked)
    came = lines.with_columns(counts=pl.col("quantity_counted").is_not_null()).drop("quantity_counted")
    return with_columns_of(came, ordered, "order")


def _lateness(came: pl.DataFrame) -> pl.DataFrame:
    """Return supplier_id and the days after its order's due date on which each receipt came; 0 where it was in time."""
    days = (pl.col("receipt_date") - pl.col("due_date")).dt.total_days()
    return came.filter(pl.col("policy").is_in(BY_RECEIPT)).select("supplier_id", days=days.clip(0))


def _medians(cases: pl.DataFrame, name: str) -> tuple[pl.DataFrame, int, int]:
    """Return the median of each supplier with enough cases, that of all, and of how many (0, 0 where there are too few)."""
    known = cases.drop_nulls("days")
    median = pl.col("days").median().round().cast(pl.Int64)
    of_each = known.group_by("supplier_id").agg(median.alias(name), pl.len().cast(pl.Int64).alias(f"{name}_n"))
    whole = known.select(median, n=pl.len()).row(0) if known.height >= LEAST else (0, 0)
    return of_each.filter(pl.col(f"{name}_n") >= LEAST), *whole


def _with_median(rows: pl.DataFrame, medians: tuple[pl.DataFrame, int, int], name: str) -> pl.DataFrame:
    of_each, of_all, count = medians
    joined = rows.join(of_each, on="supplier_id", how="left")
    return joined.with_columns(pl.col(name).fill_null(of_all), pl.col(f"{name}_n").fill_null(count))
