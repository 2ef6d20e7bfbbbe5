"""Units of measure, what was received, and the running quantities (or amounts) of each order line."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tests.oracle import values
from tests.oracle.lines import InvoiceLine, OrderLine, ReceiptLine, Row

NOTHING = Fraction(0)


def conversion(rows: list[Row], order: OrderLine, uom: str | None) -> Fraction | None:
    """Return how many order units one `uom` is; None where it is not known.

    The most specific level that has the pair decides; there, the direction as given goes before the reversed one;
    two different factors are none.
    """
    mine, theirs = values.unit(uom), values.unit(order.row.get("uom")) or order.unit
    if not in_another_unit(order, uom):
        return Fraction(1)
    item, supplier = values.key(order.row.get("item")), values.key(order.supplier)
    for wanted in ((item, supplier), (item, None), (None, supplier), (None, None)):
        level = [r for r in rows if (values.key(r.get("item")), values.key(r.get("supplier_id"))) == wanted]
        for start, end, reversed_ in ((mine, theirs, False), (theirs, mine, True)):
            factors = {Fraction(r["factor"]) for r in level if pair(r) == (start, end)}
            if len(factors) > 1:
                return None
            if factors:
                factor = factors.pop()
                return 1 / factor if reversed_ else factor
    return None


def billed_in(rows: list[Row], order: OrderLine, uom: str | None) -> Fraction | None:
    """As `conversion`, of an invoice line: an amount that is billed has no unit."""
    return Fraction(1) if order.by_amount else conversion(rows, order, uom)


def in_another_unit(order: OrderLine, uom: str | None) -> bool:
    mine, theirs = values.unit(uom), values.unit(order.row.get("uom")) or order.unit
    return mine is not None and theirs is not None and mine != theirs


def state_unit(order: OrderLine, receipts: Iterable[ReceiptLine], lines: Iterable[InvoiceLine]) -> None:
    """Of an order line without a unit: the one its receipts name, else what is billed of it; of several it is none.

    `lines` take part by quantity.
    """
    received = {values.unit(receipt.row.get("uom")) for receipt in receipts} - {None}
    billed = {values.unit(line.row.get("uom")) for line in lines} - {None}
    named = received or billed
    order.unit = "?" if len(named) > 1 else next(iter(named), None)


def pair(row: Row) -> tuple[str | None, str | None]:
    return values.unit(row["from_uom"]), values.unit(row["to_uom"])


def measured(line: InvoiceLine) -> Fraction:
    """What the line takes from its order line: a quantity in the order's unit, or an amount."""
    if line.order is not None and line.order.by_amount:
        return line.amount
    return (line.quantity or NOTHING) * (line.factor or NOTHING)


def run_up(order: OrderLine, lines: list[InvoiceLine], in_doubt: set[InvoiceLine]) -> None:
    """Give each line what was invoiced ahead of it and with it.

    The running excess leaves out reversed lines, and credits in doubt give nothing back.
    """
    billed = running = NOTHING
    for line in lines:
        line.before = billed
        billed += measured(line)
        line.cum = billed
        running += NOTHING if line.reversed or line in in_doubt else measured(line)
        line.running = running
    order.invoiced = billed


def excess(running: list[Fraction], limit: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Return for each step (over-quantity, m): what it adds to the final excess, and what is held to the tolerance.

    With e the running excess over `limit`, m is the least e from this step to the last: a later credit takes back
    from the step that raised it last.
    """
    over = [max(NOTHING, cum - max(NOTHING, limit)) for cum in running]
    result = []
    for n in range(len(over)):
        least = min(over[n:])
        ahead = over[n - 1] if n else NOTHING
        result.append((max(NOTHING, least - ahead), least))
    return result
