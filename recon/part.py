"""The flow on one page: a part of a ledger in, its results out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.conserve import Places, placed
from recon.identity import with_ids
from recon.match.allocate import allocate
from recon.match.attach import attach_invoices, attach_receipts
from recon.match.beside import beside
from recon.match.bridge import bridge
from recon.match.classify import classify_invoices, classify_lines, with_severity
from recon.match.compare import Compared, compare
from recon.match.documents import invoiced, ordered, received
from recon.match.duplicates import duplicates, with_documents, with_duplicates
from recon.match.figures import past_limits, with_figures, with_first_receipt
from recon.match.pair import (
    allocation_orders,
    billed_fractions,
    order_columns,
    pair,
    received_fractions,
    taking_part,
    with_policy,
)
from recon.match.prices import with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected
from recon.match.resolve import answered
from recon.match.results import (
    allocations,
    discrepancies,
    invoice_results,
    quantities_used,
    receipts_in_words,
    shaped,
)
from recon.match.supplier_links import billed
from recon.match.unstated import in_stated_unit, stated_elsewhere
from recon.memory import on_its_own
from recon.summary import tally
from recon.tables import ALLOCATIONS, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from recon.match.allocate import Allocation
    from recon.match.parts import Part
    from recon.match.resolve import Parties
    from recon.rules import Rules


PARTED = ("discrepancies", "invoice_lines", "order_lines", "receipt_lines", "invoices", "allocations", "bridge")
"""The frames of SPEC 6 that are those of the parts, one after the other."""


@dataclass(frozen=True)
class Given:
    """What every part is matched with; `columns` are those that the sources have, by table."""

    rules: Rules
    as_of: date | None
    parties: Parties
    conversions: pl.DataFrame
    rates: pl.DataFrame
    rejects: pl.DataFrame
    columns: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Done:
    """What a part came to: the frames PARTED, and what it adds to those of the whole."""

    frames: dict[str, pl.DataFrame]
    places: dict[str, Places]
    billed: pl.DataFrame
    loose: pl.DataFrame
    tally: pl.DataFrame


def match_part(part: Part, given: Given) -> Done:
    """Match a part on its own: link, set duplicates aside, allocate, compare, classify."""
    rules, conversions = given.rules, given.conversions
    columns = order_columns(rules)
    ordered_lines, billed_lines = ordered(part.order_lines), invoiced(part.invoice_lines)
    orders = with_policy(answered(ordered_lines, given.parties.orders), rules.policies)
    invoices = answered(billed_lines, given.parties.invoices)
    receipts = pair(attach_receipts(received(part.receipt_lines), orders, rules, columns), orders, conversions, columns)
    attached = with_documents(attach_invoices(invoices, orders, rules, conversions, columns))
    paired = pair(attached, orders, conversions, columns)
    dealt = with_duplicates(paired, duplicates(paired, rules.duplicates_days))
    stated = stated_elsewhere(dealt, receipts)
    lines, receipts = (in_stated_unit(frame, stated, conversions) for frame in (dealt, receipts))
    rated = with_base_amounts(lines, given.rates, rules.base_currency, declared="rates" in rules.sources)
    priced = with_prices(rated.filter(~pl.col("set_aside")), rules.tolerances)
    active = with_rejected(priced, given.rejects, receipts)

    allocation = allocate(
        allocation_orders(orders), billed_fractions(taking_part(active)), received_fractions(taking_part(receipts))
    )
    figured = with_figures(orders, receipts, allocation)
    dated = with_first_receipt(active, receipts)
    compared = Compared(rated, dated, past_limits(allocation, dated), receipts, figured)
    found = with_severity(compare(compared, rules, given.as_of), rules)
    frames = _shaped(given.columns, compared, allocation, found)
    told, loose = tally(frames, billed_lines), frames.pop("loose")
    frames["invoice_lines"] = frames["invoice_lines"].drop("currency_read")
    per_party = pl.concat([billed(ordered_lines, "order"), billed(billed_lines, "invoice")])
    return Done(frames, placed(frames), *map(on_its_own, (per_party, loose, told)))


def _shaped(
    columns: Mapping[str, Sequence[str]], compared: Compared, allocation: Allocation, found: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Shape a part's results as they are published."""
    lines = invoice_results(compared.lines, compared.active, allocation, compared.orders)
    lines = classify_lines(lines, found, "invoice", "line_id")
    used = allocations(allocation, lines, compared.receipts)
    lines = beside(lines, receipts_in_words(used), "line_id")
    receipts = classify_lines(quantities_used(used, compared.receipts), found, "receipt", "receipt_id")
    orders = classify_lines(compared.orders, found, "order", "order_id")
    bridged, of_none = bridge(compared.active, compared.orders), pl.col("po_number").is_null()
    named = with_ids(discrepancies(found, lines, receipts, orders))
    return {
        "discrepancies": named.drop("group_id"),
        "invoice_lines": shaped(lines, INVOICE_RESULTS, columns["invoice_lines"], "currency_read"),
        "order_lines": shaped(orders, ORDER_RESULTS, columns["order_lines"]),
        "receipt_lines": shaped(receipts, RECEIPT_RESULTS, columns["receipt_lines"]),
        "invoices": INVOICES.cast(classify_invoices(lines).sort("document_id")).select(*INVOICES.columns),
        "allocations": used.select(*ALLOCATIONS.columns),
        "bridge": bridged.filter(~of_none),
        "loose": bridged.filter(of_none),
    }
