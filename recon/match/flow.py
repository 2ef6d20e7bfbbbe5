"""The flow on one page: a batch of groups in, its results out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import known, where, with_columns_of
from recon.engine.one_thread import alone_where_few
from recon.errors import TooWideRowsError
from recon.match.allocate.allocate import allocate
from recon.match.allocate.order_balances import past_limits, with_balances, with_closing, with_first_receipt, with_part
from recon.match.batch import BatchResult, Lines
from recon.match.blamed import with_receipts_blamed
from recon.match.classify.bridge import bridge
from recon.match.classify.classify import (
    classify_invoices,
    classify_lines,
    with_severity,
    with_status_of_lines,
)
from recon.match.classify.identity import with_ids, with_invoice_keys
from recon.match.classify.results import (
    allocations,
    discrepancies,
    invoice_results,
    quantities_used,
    receipts_in_words,
    shaped,
)
from recon.match.classify.supplier_links import party_totals
from recon.match.compare import Compared, compare
from recon.match.documents import with_documents
from recon.match.link.items import with_item_mismatch, with_items_of_receipts
from recon.match.link.lines import link_invoices, link_receipts
from recon.match.link.suppliers_of_orders import taken_from_orders, with_suppliers_of_orders
from recon.match.link.whole_order import with_whole_order
from recon.match.link.with_order import (
    allocation_orders,
    invoiced_fractions,
    order_columns,
    received_fractions,
    taking_part,
    with_order,
    with_policy,
)
from recon.match.normalise.documents import invoiced, ordered, received
from recon.match.normalise.extra_lines import silenced
from recon.match.normalise.lines import silent_rows
from recon.match.normalise.schedules import as_read
from recon.match.resolve.resolve import answered
from recon.match.set_aside import corrected, rated_in_unit, with_set_aside
from recon.match.too_wide import beside, with_rejects, without_rows
from recon.result_tables import ALLOCATIONS, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS
from recon.tables import REJECTS

if TYPE_CHECKING:
    from recon.match.allocate.allocate import Allocation
    from recon.match.batch import Batch, Shared


def match_apart(batch: Batch, shared: Shared) -> BatchResult:
    """Match a batch; rows whose numbers cannot be computed exactly are rejects, and hold what depends on them."""
    try:
        return match_batch(batch, shared)
    except TooWideRowsError as error:
        rest, rejects = without_rows(batch, error)
        return beside(match_apart(rest, with_rejects(shared, rejects)), rejects)


def match_batch(batch: Batch, shared: Shared) -> BatchResult:
    """Match a batch on its own, where its size makes it fastest. Raises TooWideRowsError."""
    rows = sum(each.height for each in (batch.order_lines, batch.receipt_lines, batch.invoice_lines))
    return alone_where_few(rows, lambda: _matched(batch, shared))


def _matched(batch: Batch, shared: Shared) -> BatchResult:
    """Return what a batch comes to, in the stages of SPEC 3: each returns its lines with what it found beside them."""
    normal = _normalise(batch, shared)
    linked = _link(_resolve(normal, shared), shared)
    standing = _set_duplicates_aside(linked, shared)
    try:
        compared, allocation = _allocate(standing, *_correct(standing, shared))
        found = with_severity(compare(compared, shared.rules, shared.as_of), shared.rules)
    except TooWideRowsError as error:
        raise with_receipts_blamed(error, standing, shared) from None
    frames = _classify(compared, allocation, found, shared)
    taken = taken_from_orders(normal.invoices, standing.invoices, shared.absent)
    totals = pl.concat([party_totals(normal.orders, "order"), party_totals(normal.invoices, "invoice", taken)])
    given = normal.invoices[["amount", "currency_read"]]
    left_out = silent_rows(silenced(batch.invoice_lines, normal.invoices))
    return BatchResult(frames, given, totals, frames.pop("detached"), found, compared, left_out, REJECTS.empty())


def _normalise(batch: Batch, shared: Shared) -> Lines:
    """What only several lines tell: order rows with one key, repeated receipts, signs of credit notes, ids in order.

    Each table is in one chunk from here on, see `where`.
    """
    receipts = received(batch.receipt_lines, shared.rules, shared.absent)
    tables = ordered(batch.order_lines), receipts, invoiced(batch.invoice_lines)
    return Lines(*(table.rechunk() for table in tables))


def _resolve(lines: Lines, shared: Shared) -> Lines:
    """Who the supplier is, as the whole ledger decided; which lines are one document; which policy an order line has."""
    orders = with_policy(answered(lines.orders, shared.parties.orders), shared.rules.policies)
    return lines._replace(orders=orders, invoices=with_documents(answered(lines.invoices, shared.parties.invoices)))


def _link(lines: Lines, shared: Shared) -> Lines:
    """Which order line each line belongs to, or which whole order; what is beside it there; what does not fit."""
    rules, orders, columns = shared.rules, lines.orders, order_columns(shared.rules)
    receipts = with_items_of_receipts(link_receipts(lines.receipts, orders, rules, columns), orders)
    linked = link_invoices(lines.invoices, orders, receipts, rules, shared.conversions, columns)
    whole = with_whole_order(with_suppliers_of_orders(linked, orders, shared.absent), orders)
    supplied = with_suppliers_of_orders(whole, orders, shared.absent)
    meant = with_item_mismatch(supplied, orders, receipts)
    beside = (with_order(some, orders, shared.conversions, columns) for some in (receipts, meant))
    return Lines(orders, *beside)


def _set_duplicates_aside(lines: Lines, shared: Shared) -> Lines:
    """Which lines bill again what another bills; all in their order's unit, with their base amounts."""
    orders, receipts, invoices = lines
    invoices, receipts = rated_in_unit(with_set_aside(invoices, orders, receipts, shared), receipts, shared)
    return Lines(orders, receipts, invoices)


def _correct(lines: Lines, shared: Shared) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What lines that are not set aside take back or correct, which credits are in doubt, and what is wrong with their sums."""
    return corrected(lines.invoices, lines.orders, lines.receipts, shared)


def _allocate(lines: Lines, active: pl.DataFrame, arithmetic: pl.DataFrame) -> tuple[Compared, Allocation]:
    """Which receipts each line uses and how much is billed by then; what is held against what."""
    orders, receipts, invoices = lines
    doubts = active[["line_id", "reversed", "in_doubt"]]
    billed = with_columns_of(invoiced_fractions(taking_part(active)), doubts, "line_id")
    came = received_fractions(taking_part(receipts))
    allocation = allocate(allocation_orders(orders), billed, came)
    dates = receipts[["receipt_id", "receipt_date", "order_closed_date", "source", "row"]]
    closing = with_closing(with_part(active, allocation), with_columns_of(came, dates, "receipt_id"), allocation)
    balanced = with_balances(orders, receipts, allocation)
    dated = with_first_receipt(closing, receipts)
    return Compared(invoices, dated, past_limits(allocation, dated), receipts, balanced, arithmetic), allocation


def _classify(
    compared: Compared, allocation: Allocation, found: pl.DataFrame, shared: Shared
) -> dict[str, pl.DataFrame]:
    """What the findings mean for lines, orders and payments: the frames of a batch as they are published."""
    columns = shared.columns
    lines = invoice_results(compared.lines, compared.active, allocation, compared.orders)
    lines = with_invoice_keys(classify_lines(lines, found, "invoice", "line_id"))
    used = allocations(allocation, lines, compared.receipts)
    lines = with_columns_of(lines, receipts_in_words(used), "line_id")
    receipts = classify_lines(quantities_used(used, compared.receipts), found, "receipt", "receipt_id")
    orders = with_status_of_lines(classify_lines(compared.orders, found, "order", "order_id"), found, lines)
    bridged = bridge(compared.active, compared.orders)
    placed = known(bridged["po_number"])
    named = with_ids(discrepancies(found, lines, receipts, orders))
    return {
        "discrepancies": named,
        "invoice_lines": shaped(lines, INVOICE_RESULTS, columns["invoice_lines"], "currency_read", "of_row"),
        "order_lines": shaped(as_read(orders), ORDER_RESULTS, columns["order_lines"]),
        "receipt_lines": shaped(receipts, RECEIPT_RESULTS, columns["receipt_lines"]),
        "invoices": INVOICES.cast(classify_invoices(lines).sort("invoice_id"))[[*INVOICES.columns]],
        "allocations": used[[*ALLOCATIONS.columns]],
        "bridge": where(bridged, placed),
        "detached": where(bridged, ~placed),
    }
