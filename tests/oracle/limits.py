"""Tolerances: which one decides a side of a measure, and whether a variance is beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from recon.rules.rule import Limit, Rules
from tests.oracle import conditions, values
from tests.oracle.lines import InvoiceLine, OrderLine, Row

Side = Literal["over", "under"]


@dataclass(frozen=True)
class Decided:
    """A side's limit and the name of the tolerance that gave it (None: nobody did, the default holds)."""

    limit: Limit
    name: str | None

    @property
    def unchecked(self) -> bool:
        return self.limit.percent is None and self.limit.absolute is None

    def beyond(self, variance: Fraction, expected: Fraction, on_line: Fraction | None = None) -> bool:
        """`variance` against `percent` of `expected`; `on_line` (else the variance) against `absolute`."""
        tests = []
        if self.limit.percent is not None:
            tests.append(variance != 0 if expected == 0 else abs(variance) * 100 > self.percent * abs(expected))
        if self.limit.absolute is not None:
            tests.append(abs(variance if on_line is None else on_line) > Fraction(self.limit.absolute))
        if len(tests) == 2 and self.limit.combine == "looser":
            return all(tests)
        return any(tests)

    @property
    def percent(self) -> Fraction:
        return Fraction(self.limit.percent or 0)


def decide(rules: Rules, measure: str, side: Side, row: Row, default: Fraction = Fraction(0)) -> Decided:
    """Return the first tolerance that holds for `row` and gives this side of the measure, else the default."""
    for tolerance in rules.tolerances:
        sides = tolerance.measures.get(measure)
        limit = None if sides is None else getattr(sides, side)
        if limit is not None and conditions.holds(tolerance.when, row):
            return Decided(limit, tolerance.name)
    return Decided(Limit(percent=None if default else Decimal(0), absolute=default_limit(default)), None)


def default_limit(value: Fraction) -> Decimal:
    return values.exact(value)


def seen_by_when(line: InvoiceLine | None, order: OrderLine | None) -> Row:
    """Return what a `when` in tolerances and links may name: the invoice line's columns, the order's as order_..."""
    seen: Row = {}
    if line is not None:
        seen |= line.row
        seen["quantity"] = None if line.quantity is None else abs(line.quantity)
        seen["amount"] = abs(line.amount)
        seen |= {"unit_price": line.written_price, "document_type": line.type, "currency": line.currency}
        seen |= {"supplier_id": line.supplier, "line_type": line.kind, "tax_amount": line.tax_amount}
        seen["uom"] = line.row.get("uom") or (order and order.row.get("uom"))
        seen["price_unit"] = values.fraction(line.row.get("price_unit")) or Fraction(1)
    if order is not None:
        seen |= {f"order_{name}": value for name, value in seen_by_policy(order).items()}
    return seen


def seen_by_policy(order: OrderLine) -> Row:
    filled = {"price_unit": order.price_unit, "currency": order.currency, "supplier_id": order.supplier}
    promised = {"quantity": order.quantity, "unit_price": order.unit_price}
    return order.row | filled | {name: value for name, value in promised.items() if value is not None}
