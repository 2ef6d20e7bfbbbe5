"""The flow on one page: sources and rules in, a Reconciliation out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.conserve import TABLES, Places, conserve, placed
from recon.errors import RulesError, SourceError
from recon.identity import with_ids
from recon.match.allocate import allocate
from recon.match.attach import attach_invoices, attach_receipts
from recon.match.beside import beside
from recon.match.bridge import bridge, without_order
from recon.match.classify import classify_invoices, classify_lines, with_severity
from recon.match.compare import Compared, compare
from recon.match.documents import invoiced, ordered, received
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
from recon.match.parts import Part, deal, match_parts
from recon.match.prices import with_prices
from recon.match.rates import with_base_amounts
from recon.match.rejected import with_rejected
from recon.match.resolve import answered, billed, resolve, supplier_links
from recon.match.results import (
    allocations,
    discrepancies,
    invoice_results,
    quantities_used,
    receipts_in_words,
    shaped,
)
from recon.summary import count, summarise, tally
from recon.tables import ALLOCATIONS, CANONICAL, INVOICE_RESULTS, INVOICES, ORDER_RESULTS, RECEIPT_RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recon.match.allocate import Allocation
    from recon.match.resolve import Parties
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
    matching = Matching(sources, rules, as_of)
    files = sources.files
    del sources  # of a large ledger no copy is kept that nobody needs any more
    parts = list(matching.parts())
    rest = matching.rest()
    after = {name: [rest.pop(name)] for name in (*PARTED,) if name in rest}
    frames = {name: pl.concat([part.pop(name) for part in parts] + after.get(name, [])) for name in PARTED}
    return Reconciliation(**frames, **rest, summary=matching.summary(), rules=rules, files=files, as_of=as_of)


PARTED = ("discrepancies", "invoice_lines", "order_lines", "receipt_lines", "invoices", "allocations", "bridge")
"""The frames that are put together of those of the parts, one after the other."""


class Matching:
    """A match under way: its results part by part, in order, and then what only the whole can tell."""

    def __init__(self, sources: Sources, rules: Rules, as_of: date | None) -> None:
        normal = normalise(sources, rules, as_of)
        self._given = Given.of(sources, rules, normal.rejects, as_of)
        self._came = count(sources, normal)
        self._beside = {name: getattr(normal, name).sort("table", "source", "row") for name in ("rejects", "left_out")}
        resolved = resolve(
            normal.order_lines, normal.receipt_lines, normal.invoice_lines, sources.suppliers, rules.suppliers
        )
        self._whole = [Part(resolved.order_lines, resolved.receipt_lines, resolved.invoice_lines)]
        self._parties = resolved.parties
        self._done: list[Done] = []

    def parts(self) -> Iterator[dict[str, pl.DataFrame]]:
        """Yield the frames PARTED of each part."""
        dealt = deal(self._whole.pop())
        for done in match_parts(dealt, lambda part: _matched(part, self._parties, self._given)):
            frames = {name: done.frames.pop(name) for name in PARTED}
            self._done.append(done)
            yield frames

    def rest(self) -> dict[str, pl.DataFrame]:
        """Return, after the last part, the frames that are told of the whole, and what comes last in the bridge."""
        went = [done.places for done in self._done] + [placed(self._beside)]
        conserve(self._came.places, {table: sum((p[table] for p in went), Places()) for table in TABLES})
        links = supplier_links(self._parties, pl.concat([done.billed for done in self._done]))
        loose = without_order(pl.concat([done.loose for done in self._done]))
        return {**self._beside, "supplier_links": links, "bridge": loose}

    def summary(self) -> dict[str, Any]:
        """Return, after the last part, the summary of SPEC 6."""
        return summarise(self._came, pl.concat([done.tally for done in self._done]), self._beside)


@dataclass(frozen=True)
class Done:
    """What a part came to: its frames, and what it adds to those of the whole."""

    frames: dict[str, pl.DataFrame]
    places: dict[str, Places]
    billed: pl.DataFrame
    loose: pl.DataFrame
    tally: pl.DataFrame


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


def _matched(part: Part, parties: Parties, given: Given) -> Done:
    """Match one part: link, set duplicates aside, allocate, compare, classify."""
    rules, conversions = given.rules, given.conversions
    columns = order_columns(rules)
    ordered_lines, billed_lines = ordered(part.order_lines), invoiced(part.invoice_lines)
    orders = with_policy(answered(ordered_lines, parties.orders), rules.policies)
    invoices = answered(billed_lines, parties.invoices)
    receipts = pair(attach_receipts(received(part.receipt_lines), orders, rules, columns), orders, conversions, columns)
    attached = with_documents(attach_invoices(invoices, orders, rules, conversions, columns))
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
    frames = _shaped(given.columns, compared, allocation, found)
    told, loose = tally(frames, billed_lines), frames.pop("loose")
    frames["invoice_lines"] = frames["invoice_lines"].drop("currency_read")
    per_party = pl.concat([billed(ordered_lines, "order"), billed(billed_lines, "invoice")])
    return Done(frames, placed(frames), per_party, loose, told)


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
