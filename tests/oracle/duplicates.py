"""Duplicates: documents and rows that a supplier has sent before."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.arithmetic import Sums
from tests.oracle.documents import digits_as_numbers, number_as_written
from tests.oracle.lines import InvoiceLine
from tests.oracle.parties import Suppliers

Document = list[InvoiceLine]


def deciding(line: InvoiceLine) -> date | None:
    """The date that decides which is earlier."""
    return line.row.get("posting_date") or line.row.get("invoice_date")


def earliest_first(lines: list[InvoiceLine]) -> list[InvoiceLine]:
    """`lines` come in the order of allocation."""
    return sorted(lines, key=lambda line: (deciding(line) is None, deciding(line) or date.min))


def find_repeated(lines: list[InvoiceLine], suppliers: Suppliers, reversed_: set[object]) -> None:
    """Mark repeated documents and rows; `lines` of one type, the earliest first. What is reversed in full is no one's."""
    documents: dict[Any, Document] = defaultdict(list)
    for line in lines:
        documents[line.document].append(line)
    in_order = list(documents.values())
    for n, later in enumerate(in_order):
        if later[0].document not in reversed_:
            found = {verdict(e, later, suppliers) for e in in_order[:n] if e[0].document not in reversed_} - {""}
            for line in later:
                mark(line, found)
        repeated_rows(later)


def find_paid_again(lines: list[InvoiceLine], suppliers: Suppliers, reversed_: set[object]) -> None:
    """What is open of invoices, the earliest first, of which a repetition that is set aside was paid may not be paid either."""
    documents: dict[Any, Document] = defaultdict(list)
    for line in lines:
        documents[line.document].append(line)
    in_order = [d for d in documents.values() if d[0].document not in reversed_]
    pairs = [(e, later) for n, later in enumerate(in_order) for e in in_order[:n]]
    paid = [(e, later) for e, later in pairs if any(x.set_aside and is_paid(x) for x in later)]
    for earlier, later in paid:
        if verdict(earlier, later, suppliers) == "duplicate_invoice":
            for line in (x for x in earlier if not x.set_aside and not is_paid(x)):
                line.add("possible_duplicate")
    for document in documents.values():
        for row in (x for x in document if x.set_aside and is_paid(x) and line_number(x)):
            for first in document[: document.index(row)]:
                same = content(first) == content(row) and line_number(first) == line_number(row)
                if same and not first.set_aside and not is_paid(first):
                    first.add("possible_duplicate")


def is_paid(line: InvoiceLine) -> bool:
    return line.row.get("paid_date") is not None


def mark(line: InvoiceLine, codes: set[str]) -> None:
    line.set_aside = line.set_aside or "duplicate_invoice" in codes
    for code in codes:
        line.add(code)


def verdict(earlier: Document, later: Document, suppliers: Suppliers) -> str:
    one, other = earlier[0], later[0]
    twins = one.party != other.party and suppliers.name_twins(one.supplier, other.supplier)
    if (one.party != other.party and not twins) or number(one) != number(other):
        return ""
    if twins or not same_content(earlier, later) or in_other_years(earlier, later):
        return "possible_duplicate"
    return "duplicate_invoice"


def number(line: InvoiceLine) -> tuple[str, ...]:
    return values.invoice_number(number_as_written(line.row))


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


def repeated_rows(document: Document) -> None:
    """Within one document: a row that repeats one with the same line number, or an equal line that no total counts."""
    sums = Sums(document)
    for n, line in enumerate(document):
        for earlier in document[:n]:
            if content(line) != content(earlier):
                continue
            if line_number(line) and line_number(line) == line_number(earlier):
                mark(line, {"duplicate_invoice"})
            elif not sums.counts_all(line):
                mark(line, {"possible_duplicate"})


def line_number(line: InvoiceLine) -> tuple[Any, ...]:
    return digits_as_numbers(line.row.get("invoice_line"))


# -- under another number --------------------------------------------------------------------------------------------


def find_under_other_numbers(
    ranked: list[InvoiceLine], days: int, suppliers: Suppliers, excused: set[InvoiceLine], reversed_: set[object]
) -> None:
    """Another number, same order line, quantity and amount: `excused` lines have receipts of their own."""
    standing = [
        line for line in ranked if not line.set_aside and line.order is not None and line.document not in reversed_
    ]
    for n, later in enumerate(standing):
        for earlier in standing[:n]:
            own = earlier in excused and later in excused
            if not own and same_delivery(earlier, later, days, suppliers):
                later.add("possible_duplicate")


def same_delivery(earlier: InvoiceLine, later: InvoiceLine, days: int, suppliers: Suppliers) -> bool:
    if earlier.type != later.type or number(earlier) == number(later):
        return False
    if earlier.party != later.party and not suppliers.name_twins(earlier.supplier, later.supplier):
        return False
    billed = [(x.order, x.quantity, x.amount, x.currency) for x in (earlier, later)]
    one, other = deciding(earlier), deciding(later)
    near = one is not None and other is not None and abs(values.days(other, one)) <= days
    return billed[0] == billed[1] and (near or suffixed(number(earlier), number(later)))


def suffixed(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The numbers differ in a suffix of letters only."""
    bare = [runs[:-1] if runs and not runs[-1].isdigit() else runs for runs in (one, other)]
    return bool(bare[0]) and bare[0] == bare[1]
