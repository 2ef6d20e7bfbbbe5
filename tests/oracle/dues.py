"""SPEC-CLOSE section 3, a document at a time: what it comes to, when it is due, what is paid of it, its discount."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.documents import number_as_written
from tests.oracle.lines import Answer, InvoiceLine, Ledger, Row

NOTHING = Fraction(0)
TERMS: dict[str, tuple[int, tuple[int, int] | None]] = {
    "N30": (30, None),
    "N60": (60, None),
    "2/10 net 30": (30, (2, 10)),
}
"""What random ledgers write -> days, and (percent, days) of a discount; what is not here nobody can read."""

ADVANCE, ADVANCED = "30% advance, 70% in 60 days", Fraction(3, 10)


@dataclass
class Document:
    """An invoice or credit note whose lines are in one currency."""

    lines: list[InvoiceLine]
    amount: Fraction
    paid: Fraction = NOTHING
    taken: Fraction = NOTHING
    paid_on: date | None = None
    by_its_word: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether all of it was paid, or more: of a credit note, given back."""
        left = self.amount - self.paid - self.taken
        return self.paid != 0 and (left >= 0 if self.amount < 0 else left <= 0)

    @property
    def first(self) -> InvoiceLine:
        return self.lines[0]


def dues(answer: Answer, ledger: Ledger, payments: list[Row], last: date) -> list[tuple[Any, ...]]:
    """Return number, type, due date, open amount and discount status of every document in one currency."""
    found = documents(answer, payments, last)
    return [told(document, answer, ledger, last) for document in found if len(currencies(document.lines)) == 1]


def settled(answer: Answer, payments: list[Row], last: date) -> set[Any]:
    """Return the documents of which something was paid and nothing is open."""
    found = [d for d in documents(answer, payments, last) if len(currencies(d.lines)) == 1]
    return {d.first.document for d in found if d.is_settled}


def documents(answer: Answer, payments: list[Row], last: date) -> list[Document]:
    by_document: dict[Any, list[InvoiceLine]] = defaultdict(list)
    for line in answer.invoices:
        if not line.set_aside:
            by_document[line.document].append(line)
    found = [Document(lines, worth(lines)) for lines in by_document.values()]
    for row in payments:
        pay(row, found, last)
    for document in found if not payments else []:
        believe(document, last)
    return found


def believe(document: Document, last: date) -> None:
    """Without any payments a document is paid in whole on the day that its first line with one names."""
    day = next((x.row["paid_date"] for x in document.lines if x.row.get("paid_date")), None)
    if day is not None and day <= last and len(currencies(document.lines)) == 1:
        document.paid, document.paid_on, document.by_its_word = document.amount, day, True


def currencies(lines: list[InvoiceLine]) -> set[str]:
    return {line.currency for line in lines if line.currency is not None}


def worth(lines: list[InvoiceLine]) -> Fraction:
    """The total that its lines agree on, else net and tax: the tax that they agree on, else that of the lines."""
    total, tax = only([x.invoice_total for x in lines]), only([x.invoice_tax for x in lines])
    if total is not None:
        return total
    net = sum((x.amount for x in lines if x.kind != "tax"), NOTHING)
    own = sum((x.amount for x in lines if x.kind == "tax"), NOTHING) + sum((x.tax_amount or 0 for x in lines), NOTHING)
    return net + (own if tax is None else tax)


def only(given: list[Fraction | None]) -> Fraction | None:
    known = {each for each in given if each is not None}
    return known.pop() if len(known) == 1 else None


def pay(row: Row, documents: list[Document], last: date) -> None:
    """A payment pays the one document of its number and supplier, not in another currency; of two the one whose sign it has."""
    if row["status"] == "void" or row["payment_date"] > last:
        return
    mine = [
        d for d in documents
        if values.key(number_as_written(d.first.row)) == values.key(row["invoice_number"])
        and d.first.supplier == row["supplier_id"] and (len(currencies(d.lines)) != 1 or currencies(d.lines) == {row["currency"]})
    ]  # fmt: skip
    alike = [d for d in mine if len(currencies(d.lines)) != 1 or (d.amount < 0) == (row["amount"] < 0)] or mine
    if len(alike) == 1:
        document = alike[0]
        document.paid += Fraction(row["amount"])
        document.taken += Fraction(row["discount_taken"] or 0)
        document.paid_on = max(document.paid_on or date.min, row["payment_date"])


def told(document: Document, answer: Answer, ledger: Ledger, last: date) -> tuple[Any, ...]:
    first = document.first
    text = terms(document, ledger)
    day = next((x.row["invoice_date"] for x in document.lines if x.row.get("invoice_date")), None)
    days, discount = TERMS.get(text or "", (None, None))
    due = next((x.row["due_date"] for x in document.lines if x.row.get("due_date")), None)
    if due is None and days is not None and day is not None:
        due = day + timedelta(days)
    if due is None and text == ADVANCE and day is not None:
        due = day + timedelta(0 if advance_is_open(document) else 60)
    left = document.amount - document.paid - document.taken
    ends = day + timedelta(discount[1]) if discount and day else None
    held = answer.decisions[first.document] != "pay"
    return number_as_written(first.row), first.type, due, left, status(document, ends, last, held=held)


def advance_is_open(document: Document) -> bool:
    """What is paid pays the advance first, which is in whole minor units."""
    unit = values.minor_unit(next(iter(currencies(document.lines))))
    advance = int(abs(document.amount) * ADVANCED / unit + Fraction(1, 2)) * unit
    paid = (document.paid + document.taken) * (-1 if document.amount < 0 else 1)
    return paid < advance


def terms(document: Document, ledger: Ledger) -> str | None:
    """The invoice's, else its first line's order's, else its supplier's."""
    own = next((x.row["payment_terms"] for x in document.lines if x.row.get("payment_terms")), None)
    order = document.first.order
    ordered = order.row.get("payment_terms") if order is not None else None
    agreed = next(
        (s.get("payment_terms") for s in ledger.suppliers if s["supplier_id"] == document.first.supplier), None
    )
    found: str | None = own or ordered or agreed
    return found


def status(document: Document, ends: date | None, last: date, *, held: bool) -> str | None:
    if ends is None:
        return None
    if document.by_its_word:
        return None
    if document.taken > 0:
        return "taken"
    if document.is_settled:
        return "lost"
    if ends < last:
        return "missed"
    return "at_risk" if held else "available"
