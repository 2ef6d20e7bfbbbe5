"""Rows too wide to compute: of which order lines numbers pass 37 digits, and a ledger in which such rows are rejects."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from tests.oracle.lines import Answer, Ledger, OrderLine, Place, Row, place

TABLES = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines"}
COLUMN_ENDS = 10**19
"""A column has 18 places of 37 digits."""
COUNTED_ENDS = 10**36
"""Sums are counted in the common part of all quantities; a digit less, as several of them are added."""
Rejected = set[tuple[str, Place]]


def without(ledger: Ledger, wide: Rejected) -> Ledger:
    """Return the ledger with the rows that are `wide` among its rejects."""
    kept: dict[str, list[Row]] = {name: [] for name in TABLES}
    rejects = list(ledger.rejects)
    for name, table in TABLES.items():
        for row in getattr(ledger, name):
            if (table, place(row)) in wide:
                rejects.append(row | {"table": table})
            else:
                kept[name].append(row)
    return replace(ledger, **kept, rejects=rejects)


def needless(answer: Answer, wide: Rejected) -> Rejected:
    """Return the rows of `wide` whose order line has no number that is too wide; `answer` is of the ledger with them."""
    needed: Rejected = set()
    for order in answer.orders:
        if is_wide(order, answer):
            needed |= {("order_lines", place(order.row))}
            needed |= {("receipt_lines", place(r.row)) for r in answer.receipts if r.order is order}
            needed |= {("invoice_lines", place(x.row)) for x in answer.invoices if x.order is order}
    return wide - needed


def is_wide(order: OrderLine, answer: Answer) -> bool:
    """What is ordered, came or is billed of it, in its unit, has more digits than are computed."""
    numbers = [order.quantity or Fraction(0)]
    numbers += [r.quantity * order.factors.get(id(r), Fraction(1)) for r in order.receipts]
    numbers += [(x.quantity or 0) * (x.factor or Fraction(1)) for x in answer.invoices if x.order is order]
    size, part = sum(map(abs, numbers)), math.lcm(*(number.denominator for number in numbers))
    return size >= COLUMN_ENDS or size * part >= COUNTED_ENDS
