"""Receipts: which rows count, and what came, was accepted and was rejected of an order line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.lines import Ledger, OrderLine, ReceiptLine, Row, place
from tests.oracle.orders import content
from tests.oracle.quantities import conversion

NOTHING = Fraction(0)


def read_receipt(row: Row) -> ReceiptLine:
    return ReceiptLine(row, Fraction(row["quantity"]))


def mark_repeated(receipts: list[ReceiptLine], ledger: Ledger) -> None:
    """Rows of one receipt number and line: equal ones count once; of unequal ones none counts."""
    if getattr(ledger.rules.sources.get("receipts"), "repeats", None) == "count":
        return
    by_key: dict[Any, list[ReceiptLine]] = defaultdict(list)
    for receipt in sorted(receipts, key=lambda r: place(r.row)):
        if (key := receipt_key(receipt.row, ledger)) is not None:
            by_key[key].append(receipt)
    for same in by_key.values():
        if all(content(r.row) == content(same[0].row) for r in same):
            for repeat in same[1:]:
                repeat.counts = False
                repeat.codes.add("duplicate_receipt")
            continue
        for receipt in same:
            receipt.counts = False
            receipt.codes.add("input_rejected")


def receipt_key(row: Row, ledger: Ledger) -> Any:
    """Company, number and line, where both are given; in a source without line numbers the whole row."""
    if "receipt_line" in ledger.absent:
        return tuple(sorted(content(row).items()))
    number, line = values.key(row.get("receipt_number")), values.key(row.get("receipt_line"))
    return None if number is None or line is None else (values.key(row.get("company")), number, line)


def receive(order: OrderLine, receipts: Iterable[ReceiptLine], conversions: list[Row]) -> None:
    """Add up what came, what was accepted and what was rejected, in the order's unit; returns take rejects first."""
    order.receipts = [r for r in receipts if r.counts]
    order.factors = {}
    order.received = accepted = order.rejected = returned = NOTHING
    for receipt in order.receipts:
        factor = conversion(conversions, order, receipt.row.get("uom"))
        if factor is None:
            receipt.codes.add("uom_mismatch")
            continue
        order.factors[id(receipt)] = factor
        order.received += receipt.quantity * factor
        if receipt.quantity < 0:
            returned -= receipt.quantity * factor
            continue
        good, bad = judged(receipt, order)
        accepted += good * factor
        order.rejected += bad * factor
    accepted -= max(NOTHING, returned - order.rejected)
    order.accepted = max(NOTHING, min(order.received, accepted))


def judged(receipt: ReceiptLine, order: OrderLine) -> tuple[Fraction, Fraction]:
    """Return what of a delivery was accepted and what rejected; what nobody judged is accepted, but in four-way, where it is neither."""
    row = receipt.row
    accepted, rejected = values.fraction(row.get("quantity_accepted")), values.fraction(row.get("quantity_rejected"))
    if receipt.quantity == 0:  # it judges what other rows brought
        return (accepted or NOTHING) if order.policy == "four_way" else -(rejected or NOTHING), rejected or NOTHING
    if accepted is None:
        unjudged = NOTHING if order.policy == "four_way" else receipt.quantity
        return (unjudged, NOTHING) if rejected is None else (receipt.quantity - rejected, rejected)
    return accepted, max(NOTHING, receipt.quantity - accepted) if rejected is None else rejected
