"""The flow on one page: sources and rules in, a Reconciliation out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.conserve import conserve
from recon.identity import with_ids
from recon.match.allocate import allocate
from recon.match.attach import attach_invoices, attach_receipts
from recon.match.bridge import bridge, put_together
from recon.match.classify import classify_invoices, classify_lines, with_severity
from recon.match.compare import Compared, compare
from recon.match.duplicates import duplicates, with_documents, with_duplicates
from recon.match.figures import past_limits, with_figures, with_first_receipt
from recon.match.normalise import normalise
from recon.match.pair import (
    allocation_orders,
    billed_fractions,
    order_columns,
    pair,
    received_fractions,
    taking_part,
    with_policy,
)
from recon.match.parts import Part, match_parts
from recon.match.prices import with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected
from recon.match.resolve import resolve
from recon.match.results import (
    DISCREPANCY_ORDER,
    allocations,
    discrepancies,
    facts,
    invoice_results,
    quantities_used,
    receipts_in_words,
    shaped,
)
from recon.summary import summarise
from recon.tables import ALLOCATIONS, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.match.allocate import Allocation
    from recon.rules import Rules
    from recon.tables import Sources


@dataclass(frozen=True)
class Reconciliation:
    """What a run found: the frames of SPEC 6, and a summary of them. Nothing in it changes any more."""

    discrepancies: pl.DataFrame
    invoice_lines: pl.DataFrame
    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoices: pl.DataFrame
    supplier_links: pl.DataFrame
    rejects: pl.DataFrame
    left_out: pl.DataFrame
    allocations: pl.DataFrame
    bridge: pl.DataFrame
    summary: Mapping[str, Any]
    rules: Rules
    files: tuple[Mapping[str, object], ...] = ()
    as_of: date | None = None


def reconcile(sources: Sources, rules: Rules, as_of: date | None = None) -> Reconciliation:
    """Match orders, receipts and invoices as SPEC 3 says.

    Raises SourceError for numbers too wide to compute exactly, InvariantError if rows or amounts do not add up.
    """
    normal = normalise(sources, rules, as_of)
    resolved = resolve(
        normal.order_lines, normal.invoice_lines, sources.suppliers, rules.suppliers, normal.receipt_lines
    )
    orders = with_policy(resolved.order_lines, rules.policies)
    receipts = attach_receipts(normal.receipt_lines, orders, rules, order_columns(rules))
    given = Given(sources, rules, normal.rejects, as_of)
    parts = match_parts(Part(orders, receipts, resolved.invoice_lines), lambda part: _matched(part, given))
    frames = _together(parts)
    frames |= {
        "supplier_links": resolved.supplier_links,
        "rejects": normal.rejects.sort("table", "source", "row"),
        "left_out": normal.left_out.sort("table", "source", "row"),
    }
    conserve(sources, frames, normal.rejects, normal.left_out)
    summary = summarise(sources, normal, frames)
    frames["invoice_lines"] = frames["invoice_lines"].drop("currency_read")
    return Reconciliation(**frames, summary=summary, rules=rules, files=sources.files, as_of=as_of)


@dataclass(frozen=True)
class Given:
    """What every part is matched with."""

    sources: Sources
    rules: Rules
    rejects: pl.DataFrame
    as_of: date | None


def _matched(part: Part, given: Given) -> dict[str, pl.DataFrame]:
    """Match one part: link, set duplicates aside, allocate, compare, classify."""
    rules, conversions = given.rules, given.sources.conversions
    columns = order_columns(rules)
    orders = part.order_lines
    receipts = pair(part.receipt_lines, orders, conversions, columns)
    attached = with_documents(attach_invoices(part.invoice_lines, orders, rules, conversions, columns))
    paired = pair(attached, orders, conversions, columns)
    lines = with_duplicates(paired, duplicates(paired, rules.duplicates_days))
    rated = with_base_amounts(lines, given.sources.rates, rules.base_currency, declared="rates" in rules.sources)
    active = with_rejected(with_prices(rated.filter(~pl.col("set_aside")), rules.tolerances), given.rejects)

    allocation = allocate(
        allocation_orders(orders), billed_fractions(taking_part(active)), received_fractions(taking_part(receipts))
    )
    figured = with_figures(orders, receipts, allocation)
    dated = with_first_receipt(active, receipts)
    compared = Compared(rated, dated, past_limits(allocation, dated), receipts, figured)
    found = with_severity(compare(compared, rules, given.as_of), rules)
    return _shaped(given.sources, compared, allocation, found)


def _shaped(
    sources: Sources, compared: Compared, allocation: Allocation, found: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Shape a part's results as they are published, still with the ids that put them in order."""
    lines = invoice_results(compared.lines, compared.active, allocation, compared.orders)
    lines = classify_lines(lines, found, "invoice", "line_id")
    used = allocations(allocation, lines, compared.receipts)
    lines = lines.join(receipts_in_words(used), on="line_id", how="left", maintain_order="left")
    receipts = classify_lines(quantities_used(used, compared.receipts), found, "receipt", "receipt_id")
    orders = classify_lines(compared.orders, found, "order", "order_id")
    return {
        "discrepancies": discrepancies(found, facts(lines, receipts, orders), receipts),
        "invoice_lines": shaped(lines, INVOICE_RESULTS, sources.invoice_lines, "line_id", "currency_read"),
        "order_lines": shaped(orders, ORDER_RESULTS, sources.order_lines, "order_id"),
        "receipt_lines": shaped(receipts, RECEIPT_RESULTS, sources.receipt_lines, "receipt_id"),
        "invoices": INVOICES.cast(classify_invoices(lines)).select(*INVOICES.columns, "document_id"),
        "allocations": used.select(*ALLOCATIONS.columns, "line_id", "receipt_id"),
        "bridge": bridge(compared.active, compared.orders),
    }


IDS = ("line_id", "order_id", "receipt_id", "document_id")
ORDER = {
    "discrepancies": DISCREPANCY_ORDER,
    "invoice_lines": ["line_id"],
    "order_lines": ["order_id"],
    "receipt_lines": ["receipt_id"],
    "invoices": ["document_id"],
    "allocations": ["line_id", "receipt_id"],
    "bridge": ["order_id", "currency"],
}


def _together(parts: list[dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Put the parts' results together, in the order that they have in one part."""
    whole = {name: pl.concat([part.pop(name) for part in parts]) for name in ORDER}
    whole["bridge"] = put_together(whole["bridge"])
    frames = {
        name: whole.pop(name).sort(order, nulls_last=True, maintain_order=True).drop(IDS, strict=False)
        for name, order in ORDER.items()
    }
    return frames | {"discrepancies": with_ids(frames["discrepancies"])}
