"""Invoice lines as they are meant: what bills nothing, the third figure of two, one sign a line, credit notes negative."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from tests.oracle import documents
from tests.oracle.lines import InvoiceLine, Row
from tests.oracle.orders import AMOUNT_ENDS, figures, share
from tests.oracle.values import fraction

EXTRAS = ("freight_amount", "charge_amount", "discount_amount")


def has_extras(row: Row) -> bool:
    return any(row.get(column) for column in EXTRAS)


def bills_nothing(row: Row) -> bool:
    """No amount and no price, or quantity and amount both absent or 0; freight and the like beside it are lines of their own."""
    if row.get("amount") is None and row.get("unit_price") is None:
        return True
    return not row.get("quantity") and not row.get("amount")


def read_invoice(row: Row, *, gross: bool = False) -> InvoiceLine | None:
    """Return the line with all of quantity, price and amount that it has a right to, or None for a reject."""
    gross = gross and row.get("line_type") != "tax"
    given = figures(row, gross=gross)
    if given is None:
        return None
    quantity, price, amount, expected = given.quantity, given.price, given.amount, None
    goods = row.get("line_type") in (None, "item")
    if bills_nothing(row):
        quantity, price, amount = None, None, Fraction(0)
    if quantity is not None and price is not None:
        expected = None if amount is None else quantity * price
        amount = quantity * price if amount is None else amount
    elif quantity is not None and amount is not None:
        if quantity == 0 and goods:
            return None
        price = abs(amount / quantity) if quantity else None
    elif price is not None and amount is not None:
        if price == 0 and goods:
            return None
        quantity = amount / price if price else None
    if amount is None or abs(amount) >= AMOUNT_ENDS or abs((quantity or 0) * (price or 0)) >= AMOUNT_ENDS:
        return None
    line = InvoiceLine(
        row=row,
        kind=row.get("line_type") or "item",
        quantity=quantity,
        price=price,
        written_price=None if price is None else price * given.unit,
        amount=amount,
        tax_amount=fraction(row.get("tax_amount")),
        invoice_total=fraction(row.get("invoice_total")),
        invoice_tax=fraction(row.get("invoice_tax")),
        invoice_net=fraction(row.get("invoice_net")),
        printed_step=given.step,
        gross=1 + share(fraction(row["tax_rate"])) if gross and row.get("tax_rate") is not None else Fraction(1),
        expected_amount=expected,
    )
    give_one_sign(line)
    return line


def give_one_sign(line: InvoiceLine) -> None:
    """Quantity and amount have one sign, the negative one where they differ; tax goes with the amount."""
    if line.quantity is None or line.quantity * line.amount >= 0:
        return
    if line.amount > 0:
        line.amount, line.tax_amount = -line.amount, minus(line.tax_amount)
    else:
        line.quantity, line.expected_amount = -line.quantity, minus(line.expected_amount)


def sign_documents(lines: list[InvoiceLine]) -> None:
    """Say of each line whether it is an invoice or a credit note, and count credit notes negative."""
    for same in grouped(lines):
        total = sum(line.amount for line in same)
        for line in same:
            line.type = line.row.get("document_type") or ("credit_note" if total < 0 else "invoice")
    for same in grouped([line for line in lines if line.type == "credit_note"]):
        turn_credit_note(same)


def grouped(lines: list[InvoiceLine]) -> list[list[InvoiceLine]]:
    """Lines of one document, as far as its own words tell."""
    documents.split(lines, lambda line: (documents.sender(line.row), line.row.get("document_type")))
    found: dict[Any, list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        found[line.document].append(line)
    return list(found.values())


def turn_credit_note(lines: list[InvoiceLine]) -> None:
    total, pieces = sum(line.amount for line in lines), sum(line.quantity or 0 for line in lines)
    turn = total > 0 or (total == 0 and pieces >= 0)
    for line in lines:
        if turn:
            line.quantity, line.tax_amount = minus(line.quantity), minus(line.tax_amount)
            line.amount, line.expected_amount = -line.amount, minus(line.expected_amount)
        for name in ("invoice_total", "invoice_tax", "invoice_net"):
            given = getattr(line, name)
            setattr(line, name, None if given is None else -abs(given))


def minus(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value
