"""A made-up ledger in which everything agrees: orders, receipts and invoices of a few suppliers, units and currencies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from recon.selftest.ledger import sources_of
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from recon.selftest.ledger import Row
    from recon.tables import Sources

    T = TypeVar("T")

SUPPLIERS = ("Falke Werkzeug GmbH", "Lindqvist Elektro AB", "Jansen Verpakking BV", "Bianchi Utensili Srl")
TURNS = (
    {"category": "goods"},
    {"category": "inspected", "match_policy": "four_way"},
    {"category": "tools", "match_policy": "two_way"},
    {"category": "services", "match_policy": "two_way"},
    {"category": "works", "match_policy": "three_way"},
    {"category": "freight", "match_policy": "two_way"},
    {"category": "samples", "match_policy": "none"},
)
"""What the second line of an order is, by turns; the first is always goods."""
BY_AMOUNT = ("services", "works", "freight")
NOT_RECEIVED = ("services", "freight")
ORDERS = 28
UNITS: tuple[dict[str, str], ...] = ({"uom": "PC"}, {"uom": "BOX"}, {})
"""In which unit an order is billed; a box holds ten pieces."""


def made_up(seed: int) -> Sources:
    """Return a ledger of ORDERS orders, each billed by one invoice, without a single discrepancy under any exact rules.

    First lines are matched as the rules say; second lines say themselves how, and all match policies are there.
    """
    world = _World(seed)
    for number in range(ORDERS):
        world.add_order(number)
    tables = {"orders": world.orders, "receipts": world.receipts, "invoices": world.invoices}
    tables |= {"suppliers": world.suppliers(), "conversions": _CONVERSIONS, "rates": _RATES}
    return sources_of({name: _frame(name, rows) for name, rows in tables.items()})


_CONVERSIONS: list[Row] = [{"from_uom": "BOX", "to_uom": "PC", "factor": Decimal(10)}]
_RATES: list[Row] = [
    {"currency": currency, "rate": Decimal(rate)}
    for currency, rate in (("EUR", "1"), ("USD", "0.9"), ("JPY", "0.006"), ("GBP", "1.1"))
]


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    placed = [row | {"source": f"made-up {name}", "row": number} for number, row in enumerate(rows, start=2)]
    table = CANONICAL[name]
    return pl.DataFrame([dict.fromkeys(table.columns) | row for row in placed], schema=dict(table.columns))


@dataclass
class _World:
    seed: int
    orders: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)

    def draw(self, choices: Sequence[T], *what: object) -> T:
        """Return one of the choices, the same one for the same seed and question."""
        digest = sha256("|".join(map(str, (self.seed, *what))).encode()).digest()
        return choices[int.from_bytes(digest[:8], "big") % len(choices)]

    def suppliers(self) -> list[Row]:
        """Return the supplier master."""
        return [
            {
                "supplier_id": f"7000{place}",
                "name": name,
                "vat_id": f"DE81156{place}00{place}",
                "iban": f"DE8937040044053201{place:04}",
                "payment_terms": self.draw(("30 days", "14 days 2 %"), "terms", place),
                "blocked": False,
            }
            for place, name in enumerate(SUPPLIERS, start=1)
        ]

    def add_order(self, number: int) -> None:
        """Add an order of two lines, its receipts and its invoice."""
        day = date(2026, 1, 5) + timedelta(days=self.draw(range(100), "day", number))
        place = self.draw(range(1, len(SUPPLIERS) + 1), "supplier", number)
        shared = {
            "po_number": f"45{self.seed % 1000:03}{number:05}",
            "currency": self.draw(("EUR", "EUR", "USD", "JPY", "GBP"), "currency", number),
        }
        turn = TURNS[number % len(TURNS)]
        lines = [shared | self.line(f"{number}-{n}", n * 10, kind) for n, kind in ((1, TURNS[0]), (2, turn))]
        for line in lines:
            self.orders.append(line | {"supplier_id": f"7000{place}", "order_date": day, "due_date": day + _DUE})
            if line["category"] not in NOT_RECEIVED:
                self.receive(line, day + timedelta(days=9))
        self.bill(number, lines, day + timedelta(days=self.draw(range(21, 40), "invoiced", number)), place)

    def line(self, name: str, number: int, kind: dict[str, str]) -> Row:
        """Return an order line of a kind."""
        quantity = Decimal(100 * self.draw(range(1, 40), "quantity", name))
        row: Row = {"po_line": str(number), "tax_rate": Decimal(self.draw((7, 19), "tax", name)), **kind}
        row |= {"item": f"M-{self.seed % 1000}-{name}", "description": f"{kind['category']} part {name}"}
        if kind["category"] in BY_AMOUNT:
            return row | {"amount": quantity, "item": None}
        price = Decimal(self.draw(range(50, 9000), "price", name)) / 100
        return row | {
            "quantity": quantity,
            "uom": "PC",
            "unit_price": price * (per := self.draw((1, 1, 100), "per", name)),
            "price_unit": Decimal(per),
        }

    def receive(self, line: Row, day: date) -> None:
        """Receive all of a line, in one part or two."""
        whole = line.get("quantity") or line["amount"]
        parts = self.draw(((1, 0), (Decimal("0.25"), Decimal("0.75"))), "parts", line["po_number"], line["po_line"])
        for part in filter(None, parts):
            quantity = whole * part
            accepted = {"quantity_accepted": quantity} if line["category"] == "inspected" else {}
            reference = {column: line.get(column) for column in ("po_number", "po_line", "item", "uom")}
            number = f"50{len(self.receipts):08}"
            self.receipts.append(
                {"receipt_number": number, "quantity": quantity, "receipt_date": day, **reference, **accepted}
            )

    def bill(self, number: int, lines: list[Row], day: date, supplier: int) -> None:
        """Bill all lines on one invoice."""
        header = {
            "invoice_number": f"MADE-UP-{number + 100}",
            "invoice_date": day,
            "posting_date": day + timedelta(days=2),
            "currency": lines[0]["currency"],
            "document_type": "invoice",
            "supplier_id": f"7000{supplier}",
            "supplier_name": SUPPLIERS[supplier - 1],
        }
        billed = [self.billed(line) | {"invoice_line": str(n)} for n, line in enumerate(lines, start=1)]
        net, tax = (sum(row[c] for row in billed) for c in ("amount", "tax_amount"))
        totals = {"invoice_net": net, "invoice_tax": tax, "invoice_total": net + tax}
        self.invoices += [header | row | totals for row in billed]

    def billed(self, line: Row) -> Row:
        """Return the invoice line that bills an order line, in the order's unit or another."""
        reference = {column: line.get(column) for column in ("po_number", "po_line", "item", "description")}
        if line.get("amount"):
            amount = line["amount"]
            kind = "freight" if line["category"] == "freight" else "item"
            numbers = {"amount": amount, "quantity": Decimal(1), "unit_price": amount, "line_type": kind}
        else:
            unit = self.draw(UNITS, "unit", line["po_number"], line["po_line"])
            pieces = 10 if unit.get("uom") == "BOX" else 1
            amount = line["quantity"] * line["unit_price"] / line["price_unit"]
            numbers = {"quantity": line["quantity"] / pieces, "unit_price": line["unit_price"] * pieces, **unit}
            numbers |= {"price_unit": line["price_unit"], "amount": amount, "line_type": "item"}
        return reference | numbers | {"tax_amount": amount * line["tax_rate"] / 100}


_DUE = timedelta(days=14)
