"""Conditions of a rules file, read one value at a time: SQL's three-valued logic."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from recon.rules.condition import Apply, Column, Condition, Expression, Value


def holds(condition: Condition | None, row: dict[str, Any]) -> bool:
    """No condition always holds; a null one does not."""
    return condition is None or evaluate(condition.expression, row) is True


def evaluate(expression: Expression, row: dict[str, Any]) -> Any:
    if isinstance(expression, Column):
        return number(row.get(expression.name))
    if isinstance(expression, Value):
        return number(expression.value)
    return apply(expression, row)


def number(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def apply(expression: Apply, row: dict[str, Any]) -> Any:
    operator, values = expression.operator, [evaluate(o, row) for o in expression.operands]
    if operator == "and":
        return False if False in values else None if None in values else True
    if operator == "or":
        return True if True in values else None if None in values else False
    if operator == "is null":
        return values[0] is None
    if operator == "in":
        equal = [None if v is None or values[0] is None else same(values[0], v) for v in values[1:]]
        return True if True in equal else None if None in equal else False
    if None in values:
        return None
    if any(isinstance(v, date) for v in values):
        values = [date.fromisoformat(v) if isinstance(v, str) else v for v in values]
    return apply_to_known(operator, values)


def apply_to_known(operator: str, values: list[Any]) -> Any:
    first, last = values[0], values[-1]
    if operator == "not":
        return not first
    if operator == "neg":
        return -first
    if operator == "between":
        return values[1] <= first <= values[2]
    if operator == "like":
        return re.fullmatch(like(last), first, re.DOTALL) is not None
    if operator == "/":
        return None if last == 0 else first / last
    return BINARY[operator](first, last)


def same(first: Any, last: Any) -> bool:
    return bool(first == last)


def like(pattern: str) -> str:
    return "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": add, "-": sub, "*": mul, "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
