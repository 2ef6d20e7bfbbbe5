"""Prices: which is in force, net of which discount lines, and how far from the order's."""

from __future__ import annotations

from fractions import Fraction

from recon.rules.rule import Rules
from tests.oracle import values
from tests.oracle.documents import digits_as_numbers
from tests.oracle.limits import Decided, Side, decide, seen_by_when
from tests.oracle.lines import InvoiceLine, OrderLine

NOTHING = Fraction(0)


def signed_side(value: Fraction) -> Side:
    """`over` is to the buyer's disadvantage."""
    return "over" if value > 0 else "under"


def in_force(line: InvoiceLine, currency: str | None = None) -> Fraction | None:
    """The printed price where it explains the amount to a minor unit, else amount over quantity."""
    if not line.quantity or line.price is None:
        return line.price
    if abs(line.amount - line.quantity * line.price) <= values.minor_unit(line.currency or currency):
        return line.price
    return line.amount / line.quantity


def net_discounts(document: list[InvoiceLine], planned: set[tuple[str | None, str | None]]) -> None:
    """Say of each discount line which item line of its document it makes cheaper; none of an order that planned it.

    `document`: its lines that are not set aside.
    """
    items = [x for x in document if x.kind == "item"]
    for line in document:
        line.nets = None
        if line.kind == "discount" and line.of_order not in planned:
            line.nets = makes_cheaper(line, items)
    for item in items:
        item.discounts = sum((x.amount for x in document if x.nets is item), NOTHING)


def makes_cheaper(line: InvoiceLine, items: list[InvoiceLine]) -> InvoiceLine | None:
    """The item line nearest before it, of the order line that it names; else the first after it of that order line."""
    if line.order is not None:
        mine = [x for x in items if x.order is line.order]
    else:
        mine = [x for x in items if None not in (line.row.get("invoice_line"), x.row.get("invoice_line"))]
    before = [x for x in mine if position(x) < position(line)]
    after = [x for x in mine if x not in before] if line.order is not None else []
    found = max(before, key=position, default=None) or min(after, key=position, default=None)
    one_money = found is not None and (None in (found.currency, line.currency) or found.currency == line.currency)
    return found if found is not None and one_money and found.amount * line.amount < 0 else None


def position(line: InvoiceLine) -> tuple[object, ...]:
    return digits_as_numbers(line.row.get("invoice_line"))


def price_of(
    line: InvoiceLine, order: OrderLine, factor: Fraction, discounts: Fraction = NOTHING, *, rounding: bool = True
) -> tuple[Fraction, Fraction] | None:
    """Return the variance per the order's price unit and on the line; None where there is nothing to compare."""
    price = in_force(line, order.currency)
    if order.price is None or price is None or line.quantity is None:
        return None
    if line.quantity != 0:
        price += discounts / line.quantity
    per_one = price / factor - order.price
    if line.quantity != 0 and rounding:
        expected = order.price * factor * line.quantity
        if comes_to(line, expected, line.amount + discounts, line.currency or order.currency):
            per_one = NOTHING
    of_nothing = discounts if line.quantity == 0 else NOTHING  # there is no price to take them off
    return per_one * order.price_unit, per_one * line.quantity * factor + of_nothing


def comes_to(line: InvoiceLine, expected: Fraction, billed: Fraction, currency: str | None) -> bool:
    """What is expected, with the tax that the bill has in its prices, is to the minor unit what it bills with that tax."""
    return values.rounded(expected * line.gross, values.minor_unit(currency)) == billed * line.gross


def beyond(
    line: InvoiceLine, order: OrderLine, variance: Fraction, on_line: Fraction, rules: Rules
) -> tuple[bool, Decided | None]:
    if variance == 0:
        return False, None
    side = decide(rules, "price", signed_side(on_line or variance), seen_by_when(line, order))
    return side.beyond(variance, order.unit_price or NOTHING, on_line), side


def is_near(line: InvoiceLine, order: OrderLine, factor: Fraction | None, rules: Rules) -> bool:
    """Price within the price tolerance; what is not known is not near."""
    found = None if factor is None else price_of(line, order, factor)
    return found is not None and not beyond(line, order, *found, rules)[0]


def variance_of(line: InvoiceLine, document: list[InvoiceLine]) -> tuple[Fraction, Fraction] | None:
    """Return (variance, variance on the line) net of the discount lines that take part in it."""
    if line.order is None or line.factor is None or line.currency != line.order.currency:
        return None
    discounts = sum((x.amount for x in document if x.nets is line), NOTHING)
    return price_of(line, line.order, line.factor, discounts)


def compare(
    line: InvoiceLine,
    found: tuple[Fraction, Fraction],
    corrections: list[InvoiceLine],
    discounts: list[InvoiceLine],
    rules: Rules,
) -> None:
    """Hold what is left of the price variance against the limits; the corrections stand for it too."""
    order = line.order
    assert order is not None
    variance, on_line = found
    if corrections:
        exactly = price_of(
            line, order, line.factor or NOTHING, sum((d.amount for d in discounts), NOTHING), rounding=False
        )
        on_line = (exactly or found)[1] + sum((c.amount + c.discounts for c in corrections), NOTHING)
        expected = (order.price or NOTHING) * (line.quantity or NOTHING) * (line.factor or NOTHING)
        paid = line.amount + sum((x.amount + x.discounts for x in (*corrections, *discounts)), NOTHING)
        if comes_to(line, expected, paid, line.currency):
            on_line = NOTHING
        variance = on_line / ((line.quantity or 1) * (line.factor or 1)) * order.price_unit
    line.price_variance, line.price_variance_amount = variance, on_line
    for each in (line, *corrections):
        each.varies = each.varies or variance != 0
    too_far, side = beyond(line, order, variance, on_line, rules)
    for each in (line, *corrections) if too_far and side is not None else ():
        each.add("price_variance", variance, side and side.name, on_line)


def compare_alone(line: InvoiceLine, rules: Rules) -> None:
    """A price difference of no bill that is there: all of it is too much, or too little."""
    if line.amount == 0:
        return
    line.varies = True
    side = decide(rules, "price", signed_side(line.amount), seen_by_when(line, line.order))
    if side.beyond(line.amount, NOTHING):
        line.add("price_variance", line.amount, side.name, line.amount)
