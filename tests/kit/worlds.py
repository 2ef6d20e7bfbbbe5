"""Small ledgers written as text tables: a header, then a row a line, columns apart by blanks, `-` for absent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from recon.rules.rule import Rules
from tests.kit.ledgers import TABLES
from tests.oracle.lines import Ledger, Row

SHORT = {"po": "po_number", "line": "po_line", "qty": "quantity", "price": "unit_price", "supplier": "supplier_id"}
SHORT |= {
    "no": "invoice_number",
    "no_line": "invoice_line",
    "type": "document_type",
    "per": "price_unit",
    "total": "invoice_total",
}


def world(orders: str = "", receipts: str = "", invoices: str = "", rules: Rules | None = None, **more: Any) -> Ledger:
    """Return the ledger that the tables say; `more` are further tables (suppliers, ...) or `as_of`."""
    ledger = Ledger(rules=rules or Rules(), as_of=more.pop("as_of", None))
    for name, text in {"orders": orders, "receipts": receipts, "invoices": invoices, **more}.items():
        setattr(ledger, name, table(name, text))
    return ledger


def table(name: str, text: str) -> list[Row]:
    """Return typed rows; `~` in a cell is a blank."""
    lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    header = [SHORT.get(word, word) for word in lines[0]]
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        row: Row = {c: typed(name, c, cell) for c, cell in zip(header, cells, strict=True)}
        rows.append(defaults(name, row, number) | {"source": f"{name}.csv", "row": number})
    return rows


def defaults(name: str, row: Row, number: int) -> Row:
    """Fill in what a test about something else does not care to say."""
    if name == "receipts":
        return {"receipt_number": f"50{number}"} | row
    if name in ("orders", "invoices"):
        return {"supplier_id": "S1"} | row
    return row


def typed(name: str, column: str, cell: str) -> Any:
    kind = TABLES[name].columns[column]
    if cell == "-":
        return None
    if isinstance(kind, pl.Decimal):
        return Decimal(cell)
    if kind == pl.Date:
        return date.fromisoformat(cell)
    return cell == "true" if kind == pl.Boolean else cell.replace("~", " ")
