"""Which kinds of value a condition may compare: numbers, text, dates and flags keep to themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import polars as pl

from recon.rules.condition import Column, Expression, Value


class Kind(Enum):
    """What an expression gives; the value is how a message names it."""

    NUMBER = "a number"
    TEXT = "a text"
    DATE = "a date"
    FLAG = "true or false"
    NULL = "null"
    ANY = "anything"


def kind_of_column(dtype: Any) -> Kind:
    """Return the kind of value a column of a Polars type holds."""
    if dtype == pl.String:
        return Kind.TEXT
    if dtype == pl.Date:
        return Kind.DATE
    if dtype == pl.Boolean:
        return Kind.FLAG
    return Kind.NUMBER if dtype.is_numeric() else Kind.ANY


def check_comparison(
    operator: str, left: tuple[Expression, Kind], right: tuple[Expression, Kind]
) -> tuple[str, str] | None:
    """Return what is wrong with comparing the two, and how to mend it, or nothing."""
    kinds = {left[1], right[1]}
    if Kind.NULL in kinds:
        return "a comparison with null never holds", "Write: ... is null, or: ... is not null."
    if Kind.FLAG in kinds and operator not in {"=", "!=", "in"}:
        return "true and false have no order", "Compare them with = or !=."
    if Kind.ANY in kinds:
        return None
    if kinds == {Kind.DATE, Kind.TEXT}:
        return _check_date(left if left[1] is Kind.TEXT else right)
    if len(kinds) == 1:
        return None
    return f"{left[1].value} cannot be compared with {right[1].value}", _mend(left, right)


def _check_date(text: tuple[Expression, Kind]) -> tuple[str, str] | None:
    if not isinstance(text[0], Value):
        return "a date cannot be compared with a text column", ""
    try:
        value = str(text[0].value)
        if date.fromisoformat(value).isoformat() == value:
            return None
    except ValueError:
        pass
    return f"'{text[0].value}' is not a date", "Write dates as year-month-day: '2025-01-31'."


def _mend(left: tuple[Expression, Kind], right: tuple[Expression, Kind]) -> str:
    for one, other in ((left, right), (right, left)):
        if (
            isinstance(one[0], Column)
            and one[1] is Kind.TEXT
            and isinstance(other[0], Value)
            and isinstance(other[0].value, Decimal)
        ):
            return f"{one[0].name} is text: write '{other[0].value}' in single quotes."
        if isinstance(one[0], Column) and one[1] is Kind.NUMBER and isinstance(other[0], Value):
            return f"{one[0].name} is a number: write digits without quotes."
    return ""
