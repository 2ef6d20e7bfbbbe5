"""The flow on one page: sources and rules in, a Reconciliation out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.conserve import TABLES, conserve
from recon.errors import RulesError, SourceError
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
from recon.match.parts import Part, deal, in_order, match_parts
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
from recon.summary import count, summarise
from recon.tables import ALLOCATIONS, CANONICAL, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.match.allocate import Allocation
    from recon.match.normalise import Normalised
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

    Raises RulesError where `as_of` is no date, SourceError for frames that lack a column or hold floats and for
    numbers too wide to compute exactly, InvariantError if rows or amounts do not add up.
    """
    _check_given(sources, as_of)
    normal = normalise(sources, rules, as_of)
    came, files, given = count(sources, normal), sources.files, Given.of(sources, rules, normal.rejects, as_of)
    suppliers = sources.suppliers
    del sources  # here and below: of a large ledger no copy is kept that nobody needs any more
    beside = {name: getattr(normal, name).sort("table", "source", "row") for name in ("rejects", "left_out")}
    whole, beside["supplier_links"] = _linked(normal, suppliers, given)
    del normal
    parts = deal(whole)
    del whole
    frames = _together(match_parts(parts, lambda part: _matched(part, given))) | beside
    conserve(came.places, frames)
    summary = summarise(came, frames)
    frames["invoice_lines"] = frames["invoice_lines"].drop("currency_read")
    return Reconciliation(**frames, summary=summary, rules=rules, files=files, as_of=as_of)


def _check_given(sources: Sources, as_of: date | None) -> None:
    """Refuse what a caller of the API can get wrong, before Polars words it."""
    if as_of is not None and type(as_of) is not date:
        raise RulesError(f"as_of is a datetime.date, not {as_of!r}", hint="As date(2026, 1, 31).")
    for table in CANONICAL.values():
        frame = getattr(sources, table.name)
        missing = [name for name in table.columns if name not in frame.columns]
        if missing:
            raise SourceError(f"{table.name} lacks {', '.join(missing)}", hint="A column without values is null.")
        floats = [name for name in table.columns if frame.schema[name].is_float()]
        if floats:
            raise SourceError(f"{table.name} holds binary floats in {', '.join(floats)}", hint="Cast them to Decimal.")


@dataclass(frozen=True)
class Given:
    """What every part is matched with; `columns` are those that the sources have, by table."""

    rules: Rules
    as_of: date | None
    conversions: pl.DataFrame
    rates: pl.DataFrame
    rejects: pl.DataFrame
    columns: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, sources: Sources, rules: Rules, rejects: pl.DataFrame, as_of: date | None) -> Given:
        """Take from the sources what is not dealt to parts."""
        columns = {table: getattr(sources, table).columns for table in TABLES}
        return cls(rules, as_of, sources.conversions, sources.rates, rejects, columns)


def _linked(normal: Normalised, suppliers: pl.DataFrame, given: Given) -> tuple[Part, pl.DataFrame]:
    """Do what needs the whole ledger, suppliers and which receipts are of which order; return it and supplier_links."""
    rules = given.rules
    resolved = resolve(normal.order_lines, normal.invoice_lines, suppliers, rules.suppliers, normal.receipt_lines)
    orders = with_policy(resolved.order_lines, rules.policies)
    receipts = attach_receipts(normal.receipt_lines, orders, rules, order_columns(rules))
    return Part(orders, receipts, resolved.invoice_lines), resolved.supplier_links


def _matched(part: Part, given: Given) -> dict[str, pl.DataFrame]:
    """Match one part: link, set duplicates aside, allocate, compare, classify."""
    rules, conversions = given.rules, given.conversions
    columns = order_columns(rules)
    orders = part.order_lines
    receipts = pair(part.receipt_lines, orders, conversions, columns)
    attached = with_documents(attach_invoices(part.invoice_lines, orders, rules, conversions, columns))
    paired = pair(attached, orders, conversions, columns)
    lines = with_duplicates(paired, duplicates(paired, rules.duplicates_days))
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
    return _shaped(given.columns, compared, allocation, found)


def _shaped(
    columns: Mapping[str, Sequence[str]], compared: Compared, allocation: Allocation, found: pl.DataFrame
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
        "invoice_lines": shaped(lines, INVOICE_RESULTS, columns["invoice_lines"], "line_id", "currency_read"),
        "order_lines": shaped(orders, ORDER_RESULTS, columns["order_lines"], "order_id"),
        "receipt_lines": shaped(receipts, RECEIPT_RESULTS, columns["receipt_lines"], "receipt_id"),
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
    frames = {name: in_order([part.pop(name) for part in parts], order) for name, order in ORDER.items()}
    frames["bridge"] = put_together(frames["bridge"])
    frames = {name: frame.drop(IDS, strict=False) for name, frame in frames.items()}
    return frames | {"discrepancies": with_ids(frames["discrepancies"])}
