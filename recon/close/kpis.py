"""Figures that people are judged by, from orders, receipts, invoices and payments."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product
from recon.close.cut import booked
from recon.close.kpi import SCOPES, ZERO, Kpi, rows_of, with_interval
from recon.close.kpis_of_history import of_history
from recon.close.kpis_of_others import of_payments, of_user
from recon.close.looked_at import taken, there
from recon.codes import BY_RECEIPT
from recon.engine.joins import with_columns_of, without
from recon.kinds import EXACT
from recon.money_tables import KPIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from recon.close.kpis_of_history import Sighting
    from recon.close.looked_at import Matched
    from recon.ledger.reconcile import Reconciliation
    from recon.rules.close import Close


_OF_LINES = [
    *("line_type", "invoice_date", "posting_date", "link", "amount", "codes", "price_variance_amount", "currency"),
    *("company", "supplier_id", "invoice_key", "document_type"),
]
"""What figures of invoice lines look at."""
BILL = pl.col("document_type").fill_null("invoice") != "credit_note"
_OF_INVOICES = (
    "invoice_key",
    "invoice_date",
    "decision",
    "status",
    "amount",
    "currency",
    "codes",
    "company",
    "supplier_id",
    "document_type",
)
_OF_ORDERS = {
    *("order", "due_date", "expected_quantity", "received"),
    *SCOPES.values(),
}


def kpis(
    done: Matched,
    dues: pl.DataFrame,
    receipts: pl.DataFrame,
    period: tuple[date, date],
    close: Close,
    runs: Sequence[Sighting] = (),
) -> pl.DataFrame:
    """Return KPIS of the period `first` to `last`: what was invoiced, or due, within it.

    `dues` are DUES, `receipts` GR_IR_RECEIPTS and `runs` what earlier runs said. Credit notes are no invoices here. Amounts are told by currency. Without any case the value is null; figures that
    need numbers which nobody gave (cost, hours) have no row.
    """
    first, last = period
    invoices = _booked_within(with_posting(done), first, last).filter(BILL)
    figures = chain(
        _of_invoices(invoices),
        _of_lines(done, invoices, first, last),
        _of_orders(done, first, last),
        _of_dues(dues, first, last),
        _of_open_receipts(receipts),
        of_payments(dues, first, last),
        of_history(runs, first, last),
    )
    rows = [row for of_one_frame in _together(figures) for row in of_one_frame]
    rows.append(of_user(close, invoices.height))
    whole = pl.concat(rows, how="diagonal").with_columns(period=pl.lit(f"{first}..{last}"))
    placed = whole.with_columns(needs="source", source=pl.lit(""), row=pl.lit(0))
    valued = product(placed, "value", ["numerator"], "denominator").with_columns(source="needs")
    shown = KPIS.cast(with_interval(valued)).select(*KPIS.columns)
    return shown.sort("name", "grain", "currency", "scope", "scope_value")


def _together(figures: Iterable[Kpi | pl.DataFrame]) -> Iterator[list[pl.DataFrame]]:
    """Yield the rows of figures, those of one frame added up at once; a median comes as its rows."""
    for _, several in groupby(figures, lambda one: id(one.frame if isinstance(one, Kpi) else one)):
        alike = list(several)
        own = [one for one in alike if isinstance(one, Kpi)]
        yield rows_of(own) if own else [one for one in alike if not isinstance(one, Kpi)]


def with_posting(done: Matched | Reconciliation) -> pl.DataFrame:
    """Return the invoices with `posting_date`, the first that their lines name."""
    posted = pl.col("posting_date").is_not_null()
    named = taken(done.invoice_lines, "invoice_key", "posting_date", where=posted)
    first = named.unique("invoice_key", keep="first", maintain_order=True)
    return taken(done.invoices, *_OF_INVOICES).join(first, on="invoice_key", how="left", maintain_order="left")


def _booked_within(frame: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Return the documents of the period: a month is that of the posting, else of the document's own date."""
    return frame.filter(booked("invoice_lines").is_between(first, last))


def _of_invoices(invoices: pl.DataFrame) -> Iterator[Kpi]:
    codes = pl.col("codes").list
    told = "invoices decided pay / all invoices, set-aside duplicates included"
    yield Kpi("first_pass_match_rate", "invoice", told, invoices, pl.col("decision") == "pay")
    worth = pl.col("amount").fill_null(ZERO)
    yield Kpi(
        "first_pass_match_rate", "amount", f"amount of {told}", invoices, pl.col("decision") == "pay", worth, worth
    )
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
    told = "invoices with a certain or possible duplicate / all invoices"
    yield Kpi("duplicate_rate", "invoice", told, invoices, duplicate)
    yield Kpi("duplicate_rate", "amount", f"amount of {told}", invoices, duplicate, worth, worth)


def _of_lines(done: Matched, invoices: pl.DataFrame, first: date, last: date) -> Iterator[Kpi]:
    lines, codes = taken(done.invoice_lines, *_OF_LINES, where=pl.col("line_type") == "item"), pl.col("codes").list
    marked = lines.with_columns(bare=codes.contains("no_reference"), early=codes.contains("invoice_before_order"))
    booked_items = _booked_within(without(marked, "codes", "line_type"), first, last)
    items = booked_items.filter(BILL)
    passed = items.join(invoices.select("invoice_key", "decision").unique("invoice_key"), on="invoice_key", how="left")
    told = "item lines of invoices decided pay / all item lines"
    pays = (pl.col("decision") == "pay").fill_null(value=False)
    yield Kpi("first_pass_match_rate", "line", told, passed, pays)
    linked, amount = pl.col("link").is_not_null(), pl.col("amount").fill_null(ZERO)
    told = "amount of item lines that name no order / of all item lines"
    yield Kpi("no_order_rate", "amount", told, items, pl.col("bare"), amount, amount)
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
    late = "amount on item lines invoiced before their order / of linked item lines"
    yield Kpi("maverick_rate", "amount", late, items.filter(linked), pl.col("early"), amount, amount)
    priced = booked_items.filter(pl.col("price_variance_amount").is_not_null())
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


def _of_orders(done: Matched, first: date, last: date) -> Iterator[Kpi]:
    known = pl.all_horizontal(pl.col("expected_quantity", "expected_price").is_not_null())
    within = pl.col("due_date").is_between(first, last)
    columns = [name for name in there(done.order_lines) if name in _OF_ORDERS]
    due = taken(done.order_lines, *columns, where=known & pl.col("policy").is_in(BY_RECEIPT) & within)
    counted = pl.col("quantity_counted").is_not_null() & pl.col("order").is_not_null()
    linked = taken(done.receipt_lines, "order", "receipt_date", "quantity_counted", where=counted)
    arrived = linked.join(due.select("order", "due_date"), on="order")
    in_time = arrived.filter((pl.col("receipt_date") <= pl.col("due_date")).fill_null(value=False))
    sums = in_time.group_by("order").agg(in_time=pl.col("quantity_counted").sum())
    held = with_columns_of(due, sums, "order").with_columns(pl.col("in_time").fill_null(ZERO))
    least = pl.col("expected_quantity")
    after = arrived.group_by("order").agg(late=pl.col("receipt_date").max() > pl.col("due_date").first())
    timely = with_columns_of(due, after, "order")
    yield Kpi(
        "on_time", "line", "order lines due of which no receipt came after the due date / order lines due", timely,
        (~pl.col("late")).fill_null(value=False),
    )  # fmt: skip
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
        source="payments",
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
