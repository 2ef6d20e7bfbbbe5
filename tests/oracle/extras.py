"""Columns that become a line of their own: freight, charge and discount beside a line or for the whole document."""

from __future__ import annotations

from fractions import Fraction

from recon.tables import INVOICE_LINES
from tests.oracle import values
from tests.oracle.documents import allocation_order
from tests.oracle.invoices import bills_nothing, grouped, read_invoice
from tests.oracle.lines import InvoiceLine, Row

COLUMNS = {"freight_amount": "freight", "charge_amount": "charge", "discount_amount": "discount"}
OF_THE_LINE = ("po_number", "po_line", "invoice_line")
OF_THE_DOCUMENT = (
    "company", "document_type", "supplier_id", "supplier_name", "supplier_vat_id", "iban", "invoice_number",
    "document_id", "invoice_date", "posting_date", "due_date", "paid_date", "received_date", "payment_terms",
    "discount_date", "posted", "credited_invoice", "delivery_note", "currency", "invoice_net", "invoice_tax",
    "invoice_total", "source", "row",
)  # fmt: skip


def add_extras(lines: list[InvoiceLine]) -> list[InvoiceLine]:
    """Return the lines with those that their columns add; what bills nothing else has no line of its own."""
    found = [line for line in lines if not bills_nothing(line.row)]
    for document in grouped(lines):
        whole = of_the_document(document)
        for column, kind in COLUMNS.items():
            if column in whole:
                found.append(extra(first(document), column, kind, document))
                continue
            found += [extra(line, column, kind, [line]) for line in document if line.row.get(column)]
    return found


def of_the_document(document: list[InvoiceLine]) -> set[str]:
    """The columns that are equal on all its lines, where its total counts each of them once."""
    equal = {c for c in COLUMNS if document[0].row.get(c) and len({line.row.get(c) for line in document}) == 1}
    totals = {line.invoice_total for line in document}
    if len(document) == 1 or len(totals) > 1 or None in totals:
        return set()
    total = sum((line.amount for line in document), Fraction(0))
    taxes = {line.invoice_tax for line in document} - {None}
    tax = taxes.pop() if len(taxes) == 1 else sum((line.tax_amount or Fraction(0) for line in document), Fraction(0))
    for column in COLUMNS:
        of_lines = [signed(line, column, [line]) for line in document]
        total += signed(document[0], column, document) if column in equal else sum(of_lines, Fraction(0))
    money = {line.row.get("currency") for line in document} - {None}
    close = abs((totals.pop() or 0) - total - (tax or 0)) <= values.minor_unit(next(iter(money), None))
    return equal if close and len(money) < 2 else set()


def signed(line: InvoiceLine, column: str, whose: list[InvoiceLine]) -> Fraction:
    """A discount takes away from what it belongs to bills, however it is signed."""
    value = Fraction(line.row.get(column) or 0)
    if column != "discount_amount":
        return value
    return abs(value) if sum(x.amount for x in whose) < 0 else -abs(value)


def first(document: list[InvoiceLine]) -> InvoiceLine:
    """In the order of allocation."""
    return min(document, key=lambda line: allocation_order(line, list(INVOICE_LINES.columns)))


def extra(line: InvoiceLine, column: str, kind: str, whose: list[InvoiceLine]) -> InvoiceLine:
    """Return the line that a column becomes: of the line itself, or of its whole document."""
    row: Row = {c: line.row.get(c) for c in OF_THE_DOCUMENT} | {"line_type": kind}
    if whose == [line]:
        row |= {c: line.row.get(c) for c in OF_THE_LINE}
    elif len({values.po_number(x.row.get("po_number")) for x in whose}) == 1:
        row["po_number"] = line.row.get("po_number")
    made = read_invoice(row | {"amount": values.exact(signed(line, column, whose))})
    assert made is not None
    return made
