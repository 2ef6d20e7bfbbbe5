"""Receipts first in, first out: which invoice lines have receipts of their own, whole and alone."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle.comparison import RECEIVED_POLICIES
from tests.oracle.lines import InvoiceLine, OrderLine, ReceiptLine, place
from tests.oracle.quantities import excess

NOTHING = Fraction(0)


def whole_and_alone(order: OrderLine, lines: list[InvoiceLine], in_doubt: set[InvoiceLine]) -> list[InvoiceLine]:
    """Lines covered in full by receipts that no other line touches, to their last piece; `lines` take part.

    What is reversed uses none, credits `in_doubt` give none back, others take from the line that billed last.
    """
    if order.by_amount or order.policy not in RECEIVED_POLICIES:
        return []
    came, standing = laid_out(order), [x for x in lines if not x.reversed and x not in in_doubt]
    uses = stretches([measured(x) for x in standing])
    found = []
    for line, (start, end) in zip(standing, uses, strict=True):
        own = [(a, b) for a, b in came if a < b and a < end and b > start]
        shared = any(a < y and b > x for a, b in own for x, y in uses if x < y and (x, y) != (start, end))
        if own and not shared and (own[0][0], own[-1][1]) == (start, end) and end - start == measured(line):
            found.append(line)
    return found


def stretches(steps: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """What is left of each step when those below nothing have taken theirs, from the latest; one after the other."""
    kept = [over for over, _ in excess([sum(steps[: n + 1], NOTHING) for n in range(len(steps))], NOTHING)]
    ends = [sum(kept[: n + 1], NOTHING) for n in range(len(kept))]
    return [(end - over, end) for over, end in zip(kept, ends, strict=True)]


def measured(line: InvoiceLine) -> Fraction:
    return (line.quantity or NOTHING) * (line.factor or NOTHING)


def laid_out(order: OrderLine) -> list[tuple[Fraction, Fraction]]:
    """What each receipt covers of all that came, the first first; a return comes off the latest before it."""
    came = [(r, r.quantity * factor) for r in order.receipts if (factor := order.factors.get(id(r))) is not None]
    return stretches([q for _, q in sorted(came, key=lambda pair: first_in(pair[0]))])


def first_in(receipt: ReceiptLine) -> tuple[object, ...]:
    row = receipt.row
    day = row.get("receipt_date")
    number, line = row.get("receipt_number"), row.get("receipt_line")
    return day is not None, day or date.min, number or "", line or "", place(row)
