"""A block of a ledger, taken: its lines normalised, and what stays of it when they wait for their batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recon.engine.one_thread import alone_where_few
from recon.ledger.given import check_given
from recon.ledger.summary import Intake
from recon.match.carried import carried, set_aside
from recon.match.normalise.lines import Normalised, normalise
from recon.match.resolve.resolve import Register
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl

    from recon.rules.rule import Rules
    from recon.tables import Sources

OTHERS = ("suppliers", "conversions", "rates")


@dataclass(frozen=True)
class Taken:
    """What stays of a block when its lines wait; picklable."""

    intake: Intake
    register: Register
    unmatched: dict[str, pl.DataFrame]
    others: dict[str, pl.DataFrame]
    columns: dict[str, list[str]]
    own: dict[str, dict[str, pl.DataType]]
    """Of each table the carried columns with their types."""
    files: tuple[Mapping[str, object], ...]
    absent: frozenset[str]


def take(sources: Sources, rules: Rules, as_of: date | None) -> tuple[Taken, Normalised]:
    """Check and normalise a block; return what stays of it, and its lines. Raises as `reconcile` does."""
    check_given(sources, rules, as_of)
    rows = sum(getattr(sources, table).height for table in TABLES)
    return alone_where_few(rows, lambda: _taken(sources, rules, as_of))


def _taken(sources: Sources, rules: Rules, as_of: date | None) -> tuple[Taken, Normalised]:
    schemas = [(table, getattr(sources, table.name).schema) for table in (ORDER_LINES, RECEIPT_LINES, INVOICE_LINES)]
    own = {table.name: {c: schema[c] for c in carried(schema, table)} for table, schema in schemas}
    orders, receipts, invoices = (
        set_aside(getattr(sources, t.name), t) for t in (ORDER_LINES, RECEIPT_LINES, INVOICE_LINES)
    )
    sources = replace(sources, order_lines=orders, receipt_lines=receipts, invoice_lines=invoices)
    normal = normalise(sources, rules, as_of)
    taken = Taken(
        intake=Intake.of(sources, normal),
        register=Register.of(normal.order_lines, normal.receipt_lines, normal.invoice_lines),
        unmatched={"rejects": normal.rejects, "left_out": normal.left_out},
        others={name: getattr(sources, name) for name in OTHERS},
        columns={table: getattr(sources, table).columns for table in TABLES},
        own=own,
        files=sources.files,
        absent=sources.absent,
    )
    return taken, normal
