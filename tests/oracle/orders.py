"""Order lines as they are promised: which rows there are, schedule lines added up, repeated keys, contradictions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle import values
from tests.oracle.lines import OrderLine, Row, place

AMOUNT_ENDS = 10**15
SCHEDULED = ("quantity", "amount", "due_date", "order_date", "closed_date")
"""What rows of one schedule may differ in."""


@dataclass(frozen=True)
class Figures:
    """Quantity, price per unit of measure after discount, price as printed, price unit, amount."""

    quantity: Fraction | None
    price: Fraction | None
    printed: Fraction | None
    unit: Fraction
    amount: Fraction | None

    @property
    def step(self) -> Fraction:
        """Half a unit of the printed price's last place, at least the second, over the quantity."""
        if self.printed is None or self.quantity is None:
            return Fraction(0)
        places = next(n for n in range(2, 11) if (self.printed * 10**n).denominator == 1)
        return Fraction(1, 2 * 10**places) * abs(self.quantity) / self.unit


def share(rate: Fraction | None) -> Fraction:
    """A rate below 1 is a share, from 1 on a percentage."""
    rate = rate or Fraction(0)
    return rate if rate < 1 else rate / 100


def figures(row: Row, *, gross: bool = False) -> Figures | None:
    """Return a row's figures: `discount_percent` off the price, tax off price and amount where they have it in them.

    A price is never negative: then the quantity is. None: gross, and nothing says how much tax that is.
    """
    unit = Fraction(row.get("price_unit") or 1)
    quantity, printed = values.fraction(row.get("quantity")), values.fraction(row.get("unit_price"))
    price, amount = printed, values.fraction(row.get("amount"))
    if gross and row.get("tax_rate") is None:
        tax = values.fraction(row.get("tax_amount"))
        off = tax is not None and amount is not None and printed is None
        if not off or (tax and (abs(tax) >= abs(amount) or (tax < 0) != (amount < 0))):
            return None
        return Figures(quantity, None, None, unit, amount - tax)
    net = 1 / (1 + share(values.fraction(row["tax_rate"]))) if gross else Fraction(1)
    if price is not None:
        price = price / unit * (1 - Fraction(row.get("discount_percent") or 0) / 100) * net
        if price < 0:
            price, quantity = -price, None if quantity is None else -quantity
    return Figures(quantity, price, printed, unit, None if amount is None else amount * net)


def read_order(row: Row, base_currency: str, *, gross: bool = False) -> OrderLine | None:
    """Return the order line, or None for a reject."""
    row = with_one_sign(row)
    given = figures(row, gross=gross)
    if given is None:
        return None
    whole = given.quantity is not None and given.price is not None
    if not whole and given.amount is None:
        return None
    if given.quantity is not None and given.price is not None and abs(given.quantity * given.price) >= AMOUNT_ENDS:
        return None
    return OrderLine(
        row=row,
        company=values.key(row.get("company")),
        po_number=values.po_number(row.get("po_number")),
        po_line=values.po_line(row.get("po_line")),
        quantity=given.quantity,
        price=given.price if whole else None,
        price_unit=given.unit,
        amount=None if whole else given.amount,
        by_amount=not whole,
        currency=row.get("currency") or base_currency,
    )


def with_one_sign(row: Row) -> Row:
    """Quantity (turned by a negative price) and amount have one sign, the negative one where they differ."""
    quantity, amount = row.get("quantity"), row.get("amount")
    if not quantity or not amount:
        return row
    turned = (row.get("unit_price") or 0) < 0
    if ((quantity < 0) != turned) == (amount < 0):
        return row
    return {**row, "amount": -amount} if amount > 0 else {**row, "quantity": -quantity}


def mark_repeated(orders: list[OrderLine]) -> None:
    """Same key: equal content, the first counts; a schedule is added up; unequal, none counts."""
    by_key: dict[Any, list[OrderLine]] = defaultdict(list)
    for order in sorted(orders, key=in_time):
        by_key[order.key].append(order)
    for same in by_key.values():
        distinct = once_each(same)
        if len(distinct) == 1:
            continue
        if is_schedule(distinct):
            add_up(distinct)
            continue
        for order in same:
            order.codes.add("duplicate_order_line")
            order.counts, order.ambiguous = False, True


def in_time(order: OrderLine) -> Any:
    """Quantities count with the sign that a negative price gives them."""
    signed = order.row | ({} if order.row.get("quantity") is None else {"quantity": order.quantity})
    given = [signed.get(c) for c in ("due_date", "order_date", "closed_date", "quantity", "amount")]
    return [(v is None, v or 0) for v in given], place(order.row)


def once_each(same: list[OrderLine]) -> list[OrderLine]:
    """Rows of equal content: the first counts, and all of them say so."""
    distinct: list[OrderLine] = []
    for order in same:
        first = next((o for o in distinct if promised(o) == promised(order)), None)
        if first is None:
            distinct.append(order)
        else:
            order.counts = False
            first.codes.add("duplicate_order_line")
            order.codes.add("duplicate_order_line")
    return distinct


def content(row: Row, but: tuple[str, ...] = ()) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("source", "row", *but) and v is not None}


def promised(order: OrderLine, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a row says, and what it leaves to be understood: the base currency is what an order without one is in."""
    return content(order.row | {"currency": order.currency, "price_unit": order.price_unit}, but)


def is_schedule(distinct: list[OrderLine]) -> bool:
    alike = all(promised(o, SCHEDULED) == promised(distinct[0], SCHEDULED) for o in distinct)
    both = [{o.row.get(c) is None for o in distinct} for c in ("quantity", "amount")]
    return alike and all(len(given) == 1 for given in both)


def add_up(schedule: list[OrderLine]) -> None:
    """The row with the earliest due date stands for the schedule."""
    first = schedule[0]
    merged = dict(first.row)
    for column in ("quantity", "amount"):
        if first.row.get(column) is not None:
            merged[column] = sum(o.row[column] for o in schedule)
    merged["order_date"] = min((o.row["order_date"] for o in schedule if o.row.get("order_date")), default=None)
    closed = [o.row.get("closed_date") for o in schedule]
    merged["closed_date"] = None if None in closed else max(closed)
    first.row = merged
    if first.quantity is not None:
        first.quantity = sum((o.quantity or Fraction(0) for o in schedule), Fraction(0))
    if first.amount is not None:
        first.amount = sum((o.amount or Fraction(0) for o in schedule), Fraction(0))
    for other in schedule[1:]:
        other.counts = False


def find_contradictions(orders: list[OrderLine], *, gross: bool = False) -> None:
    """An amount that is not quantity x price, beyond rounding: the lower price is expected."""
    for order in orders:
        given = figures(order.row, gross=gross)
        if not order.counts or order.by_amount or given is None or given.amount is None or order.price is None:
            continue
        quantity = order.quantity or Fraction(0)
        limit = max(values.minor_unit(order.currency), given.step)
        if abs(given.amount - quantity * order.price) > limit:
            order.contradicts = True
            order.codes.add("order_contradicts_itself")
            if quantity != 0:
                order.price = min(order.price, given.amount / quantity)
