"""Which lines of a reconciled ledger are clean enough to spoil: whole invoices, what they were ordered and received by."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.ledger.reconcile import reconcile
from recon.selftest.ledger import Ledger, Place, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

ENOUGH = 60
"""Invoices that are taken of one kind."""
_ACCRUAL = {"received_not_invoiced"}
_DOCUMENT = ["supplier_id", "invoice_number", "document_type"]
_ORDER = ["order_po_number", "order_po_line"]


@dataclass(frozen=True)
class Deal:
    """An invoice line that agrees, alone on its order line, with what it was compared with.

    `cluster` names the orders and invoices that hang together with it; quantities are in the order's unit, or amounts.
    """

    line: Place
    order: Place
    receipts: tuple[Place, ...]
    document: tuple[Place, ...]
    cluster: int
    supplier: str
    policy: str
    kind: str  # quantity | amount | charge
    ordered: Decimal
    received: Decimal
    invoiced: Decimal


@dataclass(frozen=True)
class Clean:
    """The clean part of a ledger: its rows, its deals, and of every invoice line the supplier and the cluster."""

    ledger: Ledger
    deals: tuple[Deal, ...]
    suppliers: dict[Place, str]
    clusters: dict[Place, int]
    result: Reconciliation


def clean(sources: Sources, rules: Rules, seed: int) -> Clean:
    """Return the clean part of `sources` under `rules`; `seed` decides what is taken where there is much."""
    ledger = _payable(sources, reconcile(sources, rules), seed)
    result = reconcile(ledger.sources(), rules)
    hanging = _Hanging(result)
    deals: list[Deal] = []
    clusters: dict[Place, int] = {}
    for number, place in enumerate(hanging.lines):
        if place not in clusters:
            places, found = hanging.cluster(place, number)
            deals += found
            clusters |= dict.fromkeys(places, number)
    suppliers = {place: hanging.lines[place]["supplier_id"] for place in hanging.lines}
    return Clean(ledger, tuple(deals), suppliers, clusters, result)


def _payable(sources: Sources, result: Reconciliation, seed: int) -> Ledger:
    """Return invoices that are paid whole, some of every kind, with the order lines and receipts behind them."""
    lines = result.invoice_lines.select("source", "row", *_DOCUMENT, *_ORDER, "policy", "line_type", "decision")
    kinds = ("policy", "line_type")
    paid = lines.group_by(_DOCUMENT).agg(
        pl.col("decision").eq("pay").all(), *(pl.col(c).drop_nulls().unique().sort().str.join(" ") for c in kinds)
    )
    rows = paid.filter("decision").select(*_DOCUMENT, *kinds).rows()
    taken: Counter[tuple[Any, ...]] = Counter()
    chosen = []
    for row in sorted(rows, key=lambda row: sha256(f"{seed}|{row}".encode()).digest()):
        taken[row[3:]] += 1
        if taken[row[3:]] <= ENOUGH:
            chosen.append(row[:3])
    documents = pl.DataFrame(chosen, schema=dict.fromkeys(_DOCUMENT, pl.String), orient="row")
    mine = lines.join(documents, on=_DOCUMENT, how="semi")
    orders = result.order_lines.join(mine, left_on=["po_number", "po_line"], right_on=_ORDER, how="semi")
    receipts = result.receipt_lines.join(mine, on=_ORDER, how="semi")
    frames = {"orders": orders, "receipts": receipts, "invoices": mine}
    return Ledger.of(sources, {name: frame.select("source", "row").rows() for name, frame in frames.items()})


class _Hanging:
    """The results of a run by place, and how orders and invoices hang together."""

    def __init__(self, result: Reconciliation) -> None:
        self.orders = _rows(result.order_lines, "orders")
        self.lines = _rows(result.invoice_lines, "invoices")
        receipts = _rows(result.receipt_lines, "receipts")
        self.coded = {place: set(row["codes"]) for place, row in (self.orders | receipts | self.lines).items()}
        self.on_order = _grouped((row["po_number"], place) for place, row in self.orders.items())
        self.received = _grouped((_order(row), place) for place, row in receipts.items())
        self.billed = _grouped((_order(row), place) for place, row in self.lines.items())
        self.billed_any = _grouped((row["order_po_number"], place) for place, row in self.lines.items())
        self.documents = _grouped((_document(row), place) for place, row in self.lines.items())

    def cluster(self, line: Place, number: int) -> tuple[list[Place], list[Deal]]:
        """Return the places that hang together with an invoice line, and the deals among them."""
        lines, waiting, numbers = {line}, [line], set()
        while waiting:
            row = self.lines[waiting.pop()]
            numbers |= {row["order_po_number"]} - {None}
            near = {*self.documents[_document(row)], *(self.billed_any[row["order_po_number"]])} - lines
            lines |= near
            waiting += near
        orders = [place for po in sorted(numbers) for place in self.on_order[po]]
        keys = [(self.orders[place]["po_number"], self.orders[place]["po_line"]) for place in orders]
        receipts = [place for key in set(keys) for place in self.received[key]]
        places = [*sorted(lines), *orders, *receipts]
        if any(self.lines[place]["decision"] != "pay" for place in lines) or len(set(keys)) < len(keys):
            return places, []
        deals = (self._deal(key, order, number) for key, order in zip(keys, orders, strict=True))
        return places, [deal for deal in deals if deal]

    def _deal(self, key: tuple[str, str], order: Place, number: int) -> Deal | None:
        if len(self.billed[key]) != 1:
            return None
        place, row = self.billed[key][0], self.orders[order]
        line = self.lines[place]
        if any(self.coded[one] - _ACCRUAL for one in (place, order, *self.received[key])):
            return None
        if (line["status"], line["document_type"]) != ("matched", "invoice") or not (
            line["amount"] and line["ordered"]
        ):
            return None
        by_amount = row["quantity"] is None or row["unit_price"] is None
        return Deal(
            line=place,
            order=order,
            receipts=tuple(self.received[key]),
            document=tuple(self.documents[_document(line)]),
            cluster=number,
            supplier=line["supplier_id"],
            policy=row["policy"],
            kind="charge" if line["line_type"] != "item" else "amount" if by_amount else "quantity",
            ordered=line["ordered"],
            received=row["received"],
            invoiced=row["invoiced"],
        )


def _rows(frame: pl.DataFrame, table: str) -> dict[Place, dict[str, Any]]:
    return {place_of(table, row): row for row in frame.iter_rows(named=True)}


def _grouped(pairs: Iterable[tuple[Any, Place]]) -> defaultdict[Any, list[Place]]:
    groups = defaultdict(list)
    for key, place in pairs:
        groups[key].append(place)
    groups[None] = []
    return groups


def _order(row: dict[str, Any]) -> tuple[str, str] | None:
    return (row["order_po_number"], row["order_po_line"]) if row["order_po_line"] is not None else None


def _document(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["supplier_id"] or "", row["invoice_number"].strip(), row["document_type"]
