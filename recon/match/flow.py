"""The flow on one page: a batch of groups in, its results out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import with_columns_of
from recon.match.allocate.allocate import allocate
from recon.match.allocate.order_balances import past_limits, with_balances, with_closing, with_first_receipt, with_part
from recon.match.classify.bridge import bridge
from recon.match.classify.classify import classify_invoices, classify_lines, with_severity, with_status_of_lines
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
from recon.match.compare.doubt import doubted_by_price, with_doubt
from recon.match.corrections.corrections import in_full, reversed_lines, with_corrections
from recon.match.discounts import planned_discounts, with_discounts
from recon.match.documents import with_documents
from recon.match.duplicates import duplicates, with_duplicates
from recon.match.heads import with_heads
from recon.match.link.implied_unit import implied_units, in_implied_unit
from recon.match.link.items import with_item_mismatch, with_items_of_receipts
from recon.match.link.lines import link_invoices, link_receipts
from recon.match.link.suppliers_of_orders import with_suppliers_of_orders
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
from recon.match.normalise.schedules import as_read
from recon.match.own_receipts import with_own_receipts
from recon.match.prices import settled, with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected
from recon.match.resolve.resolve import answered
from recon.tables import ALLOCATIONS, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from recon.match.allocate.allocate import Allocation
    from recon.match.resolve.resolve import Parties
    from recon.rules.rule import Rules


RESULTS = ("discrepancies", "invoice_lines", "order_lines", "receipt_lines", "invoices", "allocations", "bridge")
"""The frames of SPEC 6 that are those of the batches, one after the other."""


@dataclass(frozen=True)
class Batch:
    """Lines of whole groups, with their `group_id`: they may be matched apart from all others."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame


@dataclass(frozen=True)
class Shared:
    """What every batch is matched with; `columns` are those that the sources have, by table, `absent` those that none has."""

    rules: Rules
    as_of: date | None
    parties: Parties
    conversions: pl.DataFrame
    rates: pl.DataFrame
    rejects: pl.DataFrame
    columns: Mapping[str, Sequence[str]]
    absent: frozenset[str]


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to: the frames RESULTS, and what it adds to those of the whole.

    `invoice_lines` of `frames` still have `of_row` (true on one line of each row) and `currency_read`; so have the `given` lines, as they were to be matched.
    `totals`: what each party ordered and invoiced; `detached`: the bridge of lines without an order, by currency.
    `found`: all that was compared, within its limits too, and between what (`compared`).
    """

    frames: dict[str, pl.DataFrame]
    given: pl.DataFrame
    totals: pl.DataFrame
    detached: pl.DataFrame
    found: pl.DataFrame
    compared: Compared


def match_batch(batch: Batch, shared: Shared) -> BatchResult:
    """Match a batch on its own: link, set duplicates aside, allocate, compare, classify."""
    rules, conversions = shared.rules, shared.conversions
    columns = order_columns(rules)
    ordered_lines, invoiced_lines = ordered(batch.order_lines), invoiced(batch.invoice_lines)
    orders = with_policy(answered(ordered_lines, shared.parties.orders), rules.policies)
    invoices = with_documents(answered(invoiced_lines, shared.parties.invoices))
    linked_receipts = with_items_of_receipts(
        link_receipts(received(batch.receipt_lines, rules, shared.absent), orders, rules, columns), orders
    )
    receipts = with_order(linked_receipts, orders, conversions, columns)
    linked = link_invoices(invoices, orders, linked_receipts, rules, conversions, columns)
    whole = with_whole_order(with_suppliers_of_orders(linked, orders, shared.absent), orders)
    supplied = with_suppliers_of_orders(whole, orders, shared.absent)
    meant = with_item_mismatch(supplied, orders, linked_receipts)
    paired = with_order(meant, orders, conversions, columns)
    told_apart = _told_apart(paired, orders, receipts, shared)
    rated, receipts = _rated(told_apart, receipts, shared)
    sound = _sound(rated, orders, receipts, shared)
    corrected = with_corrections(sound, planned_discounts(orders))
    active = doubted_by_price(settled(corrected, rules.tolerances), rules)

    billed = with_columns_of(
        invoiced_fractions(taking_part(active)), active.select("line_id", "reversed", "in_doubt"), "line_id"
    )
    came = received_fractions(taking_part(receipts))
    allocation = allocate(allocation_orders(orders), billed, came)
    active = with_closing(
        with_part(active, allocation),
        with_columns_of(came, receipts.select("receipt_id", "receipt_date", "order_closed_date"), "receipt_id"),
        allocation,
    )
    balanced = with_balances(orders, receipts, allocation)
    dated = with_first_receipt(active, receipts)
    compared = Compared(rated, dated, past_limits(allocation, dated), receipts, balanced)
    found = with_severity(compare(compared, rules, shared.as_of), rules)
    frames = _shaped(shared.columns, compared, allocation, found)
    totals = pl.concat([party_totals(ordered_lines, "order"), party_totals(invoiced_lines, "invoice")])
    given = invoiced_lines.select("amount", "currency_read")
    return BatchResult(frames, given, totals, frames.pop("detached"), found, compared)


def _rated(lines: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return lines and receipts in the unit that their order lines are known to have, lines with their base amounts."""
    implied = implied_units(lines, receipts)
    lines, receipts = (in_implied_unit(frame, implied, shared.conversions) for frame in (lines, receipts))
    rules = shared.rules
    return with_base_amounts(lines, shared.rates, rules.base_currency, declared="rates" in rules.sources), receipts


def _sound(rated: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return the lines that are not set aside, priced, and with the doubts there are of credits."""
    standing = with_heads(rated.filter(~pl.col("set_aside")), orders)
    priced = with_prices(with_discounts(standing, orders), shared.rules.tolerances)
    return with_doubt(with_rejected(priced, shared.rejects, receipts), shared.rules)


def _told_apart(lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Return lines with their duplicates: of credit notes first, then of invoices, but for what credits take back in full."""
    days, nobody = shared.rules.duplicates_days, pl.Series("line_id", [], dtype=pl.Int64)
    credits_ = lines.filter(pl.col("document_type") == "credit_note")
    repeated = duplicates(credits_, days, nobody, lambda _orders, _aside: nobody)
    touched = lines.join(credits_.select("order_id").drop_nulls().unique(), on="order_id", how="semi").select(
        "invoice_id"
    )
    concerned = with_duplicates(lines, repeated).join(touched.unique(), on="invoice_id", how="semi")
    back = pl.DataFrame(schema={"line_id": pl.Int64, "invoice_id": pl.Int64})
    if concerned.height and credits_.height:
        rated, came = _rated(concerned, receipts, shared)
        back = reversed_lines(_sound(rated, orders, came, shared))
    marked = lines.with_columns(pl.col("line_id").is_in(back["line_id"].implode()).alias("reversed"))

    def own(asked: pl.Series, aside: pl.Series) -> pl.Series:
        standing = marked.filter(pl.col("order_id").is_in(asked.implode()), ~pl.col("line_id").is_in(aside.implode()))
        mine = receipts.filter(pl.col("order_id").is_in(asked.implode()))
        theirs = orders.filter(pl.col("order_id").is_in(asked.implode()))
        return with_own_receipts(
            standing.with_columns(pl.lit(value=False).alias("set_aside")), theirs, mine, shared.conversions
        )

    return with_duplicates(lines, duplicates(lines, days, in_full(lines, back), own))


def _shaped(
    columns: Mapping[str, Sequence[str]], compared: Compared, allocation: Allocation, found: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Shape a batch's results as they are published."""
    lines = invoice_results(compared.lines, compared.active, allocation, compared.orders)
    lines = with_invoice_keys(classify_lines(lines, found, "invoice", "line_id"))
    used = allocations(allocation, lines, compared.receipts)
    lines = with_columns_of(lines, receipts_in_words(used), "line_id")
    receipts = classify_lines(quantities_used(used, compared.receipts), found, "receipt", "receipt_id")
    orders = with_status_of_lines(classify_lines(compared.orders, found, "order", "order_id"), found, lines)
    bridged, of_none = bridge(compared.active, compared.orders), pl.col("po_number").is_null()
    named = with_ids(discrepancies(found, lines, receipts, orders))
    return {
        "discrepancies": named,
        "invoice_lines": shaped(lines, INVOICE_RESULTS, columns["invoice_lines"], "currency_read", "of_row"),
        "order_lines": shaped(as_read(orders), ORDER_RESULTS, columns["order_lines"]),
        "receipt_lines": shaped(receipts, RECEIPT_RESULTS, columns["receipt_lines"]),
        "invoices": INVOICES.cast(classify_invoices(lines).sort("invoice_id")).select(*INVOICES.columns),
        "allocations": used.select(*ALLOCATIONS.columns),
        "bridge": bridged.filter(~of_none),
        "detached": bridged.filter(of_none),
    }
