"""Paid ahead and kept back: prepayments and retentions of an order."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.charges import CHARGES, Key, is_billed
from tests.oracle.lines import Answer, InvoiceLine
from tests.oracle.quantities import excess

NOTHING = Fraction(0)


def compare_ahead(answer: Answer, standing: list[InvoiceLine]) -> None:
    """`standing`: the lines not set aside, in the order of allocation."""
    for kind in ("prepayment", "retention"):
        by_order: dict[Key, list[InvoiceLine]] = {}
        for line in standing:
            if line.kind == kind and line.of_order is not None and "supplier_mismatch" not in line.discrepancies:
                by_order.setdefault(line.of_order, []).append(line)
        for key, lines in by_order.items():
            order = [o for o in answer.orders if o.counts and o.key[:2] == key]
            for line in lines:
                if order and line.currency and line.currency != order[0].currency:
                    line.add("currency_mismatch")
            same_money = [x for x in lines if "currency_mismatch" not in x.discrepancies]
            if kind == "retention":
                over(same_money, NOTHING, "retention_over_released")
            else:
                over(same_money, sum((o.value for o in order), NOTHING), "prepayment_over_ordered")
                not_deducted(answer, key, same_money, standing)


def over(lines: list[InvoiceLine], limit: Fraction, code: str) -> None:
    running, cums = NOTHING, []
    for line in lines:
        running += line.amount
        cums.append(running)
    for line, (more, least) in zip(lines, excess(cums, limit), strict=True):
        if more > 0:
            line.varies = True
            line.add(code, least, None, more)


def not_deducted(answer: Answer, key: Key, lines: list[InvoiceLine], standing: list[InvoiceLine]) -> None:
    """The order is billed in full, and what was paid ahead is still to be taken off: on the last bill."""
    left = sum((x.amount for x in lines), NOTHING)
    order = [o for o in answer.orders if o.counts and o.key[:2] == key]
    goods = [o for o in order if o.row.get("category") not in CHARGES and o.value >= 0]
    bills = [x for x in standing if x.kind == "item" and x.takes_part and x.order in goods and x.amount > 0]
    bills += [x for x in standing if x.header == key and x.takes_part and x.amount > 0]
    bills = [x for x in bills if not x.reversed]
    bills.sort(key=standing.index)
    by_header = any(x.header for x in bills)
    worth = sum((o.value for o in goods), NOTHING)
    in_full = all(is_billed(o) for o in goods) or (by_header and sum((x.amount for x in bills), NOTHING) >= worth)
    if left > 0 and goods and bills and in_full:
        bills[-1].varies = True
        bills[-1].add("prepayment_not_deducted", left, None, left)
