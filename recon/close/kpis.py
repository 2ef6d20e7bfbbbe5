"""Figures that people are judged by: each an exact fraction with its count, whole and by supplier."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product
from recon.close_tables import KPIS
from recon.codes import BY_RECEIPT
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from recon.ledger.reconcile import Reconciliation

Z = Decimal("1.959964")
"""Of a normal distribution, 95 percent lie within so many deviations."""
FEW = 100
"""Shares of fewer have an interval."""
ONE, ZERO = pl.lit(1, EXACT), pl.lit(0, EXACT)
COUNTS = ("invoice", "line")


@dataclass(frozen=True)
class Kpi:
    """One figure: a row of `frame` counts `bottom` below the line, and `top` above it where `hit` holds."""

    name: str
    grain: str
    definition: str
    frame: pl.DataFrame
    hit: pl.Expr
    top: pl.Expr = ONE
    bottom: pl.Expr = ONE


def kpis(done: Reconciliation, dues: pl.DataFrame, receipts: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Return KPIS of the period `first` to `last`: what was invoiced, or due, within it.

    `dues` are DUES and `receipts` GR_IR_RECEIPTS. Amounts are told by currency. Without any case the value is null.
    """
    period = f"{first}..{last}"
    figures = [*_of_invoices(done, first, last), *_of_lines(done, first, last), *_of_orders(done, first, last)]
    figures += [*_of_dues(dues, first, last), *_of_open_receipts(receipts)]
    rows = [_rows(figure, scope) for figure in figures for scope in ("all", "supplier")]
    whole = pl.concat(rows, how="diagonal").with_columns(period=pl.lit(period))
    valued = product(whole.with_columns(source=pl.lit(""), row=pl.lit(0)), "value", ["numerator"], "denominator")
    shown = KPIS.cast(_with_interval(valued).drop("source", "row")).select(*KPIS.columns)
    return shown.sort("name", "grain", "currency", "scope", "scope_value")


def _of_invoices(done: Reconciliation, first: date, last: date) -> Iterator[Kpi]:
    invoices = _within(done.invoices, "invoice_date", first, last)
    codes = pl.col("codes").list
    told = "invoices decided pay / all invoices, set-aside duplicates included"
    yield Kpi("first_pass_match_rate", "invoice", told, invoices, pl.col("decision") == "pay")
    yield Kpi(
        "exception_rate",
        "invoice",
        "invoices in review or on hold / all invoices",
        invoices,
        pl.col("decision") != "pay",
    )
    yield Kpi(
        "exact_match_rate",
        "invoice",
        "invoices without any variance / all invoices",
        invoices,
        pl.col("status") == "matched",
    )
    duplicate = codes.contains("duplicate_invoice") | codes.contains("possible_duplicate")
    yield Kpi(
        "duplicate_rate", "invoice", "invoices with a certain or possible duplicate / all invoices", invoices, duplicate
    )


def _of_lines(done: Reconciliation, first: date, last: date) -> Iterator[Kpi]:
    items = _within(done.invoice_lines.filter(pl.col("line_type") == "item"), "invoice_date", first, last)
    linked, amount = pl.col("link").is_not_null(), pl.col("amount").fill_null(ZERO)
    yield Kpi("po_coverage", "line", "item lines linked to an order / all item lines", items, linked)
    yield Kpi(
        "po_coverage",
        "amount",
        "amount of item lines linked to an order / of all item lines",
        items,
        linked,
        amount,
        amount,
    )
    before = pl.col("codes").list.contains("invoice_before_order")
    late = "amount on item lines invoiced before their order / of linked item lines"
    yield Kpi("maverick_rate", "amount", late, items.filter(linked), before, amount, amount)
    priced = items.filter(pl.col("price_variance_amount").is_not_null())
    at_order = pl.col("amount") - pl.col("price_variance_amount")
    more = "invoiced above the order's price / the same lines at the order's price"
    variance = pl.col("price_variance_amount")
    yield Kpi("price_variance_percent", "amount", f"unfavourable: {more}", priced, variance > 0, variance, at_order)
    yield Kpi(
        "price_variance_favourable",
        "amount",
        "invoiced below the order's price / the same lines at it",
        priced,
        variance < 0,
        variance,
        at_order,
    )


def _of_orders(done: Reconciliation, first: date, last: date) -> Iterator[Kpi]:
    goods = done.order_lines.filter(pl.col("policy").is_in(BY_RECEIPT), pl.col("quantity").is_not_null())
    due = _within(goods, "due_date", first, last)
    linked = done.receipt_lines.drop_nulls("quantity_counted").select(
        "group_id", "receipt_date", "quantity_counted", po_number="order_po_number", po_line="order_po_line"
    )
    keys = ["group_id", "po_number", "po_line"]
    arrived = due.select(*keys, "due_date").join(linked, on=keys)
    in_time = arrived.filter((pl.col("receipt_date") <= pl.col("due_date")).fill_null(value=False))
    sums = in_time.group_by(keys).agg(in_time=pl.col("quantity_counted").sum())
    held = due.join(sums, on=keys, how="left").with_columns(pl.col("in_time").fill_null(ZERO))
    least = pl.col("quantity").cast(EXACT)
    yield Kpi(
        "in_full", "line", "order lines due and received in full / order lines due", held, pl.col("received") >= least
    )
    yield Kpi(
        "otif",
        "line",
        "order lines due and received in full by their due date / order lines due",
        held,
        pl.col("in_time") >= least,
    )


def _of_dues(dues: pl.DataFrame, first: date, last: date) -> Iterator[Kpi]:
    offered = dues.drop_nulls("discount_status").filter(pl.col("discount_date").is_between(first, last))
    worth, status = pl.col("discount_amount"), pl.col("discount_status")
    yield Kpi(
        "discount_capture",
        "amount",
        "discount taken / discount offered to the end of the period",
        offered,
        status == "taken",
        worth,
        worth,
    )
    yield Kpi(
        "discount_missed",
        "amount",
        "discount missed or lost / discount offered",
        offered,
        status.is_in(["missed", "lost"]),
        worth,
        worth,
    )
    waiting = dues.filter(status.is_in(["available", "at_risk"]))
    yield Kpi(
        "discount_at_risk",
        "amount",
        "discount of invoices not cleared to pay / discount still to be had",
        waiting,
        status == "at_risk",
        worth,
        worth,
    )


def _of_open_receipts(receipts: pl.DataFrame) -> Iterator[Kpi]:
    age = pl.col("age_days").cast(EXACT)
    aged = receipts.drop_nulls("age_days").with_columns(days=pl.col("open_amount"))
    weighed = product(aged.with_columns(age=age), "weighed", ["open_amount", "age"])
    told = "age of open receipts in days, weighed by amount"
    yield Kpi(
        "received_not_invoiced_days",
        "amount",
        told,
        weighed,
        pl.lit(value=True),
        pl.col("weighed"),
        pl.col("open_amount"),
    )


def _within(frame: pl.DataFrame, day: str, first: date, last: date) -> pl.DataFrame:
    return frame.filter(pl.col(day).is_between(first, last))


def _rows(figure: Kpi, scope: str) -> pl.DataFrame:
    """Return a row, or one a supplier; of amounts one a currency."""
    currency = pl.lit(None, pl.String) if figure.grain in COUNTS else pl.col("currency")
    counted = figure.frame.select(
        scope_value=pl.lit(None, pl.String) if scope == "all" else pl.col("supplier_id"),
        currency=currency,
        numerator=pl.when(figure.hit).then(figure.top.cast(EXACT)).otherwise(ZERO),
        denominator=figure.bottom.cast(EXACT),
    )
    sums = counted.group_by("scope_value", "currency").agg(
        pl.col("numerator", "denominator").sum(), n=pl.len().cast(pl.Int64)
    )
    if scope == "all" and sums.is_empty() and figure.grain in COUNTS:
        sums = pl.DataFrame({"numerator": [0], "denominator": [0], "n": [0]})
    told = {"name": figure.name, "grain": figure.grain, "scope": scope, "definition": figure.definition}
    return sums.with_columns(
        pl.col("numerator", "denominator").cast(EXACT), *(pl.lit(text).alias(name) for name, text in told.items())
    )


def _with_interval(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the Wilson interval to shares of fewer than FEW cases."""
    bounds = [
        wilson(int(top), count) if grain in COUNTS and 0 < count < FEW else (None, None)
        for top, count, grain in rows.select("numerator", "n", "grain").iter_rows()
    ]
    low, high = (pl.Series([pair[at] for pair in bounds], dtype=EXACT) for at in (0, 1))
    return rows.with_columns(low.alias("low"), high.alias("high"))


def wilson(hits: int, count: int) -> tuple[Decimal, Decimal]:
    """Return the 95 percent interval of a share (Wilson's score interval), to 6 places."""
    n, z2 = Decimal(count), Z * Z
    share = hits / n
    middle = share + z2 / (2 * n)
    spread = Z * ((share * (1 - share) + z2 / (4 * n)) / n).sqrt()
    below = 1 + z2 / n
    low, high = (max(Decimal(0), min(Decimal(1), (middle + sign * spread) / below)) for sign in (-1, 1))
    return round(low, 6), round(high, 6)
