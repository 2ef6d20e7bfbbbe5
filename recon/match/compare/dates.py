"""Date findings: documents in an order in time that they should not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import only, where
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.limits import seen_by, side_limits, without_invoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance


@dataclass(frozen=True)
class Days:
    """Days that count against the supplier: from `expected` to `actual`, or back where `late` is false."""

    code: str
    kind: str
    id_column: str
    expected: str
    actual: str
    late: bool


BEFORE_ORDER = Days("invoice_before_order", "invoice", "line_id", "order_order_date", "invoice_date", late=False)
BEFORE_RECEIPT = Days("invoice_before_receipt", "invoice", "line_id", "first_receipt_date", "invoice_date", late=False)
LATE = Days("late_delivery", "receipt", "receipt_id", "order_due_date", "receipt_date", late=True)


def date_findings(lines: pl.DataFrame, receipts: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return date findings of lines (with `first_receipt_date`) and of receipts that count and are not returns.

    What is not linked has no date of its order to be held against.
    """
    return all_found(
        [
            _found(lines, BEFORE_ORDER, tolerances),
            _found(lines, BEFORE_RECEIPT, tolerances),
            _found(where(receipts, receipts["counts"]), LATE, tolerances),
        ]
    )


def order_closed(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `order_closed` for lines invoiced after their order line was closed; only told where the goods came before that."""
    if lines["order_closed_date"].null_count() == lines.height:
        return no_findings()
    after = lines.filter(pl.col("invoice_date") > pl.col("order_closed_date"))
    return findings(
        after,
        "invoice",
        "line_id",
        "order_closed",
        measure="date",
        expected_date=pl.col("order_closed_date"),
        actual_date=pl.col("invoice_date"),
        variance=(pl.col("invoice_date") - pl.col("order_closed_date")).dt.total_days(),
        amount_at_risk=pl.col("amount"),
        info=pl.col("came_before_closing"),
    )


def _found(lines: pl.DataFrame, days: Days, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    actual, expected = lines[days.actual], lines[days.expected]
    against_us = (actual > expected) & (lines["quantity"] > 0) if days.late else actual < expected
    if not against_us.any():
        return no_findings()
    apart = (pl.col(days.actual) - pl.col(days.expected)).dt.total_days().abs()
    seen = {days.id_column, days.actual, days.expected, "amount", *seen_by(tolerances)}
    against = where(only(lines, sorted(seen & {*lines.columns})), against_us).with_columns(apart.alias("_days"))
    limited = against if days.kind == "invoice" else without_invoice(against)
    limits = side_limits(limited, tolerances, "date", "over")
    judged = against.with_columns(limits.absolute.alias("_limit"), limits.tolerance.alias("_tolerance"))
    return findings(
        judged,
        days.kind,
        days.id_column,
        days.code,
        measure="date",
        expected_date=pl.col(days.expected),
        actual_date=pl.col(days.actual),
        variance=pl.col("_days") if days.late else -pl.col("_days"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("amount") if days.kind == "invoice" else pl.lit(None),
        beyond=(pl.col("_days") > pl.col("_limit")).fill_null(value=False),
    )
