"""Rows too wide to compute: of which order lines numbers pass 37 digits, and a ledger in which such rows are rejects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tests.oracle.lines import Answer, InvoiceLine, Ledger, OrderLine, Place, ReceiptLine, Row, place

TABLES = {"orders": "order_lines", "receipts": "receipt_lines", "invoices": "invoice_lines"}
COLUMN_ENDS = 10**19
"""A column has 18 places of 37 digits."""
WORTH_ENDS = 10**18
"""Sums of a whole ledger are more than each of what they add up."""
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
                rejects.append(row | {"table": table, "was_read": True})
            else:
                kept[name].append(row)
    return replace(ledger, **kept, rejects=rejects)


def needless(answer: Answer, wide: Rejected) -> Rejected:
    """Return the rows of `wide` that make no order line too wide; `answer` is of the ledger with them."""
    return wide - {row for order in answer.orders for row in to_blame(order, answer)}


def to_blame(order: OrderLine, answer: Answer) -> Rejected:
    """The receipts that are too wide for their order line, each alone or else together; the line itself where it is without."""
    came = order.receipts
    alone = [r for r in came if is_wide(order, [r])]
    if is_wide(order, []):
        return {("order_lines", place(order.row))}
    if alone or is_wide(order, came):
        return {("receipt_lines", place(r.row)) for r in alone or came}
    bills = [x for x in answer.invoices if x.order is order]
    if is_wide(order, came, bills):
        return {("order_lines", place(order.row)), *(("invoice_lines", place(x.row)) for x in bills)}
    return set()


def is_wide(order: OrderLine, came: list[ReceiptLine], bills: Sequence[InvoiceLine] = ()) -> bool:
    """What is ordered, came or is billed of it, in its unit, or what came at its price, has more digits than are computed."""
    quantity, more = order.quantity or Fraction(0), Fraction(order.row.get("over_delivery_percent") or 0)
    numbers = [quantity, quantity * more / 100]
    numbers += [r.quantity * order.factors.get(id(r), Fraction(1)) for r in came]
    worth = sum(map(abs, numbers)) * (order.price or 0)
    numbers += [(x.quantity or 0) * (x.factor or Fraction(1)) for x in bills]
    size, part = sum(map(abs, numbers)), math.lcm(*(number.denominator for number in numbers))
    return size >= COLUMN_ENDS or worth >= WORTH_ENDS or size * part >= COUNTED_ENDS
