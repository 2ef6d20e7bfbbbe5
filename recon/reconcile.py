"""The flow on one page: sources and rules in, a Reconciliation out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.conserve import conserve
from recon.identity import with_ids
from recon.match.allocate import allocate
from recon.match.attach import attach_invoices, attach_receipts
from recon.match.bridge import bridge
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
    pair_receipts,
    received_fractions,
    taking_part,
    with_policy,
)
from recon.match.prices import with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected
from recon.match.resolve import resolve
from recon.match.results import (
    allocations,
    discrepancies,
    facts,
    invoice_results,
    publish,
    quantities_used,
    receipts_in_words,
)
from recon.summary import summarise
from recon.tables import ALLOCATIONS, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.match.allocate import Allocation
    from recon.match.normalise import Normalised
    from recon.match.resolve import Resolved
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
    columns = order_columns(rules)

    attached = with_documents(attach_invoices(resolved.invoice_lines, orders, rules, sources.conversions, columns))
    receipts = attach_receipts(normal.receipt_lines, orders, rules, columns)
    receipts = pair_receipts(receipts, orders, sources.conversions, columns)
    paired = pair(attached, orders, sources.conversions, columns)
    lines = with_duplicates(paired, duplicates(paired, rules.duplicates_days))
    rated = with_base_amounts(lines, sources.rates, rules.base_currency, declared="rates" in rules.sources)
    active = with_rejected(with_prices(rated.filter(~pl.col("set_aside")), rules.tolerances), normal.rejects)

    allocation = allocate(
        allocation_orders(orders), billed_fractions(taking_part(active)), received_fractions(taking_part(receipts))
    )
    figured = with_figures(orders, receipts, allocation)
    dated = with_first_receipt(active, receipts)
    compared = Compared(rated, dated, past_limits(allocation, dated), receipts, figured)
    found = with_severity(compare(compared, rules, as_of), rules)
    return _published(sources, normal, rules, as_of, Stages(resolved, compared, active, allocation, found))


@dataclass(frozen=True)
class Stages:
    """What the stages left behind, for publishing."""

    resolved: Resolved
    compared: Compared
    active: pl.DataFrame
    allocation: Allocation
    found: pl.DataFrame


def _published(
    sources: Sources, normal: Normalised, rules: Rules, as_of: date | None, stages: Stages
) -> Reconciliation:
    """Shape the results, check that nothing was lost or made up, and add them up."""
    compared, found = stages.compared, stages.found
    lines = invoice_results(compared.lines, stages.active, stages.allocation, compared.orders)
    lines = classify_lines(lines, found, "invoice", "line_id")
    used = allocations(stages.allocation, lines, compared.receipts)
    lines = lines.join(receipts_in_words(used), on="line_id", how="left", maintain_order="left")
    receipts = classify_lines(quantities_used(used, compared.receipts), found, "receipt", "receipt_id")
    orders = classify_lines(compared.orders, found, "order", "order_id")
    frames = {
        "discrepancies": with_ids(discrepancies(found, facts(lines, receipts, orders), receipts)),
        "invoice_lines": publish(lines, INVOICE_RESULTS, "line_id", sources.invoice_lines),
        "order_lines": publish(orders, ORDER_RESULTS, "order_id", sources.order_lines),
        "receipt_lines": publish(receipts, RECEIPT_RESULTS, "receipt_id", sources.receipt_lines),
        "invoices": INVOICES.cast(classify_invoices(lines)).select(*INVOICES.columns),
        "supplier_links": stages.resolved.supplier_links,
        "rejects": normal.rejects.sort("table", "source", "row"),
        "left_out": normal.left_out.sort("table", "source", "row"),
        "allocations": used.select(*ALLOCATIONS.columns),
        "bridge": bridge(stages.active, compared.orders),
    }
    conserve(sources, frames, normal.rejects, normal.left_out)
    summary = summarise(sources, normal, frames, lines)
    return Reconciliation(**frames, summary=summary, rules=rules, files=sources.files, as_of=as_of)
