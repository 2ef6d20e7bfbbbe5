"""What the laws are told in: a run's verdicts by place, and ledgers changed in one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, currently_in_test_context, reject, settings

from recon.errors import SourceError
from recon.ledger.reconcile import Reconciliation, reconcile
from recon.rules.rule import Limit, Rules, Sides, Tolerance
from tests.kit.ledgers import sources
from tests.oracle.lines import Ledger, Row

few = settings(
    max_examples=max(2, settings.default.max_examples // 20),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""An example is a batch of ledgers: a few of them are many. Shrinking a seed would lead nowhere."""

some = settings(max_examples=max(10, settings.default.max_examples // 5), deadline=None)
"""For small worlds drawn by hypothesis itself, each a run or two."""

DOCUMENTS = ("orders", "receipts", "invoices")
RESULTS = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines"}
QUANTITY_CODES = {
    "quantity_received": {"quantity_over_received", "not_received"},
    "quantity_accepted": {"quantity_over_accepted"},
    "quantity_ordered": {"quantity_over_ordered"},
}
MEASURE_CODES = QUANTITY_CODES | {
    "price": {"price_variance"},
    "amount": {"amount_over_ordered", "amount_over_received"},
    "extension": {"extension_error"},
    "total": {"invoice_total_variance"},
    "tax": {"tax_variance"},
    "charge": {"unplanned_charge", "charge_variance"},
    "date": {"invoice_before_order", "invoice_before_receipt", "late_delivery"},
    "delivery": {"over_delivery", "under_delivery"},
}
Verdicts = dict[tuple[str, str, int, str], dict[str, Any]]


def run(ledger: Ledger) -> Reconciliation:
    """Reconcile with the engine; a ledger with numbers that it refuses as too wide is not an example."""
    try:
        return reconcile(sources(ledger), ledger.rules, ledger.as_of)
    except SourceError as refused:
        if currently_in_test_context() and "past what is computed" in str(refused):
            reject()
        raise


def verdicts(ledger: Ledger, *columns: str, tables: tuple[str, ...] = DOCUMENTS) -> Verdicts:
    """Return for each result line (by table, place and type) its codes, decision where it has one, and `columns`.

    Columns of freight, charges and discounts make further lines of one row: their type tells them apart.
    """
    done = run(ledger)
    found: Verdicts = {}
    for name in tables:
        frame: pl.DataFrame = getattr(done, RESULTS[name])
        wanted = [c for c in ("codes", "decision", "status", *columns) if c in frame.columns]
        for row in frame.iter_rows(named=True):
            found[name, row["source"], row["row"], row.get("line_type", "")] = {c: row[c] for c in wanted}
    return found


def own_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one result line of each row: the row's own, or the first that its columns added."""
    return frame.unique(["source", "row"], keep="first", maintain_order=True)


def codes(ledger: Ledger, kinds: set[str], tables: tuple[str, ...] = DOCUMENTS) -> set[tuple[Any, ...]]:
    """Return (place, code) for every code of `kinds`."""
    found = verdicts(ledger, tables=tables)
    return {(*place, code) for place, facts in found.items() for code in facts["codes"] if code in kinds}


def with_rows(ledger: Ledger, change: Callable[[str, Row], Row]) -> Ledger:
    """Return the ledger with every order, receipt and invoice row changed."""
    changed = {name: [change(name, dict(row)) for row in getattr(ledger, name)] for name in DOCUMENTS}
    return replace(ledger, **changed)


def without_conditions(rules: Rules) -> Rules:
    """Return rules that look at no number to decide which tolerance or policy holds."""
    return replace(
        rules,
        tolerances=tuple(replace(t, when=None) for t in rules.tolerances),
        policies=tuple(replace(p, when=None) for p in rules.policies),
        links=tuple(replace(r, when=None) for r in rules.links),
    )


def widened(rules: Rules, measure: str) -> Rules:
    """Return rules with every limit of `measure` wider, the default included."""
    wide = Limit(absolute=Decimal(1000))
    two_sided = measure in ("price", "extension", "total", "tax", "delivery")
    tolerances = [
        replace(t, measures={m: widened_sides(s) if m == measure else s for m, s in t.measures.items()})
        for t in rules.tolerances
    ]
    last = Tolerance("wide", {measure: Sides(wide, wide if two_sided else None)})
    return replace(rules, tolerances=(*tolerances, last))


def widened_sides(sides: Sides) -> Sides:
    return Sides(sides.over and widened_limit(sides.over), sides.under and widened_limit(sides.under))


def widened_limit(limit: Limit) -> Limit:
    percent, absolute = limit.percent, limit.absolute
    return replace(
        limit,
        percent=None if percent is None else percent * 2 + 1,
        absolute=None if absolute is None else absolute * 2 + 1,
    )
