"""Corrections: lines that take an earlier one back, and lines that put its price right."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle import prices, values
from tests.oracle.documents import is_called
from tests.oracle.lines import InvoiceLine

NOTHING = Fraction(0)


def is_negative(line: InvoiceLine) -> bool:
    return line.amount < 0 or (line.quantity or 0) < 0


def clear(lines: list[InvoiceLine]) -> None:
    for line in lines:
        line.reverses, line.reversed, line.corrects, line.moves_money = None, False, None, False


def find_reversals(ranked: list[InvoiceLine], doubted: Callable[[InvoiceLine], bool]) -> None:
    """`ranked`: lines that take part, the earliest first."""
    for n, line in enumerate(ranked):
        if line.kind != "item" or not is_negative(line) or doubted(line):
            continue
        earlier = [x for x in candidates(line, ranked[:n]) if not x.reversed and magnitude(x) == magnitude(line)]
        if earlier:
            line.reverses = earlier[-1]
            line.reversed = earlier[-1].reversed = True


def candidates(line: InvoiceLine, before: list[InvoiceLine]) -> list[InvoiceLine]:
    """Earlier positive item lines of the supplier and order line, of the invoice that is cited where one is."""
    cited = line.row.get("credited_invoice")
    return [
        x
        for x in before
        if x.kind == "item" and x.order is line.order and x.party == line.party
        and not is_negative(x) and not x.moves_money
        and (cited is None or is_called(x.row, cited))
    ]  # fmt: skip


def magnitude(line: InvoiceLine) -> tuple[Any, ...]:
    """Item, quantity in the order's unit, price, amount, currency: what a line and its reversal are equal in.

    A price that is compared with the order's is told by how far it is from that, what is no variance included.
    """
    factor, order = line.factor or Fraction(1), line.order
    quantity = None if line.quantity is None else abs(line.quantity) * factor
    compared = order is not None and not order.by_amount and line.currency == order.currency
    found = prices.price_of(line, order, factor, line.discounts) if compared and order is not None else None
    price = (line.written_price, line.row.get("price_unit") or 1) if found is None else found[0]
    return values.key(line.row.get("item")), quantity, price, abs(line.amount), line.currency


def find_price_differences(
    ranked: list[InvoiceLine],
    doubted: Callable[[InvoiceLine], bool],
    variance: Callable[[InvoiceLine], tuple[Fraction, Fraction] | None],
    planned: set[tuple[str | None, str | None]],
) -> None:
    """`ranked`: the lines that stand, the earliest first; `planned`: the orders that plan a discount."""
    left: dict[InvoiceLine, Fraction] = {}
    for line in ranked:
        found = variance(line) if line.kind == "item" and line.takes_part else None
        left[line] = NOTHING if found is None else found[1]
    for n, line in enumerate(ranked):
        if line.order is None or line.order.by_amount or line.reversed:
            continue
        doubtful = is_negative(line) and doubted(line)
        mine = [] if doubtful else [x for x in candidates(line, ranked[:n]) if x.takes_part and not x.reversed]
        of_money = [x for x in mine if x.currency == line.currency]
        if line.kind == "price_difference":
            line.moves_money = True
            line.corrects = told(line, of_money, left)
        elif line.kind == "discount" and line.order.key[:2] not in planned and names_another(line, ranked):
            line.corrects = told(line, of_money, left)
            line.moves_money = line.corrects is not None
        elif line.kind == "item" and line.takes_part:
            line.corrects = recognised(line, mine, left)
            line.moves_money = line.corrects is not None
        if line.corrects is not None:
            left[line.corrects] += line.amount + line.discounts
            left[line] = NOTHING


def names_another(line: InvoiceLine, ranked: list[InvoiceLine]) -> bool:
    """A discount of an order line that its own document does not bill."""
    return line.nets is None and not any(
        x.kind == "item" and x.order is line.order and x.document == line.document for x in ranked
    )


def told(line: InvoiceLine, mine: list[InvoiceLine], left: dict[InvoiceLine, Fraction]) -> InvoiceLine | None:
    """The latest line with a variance that this one takes from, else the latest."""
    helped = [x for x in mine if left[x] * line.amount < 0]
    return (helped or mine or [None])[-1]


def recognised(line: InvoiceLine, mine: list[InvoiceLine], left: dict[InvoiceLine, Fraction]) -> InvoiceLine | None:
    """The latest uncorrected line of this quantity whose difference to the order's price is what this one bills, net."""
    order, price = line.order, prices.in_force(line)
    if order is None or order.price is None or price is None or not line.quantity or line.factor is None:
        return None
    billed = price * line.quantity + line.discounts
    corrected = {x.corrects for x in left}
    fitting = [
        x
        for x in mine
        if x not in corrected and x.currency == line.currency
        and measure(x) == measure(line) and left[x] != 0 and left[x] == -billed
    ]  # fmt: skip
    return fitting[-1] if fitting else None


def measure(line: InvoiceLine) -> Fraction:
    return abs(line.quantity or NOTHING) * (line.factor or Fraction(1))
