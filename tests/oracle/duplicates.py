"""Duplicates: documents and lines that a supplier has sent before."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.lines import InvoiceLine

Document = list[InvoiceLine]


def find_duplicates(lines: list[InvoiceLine], days: int) -> None:
    """Mark duplicates; `lines` come in the order of allocation."""
    ranked = sorted(lines, key=lambda line: (deciding(line) is None, deciding(line) or date.min))
    rank = {id(line): n for n, line in enumerate(ranked)}
    documents: dict[Any, Document] = defaultdict(list)
    for line in ranked:
        documents[line.document].append(line)
    found: dict[int, set[str]] = defaultdict(set)
    in_order = sorted(documents.values(), key=lambda d: min(rank[id(line)] for line in d))
    for n, later in enumerate(in_order):
        for line in later:
            found[id(line)] |= {verdict(earlier, later) for earlier in in_order[:n]} - {""}
        repeated_rows(later, found)
    for line in ranked:
        line.set_aside = "duplicate_invoice" in found[id(line)]
    other_numbers(ranked, days, found)
    for line in ranked:
        if line.set_aside:
            line.discrepancies.clear()
            line.add("duplicate_invoice")
        elif "possible_duplicate" in found[id(line)]:
            line.add("possible_duplicate")


def deciding(line: InvoiceLine) -> date | None:
    """The date that decides which is earlier."""
    return line.row.get("posting_date") or line.row.get("invoice_date")


def verdict(earlier: Document, later: Document) -> str:
    one, other = earlier[0], later[0]
    same_number = values.invoice_number(one.row["invoice_number"]) == values.invoice_number(other.row["invoice_number"])
    if one.party != other.party or one.type != other.type or not same_number:
        return ""
    if not same_content(earlier, later) or in_other_years(earlier, later):
        return "possible_duplicate"
    return "duplicate_invoice"


def same_content(earlier: Document, later: Document) -> bool:
    if Counter(map(content, earlier)) == Counter(map(content, later)):
        return True
    currencies = [{line.currency for line in document} - {None} for document in (earlier, later)]
    return currencies[0] == currencies[1] and len(currencies[0]) < 2 and total(earlier) == total(later)


def content(line: InvoiceLine) -> tuple[Any, ...]:
    """What lines are equal in: order line (else cited reference), item, quantity, amount, currency."""
    cited = values.po_number(line.row.get("po_number")), values.po_line(line.row.get("po_line"))
    where = cited if line.order is None else line.order.key
    return line.order is None, where, values.key(line.row.get("item")), line.quantity, line.amount, line.currency


def total(document: Document) -> Fraction:
    """The one `invoice_total` its lines agree on, else the sum of its lines."""
    given = {line.invoice_total for line in document} - {None}
    if len(given) == 1:
        return next(t for t in given if t is not None)
    return sum((line.amount for line in document), Fraction(0))


def in_other_years(earlier: Document, later: Document) -> bool:
    one, other = first_date(earlier), first_date(later)
    return one is not None and other is not None and one.year != other.year


def first_date(document: Document) -> date | None:
    return min((d for line in document if (d := line.row.get("invoice_date")) is not None), default=None)


def repeated_rows(document: Document, found: dict[int, set[str]]) -> None:
    """Within one document, a row that repeats an earlier one with the same line number, or both without."""
    for n, line in enumerate(document):
        for earlier in document[:n]:
            if content(line) == content(earlier) and line.row.get("invoice_line") == earlier.row.get("invoice_line"):
                numbered = line.row.get("invoice_line") is not None
                found[id(line)].add("duplicate_invoice" if numbered else "possible_duplicate")


def other_numbers(ranked: list[InvoiceLine], days: int, found: dict[int, set[str]]) -> None:
    """Another number, same order line, quantity and amount within `days`."""
    standing = [line for line in ranked if not line.set_aside and line.order is not None]
    for n, later in enumerate(standing):
        for earlier in standing[:n]:
            if same_delivery(earlier, later, days):
                found[id(later)].add("possible_duplicate")


def same_delivery(earlier: InvoiceLine, later: InvoiceLine, days: int) -> bool:
    one, other = deciding(earlier), deciding(later)
    if one is None or other is None or earlier.party != later.party or earlier.type != later.type:
        return False
    if values.invoice_number(earlier.row["invoice_number"]) == values.invoice_number(later.row["invoice_number"]):
        return False
    billed = [(x.order and x.order.key, x.quantity, x.amount) for x in (earlier, later)]
    return billed[0] == billed[1] and abs(values.days(other, one)) <= days
