"""Documents: what is left out, which lines are one document, and the order in which invoice lines are taken."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.lines import InvoiceLine, Ledger, Row, place

DATED = {"orders": "order_date", "receipts": "receipt_date", "invoices": "invoice_date"}
TELLS_APART = ("invoice_date", "posting_date", "invoice_total")


def split_by_date(ledger: Ledger, table: str) -> tuple[list[Row], list[Row]]:
    """Return the rows that stay and those dated after `as_of`."""
    column, as_of = DATED[table], ledger.as_of
    rows: list[Row] = getattr(ledger, table)
    late = [r for r in rows if as_of is not None and r.get(column) is not None and r[column] > as_of]
    return [r for r in rows if r not in late], late


def supplier_as_given(row: Row) -> str | None:
    for column in ("supplier_id", "supplier_name", "supplier_vat_id", "iban"):
        if values.key(row.get(column)) is not None:
            return values.key(row[column])
    return None


def sender(row: Row) -> tuple[Any, ...]:
    return values.key(row.get("company")), supplier_as_given(row)


def number_as_written(row: Row) -> str:
    """The supplier's number; where there is none, the booking system's own."""
    text: str = row.get("invoice_number") or row["document_id"]
    return text.strip()


def is_called(row: Row, cited: str) -> bool:
    """Whether an invoice is meant by what a line cites: its number, or the booking system's own."""
    names = {number_as_written(row), (row.get("document_id") or "").strip()} - {""}
    return values.invoice_number(cited) in {values.invoice_number(name) for name in names}


def split(lines: list[InvoiceLine], base: Callable[[InvoiceLine], Any]) -> None:
    """Name each line's document: equal in `base` and number, and in id; without one, in dates and total."""
    alike: dict[Any, list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        line.document = (base(line), number_as_written(line.row), (line.row.get("document_id") or "").strip())
        alike[line.document].append(line)
    for document, same in alike.items():
        if not document[-1]:
            tell_apart(same, TELLS_APART)


def tell_apart(lines: list[InvoiceLine], columns: tuple[str, ...]) -> None:
    """By one column after the other; an absent value goes with the only one that others give."""
    if not columns:
        return
    groups: dict[Any, list[InvoiceLine]] = defaultdict(list)
    given = {line.row[columns[0]] for line in lines if line.row.get(columns[0]) is not None}
    for line in lines:
        own = line.row.get(columns[0])
        groups[next(iter(given)) if own is None and len(given) == 1 else own].append(line)
    for value, same in groups.items():
        for line in same:
            line.document = (*line.document, value)
        tell_apart(same, columns[1:])


# -- the order in which invoice lines are taken ----------------------------------------------------------------------

FIRST = (
    "paid_date", "invoice_date", "document_type", "invoice_number", "invoice_line", "quantity", "unit_price", "amount",
)  # fmt: skip
DEFAULTS = {"line_type": "item", "price_unit": Decimal(1)}


def allocation_order(line: InvoiceLine, columns: list[str]) -> tuple[Any, ...]:
    """Return what invoice lines sort by; `columns` are the canonical ones, in the table's order."""
    row = line.row
    head = (
        absent_last(row.get("paid_date")),
        absent_last(row.get("invoice_date")),
        line.type == "credit_note",
        digits_as_numbers(number_as_written(row)),
        line.amount == 0,
        digits_as_numbers(row.get("invoice_line")),
        absent_first(line.quantity),
        absent_first(line.written_price),
        line.amount,
    )
    signed = {c: getattr(line, c) for c in ("tax_amount", "invoice_total", "invoice_tax", "invoice_net")}
    known = DEFAULTS | {c: value for c, value in (row | signed).items() if value is not None}
    others = tuple(absent_first(plain(known.get(c))) for c in columns if c not in (*FIRST, "source", "row"))
    return (*head, others, place(row))


def absent_last(value: Any) -> tuple[bool, Any]:
    return value is None, value or 0


def absent_first(value: Any) -> tuple[bool, Any]:
    return value is not None, 0 if value is None else value


def plain(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def digits_as_numbers(text: str | None) -> tuple[Any, ...]:
    """Absent first; runs of digits compare as numbers, the rest as text."""
    if text is None:
        return ()
    return tuple((0, int(run), "") if run.isdigit() else (1, 0, run) for run in re.findall(r"[0-9]+|[^0-9]+", text))
