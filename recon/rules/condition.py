"""A parsed `when`, safe by construction: it can only name columns and compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True)
class Column:
    name: str


@dataclass(frozen=True)
class Value:
    """A literal: exact decimal, text, true/false or null."""

    value: Decimal | str | bool | None


@dataclass(frozen=True)
class Apply:
    """An operator on its operands: `and or not`, `= != < <= > >=`, `+ - * /`, `in`, `like`, `between`, `is null`, `neg`."""

    operator: str
    operands: tuple[Expression, ...]


Expression = Column | Value | Apply


@dataclass(frozen=True)
class Condition:
    """A `when` as it was written, and what it means."""

    text: str
    expression: Expression
