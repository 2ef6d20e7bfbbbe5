"""Receipts first in, first out: which invoice lines have receipts of their own, whole and alone."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle.comparison import RECEIVED_POLICIES
from tests.oracle.lines import InvoiceLine, OrderLine, ReceiptLine, place
from tests.oracle.quantities import excess

NOTHING = Fraction(0)


def whole_and_alone(order: OrderLine, lines: list[InvoiceLine]) -> list[InvoiceLine]:
    """Lines covered in full by receipts that no other line touches, to their last piece; `lines` take part."""
    if order.by_amount or order.policy not in RECEIVED_POLICIES:
        return []
    pieces = laid_out(order)
    found = []
    for line in (x for x in lines if spans(x) and not x.reversed):
        start, end = line.running - measured(line), line.running
        own = [(a, b) for a, b in pieces if a < end and b > start]
        others = [x for x in lines if x is not line and not x.reversed and spans(x)]
        shared = any(a < x.running and b > x.running - measured(x) for a, b in own for x in others)
        if own and not shared and own[0][0] == start and own[-1][1] == end:
            found.append(line)
    return found


def spans(line: InvoiceLine) -> bool:
    return measured(line) > 0


def measured(line: InvoiceLine) -> Fraction:
    return (line.quantity or NOTHING) * (line.factor or NOTHING)


def laid_out(order: OrderLine) -> list[tuple[Fraction, Fraction]]:
    """What each receipt covers of all that came, the first first; a return comes off the latest before it."""
    came = [(r, r.quantity * factor) for r in order.receipts if (factor := order.factors.get(id(r))) is not None]
    steps = [q for _, q in sorted(came, key=lambda pair: first_in(pair[0]))]
    kept = [over for over, _ in excess([sum(steps[: n + 1], NOTHING) for n in range(len(steps))], NOTHING)]
    pieces, start = [], NOTHING
    for q in kept:
        if q > 0:
            pieces.append((start, start + q))
        start += q
    return pieces


def first_in(receipt: ReceiptLine) -> tuple[object, ...]:
    row = receipt.row
    day = row.get("receipt_date")
    number, line = row.get("receipt_number"), row.get("receipt_line")
    return day is not None, day or date.min, number or "", line or "", place(row)
