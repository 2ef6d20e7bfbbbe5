"""Figures that need what the exports alone do not have: payments, and the user's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.close.amounts import product
from recon.close.dues import IS_PAID
from recon.close.kpi import Kpi, medians_of
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from recon.rules.close import Close

PAYMENTS = "payments"


def of_payments(dues: pl.DataFrame, first: date, last: date) -> Iterator[Kpi | pl.DataFrame]:
    """Yield the figures of invoices (DUES) paid or due in the period; credit notes are none. Paid is what is paid in whole."""
    bills = dues.filter(pl.col("document_type") != "credit_note")
    within = IS_PAID & pl.col("paid_on").is_between(first, last)
    paid = bills.filter(within)
    due = bills.filter(pl.col("due_date").is_between(first, last) | within)
    known = due.drop_nulls("due_date")
    in_time = IS_PAID & (pl.col("paid_on") <= pl.col("due_date")).fill_null(value=False)
    told = "invoices paid by their due date / invoices paid or due in the period"
    if dues["paid_on"].is_null().all():  # no payments were given: nothing is known, rather than nothing paid
        known = known.clear()
    yield Kpi("on_time_payment_rate", "invoice", told, known, in_time, source=PAYMENTS)
    worth = pl.col("amount").fill_null(0)
    yield Kpi("on_time_payment_rate", "amount", f"amount of {told}", known, in_time, worth, worth, source=PAYMENTS)
    early = (pl.col("paid_on") < pl.col("due_date")) & (pl.col("discount_status") != "taken").fill_null(value=True)
    told = "invoices paid before their due date without a discount / invoices paid in the period"
    yield Kpi(
        "early_payment_rate",
        "invoice",
        told,
        paid.drop_nulls("due_date"),
        early.fill_null(value=False),
        source=PAYMENTS,
    )
    days = (pl.col("paid_on") - pl.col("invoice_date")).dt.total_days().cast(EXACT)
    aged = product(paid.drop_nulls("invoice_date").with_columns(days=days), "weighed", ["amount", "days"])
    told = "days from invoice date to payment, weighed by amount"
    every = pl.lit(value=True)
    yield Kpi(
        "dpo", "amount", told, aged.drop_nulls("amount"), every, pl.col("weighed"), pl.col("amount"), source=PAYMENTS
    )
    told = "median days from invoice date to payment"
    paid_after = paid.with_columns(days=pl.col("paid_on") - pl.col("invoice_date"))
    yield medians_of("dpo_median", told, paid_after, PAYMENTS)
    offered = paid.drop_nulls("discount_status")
    told = "invoices paid within their discount period with the discount / paid invoices that offer one"
    yield Kpi("discount_capture", "invoice", told, offered, pl.col("discount_status") == "taken", source=PAYMENTS)


def of_user(close: Close, invoices: int) -> pl.DataFrame:
    """Return rows of cost and hours, of the user's own numbers alone; both numbers of the fraction are shown."""
    rows = []
    if close.cost_per_period is not None:
        told = "what accounts payable costs a period / invoices of the period"
        rows.append(_row("cost_per_invoice", told, close.cost_per_period, invoices, invoices))
    if close.hours_before is not None and close.hours_now is not None:
        told = "hours of reconciliation before less now / before"
        saved = close.hours_before - close.hours_now
        rows.append(_row("reconciliation_hours", told, saved, close.hours_before, 1))
    numbers: dict[str, Any] = {"numerator": EXACT, "denominator": EXACT, "n": pl.Int64}
    return pl.DataFrame(rows, schema_overrides=numbers) if rows else pl.DataFrame()


def _row(name: str, told: str, top: Decimal, bottom: Decimal | int, count: int) -> dict[str, object]:
    fraction = {"numerator": top, "denominator": bottom, "n": count}
    return {"name": name, "grain": "amount", "scope": "all", "definition": told, "source": "user", **fraction}
