"""Left out and normalise: which rows there are, which are rejects, and what they mean once signs and gaps are mended."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.lines import InvoiceLine, Ledger, OrderLine, ReceiptLine, Row, place

AMOUNT_ENDS = 10**15
DATED = {"orders": "order_date", "receipts": "receipt_date", "invoices": "invoice_date"}


def split_by_date(ledger: Ledger, table: str) -> tuple[list[Row], list[Row]]:
    """Return the rows that stay and those dated after `as_of`."""
    column, as_of = DATED[table], ledger.as_of
    rows: list[Row] = getattr(ledger, table)
    late = [r for r in rows if as_of is not None and r.get(column) is not None and r[column] > as_of]
    return [r for r in rows if r not in late], late


# -- orders --------------------------------------------------------------------------------------------------------


def read_order(row: Row, base_currency: str) -> OrderLine | None:
    """Return the order line, or None for a reject."""
    unit = Fraction(row.get("price_unit") or 1)
    quantity, price = values.fraction(row.get("quantity")), values.fraction(row.get("unit_price"))
    amount = values.fraction(row.get("amount"))
    whole = quantity is not None and price is not None
    if not whole and amount is None:
        return None
    if quantity is not None and price is not None and abs(quantity * price / unit) >= AMOUNT_ENDS:
        return None
    return OrderLine(
        row=row,
        company=values.key(row.get("company")),
        po_number=values.po_number(row.get("po_number")),
        po_line=values.po_line(row.get("po_line")),
        quantity=quantity,
        price=price / unit if whole and price is not None else None,
        price_unit=unit,
        amount=None if whole else amount,
        by_amount=not whole,
        currency=row.get("currency") or base_currency,
    )


def mark_repeated_orders(orders: list[OrderLine]) -> None:
    """Same key: equal content, the first counts; unequal, none does. All of them are `duplicate_order_line`."""
    by_key: dict[Any, list[OrderLine]] = defaultdict(list)
    for order in sorted(orders, key=lambda o: place(o.row)):
        by_key[order.key].append(order)
    for same in by_key.values():
        if len(same) == 1:
            continue
        equal = all(content(o.row) == content(same[0].row) for o in same)
        for order in same:
            order.codes.add("duplicate_order_line")
            order.counts = equal and order is same[0]
            order.ambiguous = not equal


def content(row: Row) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("source", "row") and v is not None}


def read_receipt(row: Row) -> ReceiptLine:
    return ReceiptLine(row, Fraction(row["quantity"]))


# -- invoices ------------------------------------------------------------------------------------------------------


def read_invoice(row: Row) -> InvoiceLine | None:
    """Return the line with all of quantity, price and amount that it has a right to, or None for a reject."""
    kind = row.get("line_type") or "item"
    unit = Fraction(row.get("price_unit") or 1)
    quantity, written = values.fraction(row.get("quantity")), values.fraction(row.get("unit_price"))
    amount = values.fraction(row.get("amount"))
    expected = None
    price = None if written is None else written / unit
    given = [v is not None for v in (quantity, price, amount)]
    if sum(given) < 2:
        if kind == "item" or amount is None:
            return None
    elif amount is None and quantity is not None and price is not None:
        amount = quantity * price
    elif price is None and quantity is not None and amount is not None:
        if quantity == 0:
            return None
        price = amount / quantity
        written = price * unit
    elif quantity is None and price is not None and amount is not None:
        if price == 0:
            return None
        quantity = amount / price
    elif quantity is not None and price is not None:
        expected = quantity * price
    if amount is None or (quantity is not None and price is not None and abs(quantity * price) >= AMOUNT_ENDS):
        return None
    return InvoiceLine(
        row=row,
        kind=kind,
        quantity=quantity,
        price=price,
        written_price=written,
        amount=amount,
        tax_amount=values.fraction(row.get("tax_amount")),
        invoice_total=values.fraction(row.get("invoice_total")),
        invoice_tax=values.fraction(row.get("invoice_tax")),
        expected_amount=expected,
    )


def supplier_as_given(row: Row) -> str | None:
    for column in ("supplier_id", "supplier_name", "supplier_vat_id", "iban"):
        if values.key(row.get(column)) is not None:
            return values.key(row[column])
    return None


def number_as_written(row: Row) -> str:
    text: str = row["invoice_number"]
    return text.strip()


def sign_documents(lines: list[InvoiceLine]) -> None:
    """Say of each line whether it is an invoice or a credit note, and count credit notes negative."""
    untyped: dict[Any, list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        if line.row.get("document_type") is None:
            untyped[given_document(line)].append(line)
        else:
            line.type = line.row["document_type"]
    for same in untyped.values():
        for line in same:
            line.type = "credit_note" if sum(other.amount for other in same) < 0 else "invoice"
    credit_notes: dict[Any, list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        if line.type == "credit_note":
            credit_notes[given_document(line)].append(line)
    for same in credit_notes.values():
        turn_credit_note(same)


def given_document(line: InvoiceLine) -> tuple[Any, ...]:
    return values.key(line.row.get("company")), supplier_as_given(line.row), number_as_written(line.row)


def turn_credit_note(lines: list[InvoiceLine]) -> None:
    positive = sum(line.amount for line in lines) > 0
    for line in lines:
        if positive:
            line.quantity, line.tax_amount = minus(line.quantity), minus(line.tax_amount)
            line.amount, line.expected_amount = -line.amount, minus(line.expected_amount)
        if line.price is not None and line.price < 0:
            line.price, line.quantity = -line.price, minus(line.quantity)
            line.written_price = minus(line.written_price)
        if line.quantity is not None and line.quantity * line.amount < 0:  # the export signs one of the two only
            line.quantity, line.expected_amount = -line.quantity, minus(line.expected_amount)
        line.invoice_total = None if line.invoice_total is None else -abs(line.invoice_total)
        line.invoice_tax = None if line.invoice_tax is None else -abs(line.invoice_tax)


def minus(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


# -- the order in which invoice lines are taken ----------------------------------------------------------------------

FIRST = ("invoice_date", "invoice_number", "invoice_line", "document_type", "quantity", "unit_price", "amount")
DEFAULTS = {"line_type": "item", "price_unit": Decimal(1)}


def allocation_order(line: InvoiceLine, columns: list[str]) -> tuple[Any, ...]:
    """Return what invoice lines sort by; `columns` are the canonical ones, in the table's order."""
    row = line.row
    head = (
        (row.get("invoice_date") is None, row.get("invoice_date") or 0),
        digits_as_numbers(number_as_written(row)),
        digits_as_numbers(row.get("invoice_line")),
        line.type,
        absent_first(line.quantity),
        absent_first(line.written_price),
        line.amount,
    )
    known = DEFAULTS | {c: value for c, value in row.items() if value is not None}
    others = tuple(absent_first(plain(known.get(c))) for c in columns if c not in (*FIRST, "source", "row"))
    return (*head, others, place(row))


def absent_first(value: Any) -> tuple[bool, Any]:
    return value is not None, 0 if value is None else value


def plain(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def digits_as_numbers(text: str | None) -> tuple[Any, ...]:
    """Absent first; runs of digits compare as numbers, the rest as text."""
    import re

    if text is None:
        return ()
    return tuple((0, int(run), "") if run.isdigit() else (1, 0, run) for run in re.findall(r"[0-9]+|[^0-9]+", text))
