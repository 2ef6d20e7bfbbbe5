"""Keys as they compare, exact numbers, and conditions, read one value at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from recon.rules.rule import Apply, Column, Condition, Expression, Value

MINOR_UNITS = {"JPY": 0, "KWD": 3}


def key(text: str | None) -> str | None:
    """NFKC, upper case, punctuation and spaces out; nothing left is absent."""
    if text is None:
        return None
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    return kept or None


def without_zeros(text: str | None) -> str | None:
    return None if text is None else text.lstrip("0") or "0"


def po_number(text: str | None) -> str | None:
    found = key(text)
    return None if found is None else without_zeros(re.sub(r"^(PO|ORDER|BESTELLUNG)(?=[0-9])", "", found))


def po_line(text: str | None) -> str | None:
    return without_zeros(key(text))


def invoice_number(text: str) -> tuple[str, ...]:
    """Runs of letters and of digits, O as 0, I as 1, leading zeros of digits gone."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("O", "0").replace("I", "1")
    runs = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    return tuple(without_zeros(run) or "" if run[0].isdigit() else run for run in runs)


def fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def minor_unit(currency: str | None) -> Fraction:
    return Fraction(1, 10 ** MINOR_UNITS.get(currency or "", 2))


def exact(value: Fraction | None) -> Decimal | None:
    """As files give it: exact where it ends within 18 places, else 10 places, half away from zero."""
    if value is None:
        return None
    places = 18 if (value * 10**18).denominator == 1 else 10
    whole = abs(value) * 10**places
    digits = int(whole + Fraction(1, 2)) if whole.denominator != 1 else int(whole)
    return Decimal(-digits if value < 0 else digits).scaleb(-places)


# -- conditions: SQL's three-valued logic --------------------------------------------------------------------------


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


def days(later: date, earlier: date) -> int:
    return (later - earlier).days
