"""Condition -> boolean pl.Expr: SQL's logic of three values inside, false for null at the top, arithmetic exact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.rules.condition import Apply, Column, Condition, Expression, Value
from recon.rules.when.ratios import compare_ratios, ratio_columns
from recon.tables import INVOICE_LINES, ORDER_LINES, PLACE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

POLICY_COLUMNS: Mapping[str, Any] = {c: t for c, t in ORDER_LINES.columns.items() if c not in PLACE}
"""What a `when` in `policies` may name: the order line's columns."""
LINE_COLUMNS: Mapping[str, Any] = {
    **{c: t for c, t in INVOICE_LINES.columns.items() if c not in PLACE},
    **{f"order_{c}": t for c, t in POLICY_COLUMNS.items()},
}
"""What a `when` in `tolerances` and `links` may name: the invoice line's columns, and the order's as `order_...`."""
LINE_SYNONYMS = {c: f"order_{c}" for c in POLICY_COLUMNS if c.startswith("order_")}
"""`order_date` is the order's own `order_date`, which by the rule would be `order_order_date`."""

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
ARITHMETIC = frozenset({"+", "-", "*", "/", "neg"})


def _as_is(name: str) -> str:
    return name


def to_expr(
    condition: Condition,
    types: Mapping[str, Any],
    rename: Callable[[str], str] = _as_is,
    magnitudes: Collection[str] = (),
) -> pl.Expr:
    """Return `condition` over a frame as a boolean expression without nulls.

    `types` gives the Polars type of every name the condition may use, `rename` the frame's own name of it. The columns
    of `magnitudes` (named as in the condition) count without their sign.
    SourceError, when the expression is computed, names the values of a row whose numbers pass 37 digits.
    """
    translation = _Translation(condition.text, types, rename, frozenset(magnitudes))
    return translation.truth(condition.expression).fill_null(value=False)


@dataclass(frozen=True)
class _Translation:
    text: str
    types: Mapping[str, Any]
    rename: Callable[[str], str]
    magnitudes: frozenset[str]

    def truth(self, expression: Expression) -> pl.Expr:
        """Return a boolean expression: true, false or null."""
        if isinstance(expression, Column):
            return self._column(expression.name)
        if isinstance(expression, Value):
            return pl.lit(expression.value, pl.Boolean)
        return self._operators[expression.operator](expression.operator, expression.operands)

    @cached_property
    def _operators(self) -> Mapping[str, Callable[[str, tuple[Expression, ...]], pl.Expr]]:
        return {
            "and": lambda _, operands: reduce(and_, map(self.truth, operands)),
            "or": lambda _, operands: reduce(or_, map(self.truth, operands)),
            "not": lambda _, operands: ~self.truth(operands[0]),
            "is null": lambda _, operands: self._is_null(operands[0]),
            "like": lambda _, operands: self._plain(operands[0]).str.contains(like_pattern(operands[1])),
            "in": lambda _, operands: reduce(or_, (self._compare("=", operands[0], other) for other in operands[1:])),
            "between": lambda _, o: self._compare(">=", o[0], o[1]) & self._compare("<=", o[0], o[2]),
            **dict.fromkeys(COMPARISONS, lambda operator, operands: self._compare(operator, *operands)),
        }

    def _column(self, name: str) -> pl.Expr:
        column = pl.col(self.rename(name))
        return column.abs() if name in self.magnitudes else column

    def _plain(self, expression: Expression) -> pl.Expr:
        return self._column(expression.name) if isinstance(expression, Column) else pl.lit(_value(expression))

    def _is_null(self, operand: Expression) -> pl.Expr:
        if isinstance(operand, Apply) and operand.operator in ARITHMETIC:
            # A number that cannot be had (of a null, or over zero) is neither above, below nor at zero.
            return self._compare("=", operand, operand).is_null()
        return self.truth(operand).is_null() if isinstance(operand, Apply) else self._plain(operand).is_null()

    def _compare(self, operator: str, left: Expression, right: Expression) -> pl.Expr:
        if self._is_number(left) or self._is_number(right):
            return self._compare_numbers(operator, left, right)
        if isinstance(left, Apply) or isinstance(right, Apply):
            return COMPARISONS[operator](self.truth(left), self.truth(right))  # type: ignore[no-any-return]
        if pl.Date in {self._type(left), self._type(right)}:
            return COMPARISONS[operator](self._date(left), self._date(right))  # type: ignore[no-any-return]
        return COMPARISONS[operator](self._plain(left), self._plain(right))  # type: ignore[no-any-return]

    def _compare_numbers(self, operator: str, left: Expression, right: Expression) -> pl.Expr:
        if not isinstance(left, Apply) and not isinstance(right, Apply):
            shared = pl.Decimal(38, max(self._scale(left), self._scale(right)))
            return COMPARISONS[operator](self._number(left, shared), self._number(right, shared))  # type: ignore[no-any-return]
        names = sorted(ratio_columns(left) | ratio_columns(right))
        decide = compare_ratios(self.text, COMPARISONS[operator], left, right, names)
        if not names:
            return pl.lit(decide([]).item(), pl.Boolean)
        return pl.map_batches(
            [self._numbers(name) for name in names], decide, return_dtype=pl.Boolean, is_elementwise=True
        )

    def _numbers(self, name: str) -> pl.Expr:
        # A column that a source does not have is one of nulls, and its type then says nothing.
        column = self._column(name)
        return column if self.types[name].is_numeric() else column.cast(pl.Decimal(38, 0))

    def _number(self, expression: Expression, dtype: pl.Decimal) -> pl.Expr:
        if isinstance(expression, Column):
            return self._column(expression.name).cast(dtype)
        return pl.lit(_value(expression), dtype)

    def _date(self, expression: Expression) -> pl.Expr:
        if isinstance(expression, Value) and isinstance(expression.value, str):
            return pl.lit(date.fromisoformat(expression.value), pl.Date)
        return self._plain(expression)

    def _is_number(self, expression: Expression) -> bool:
        if isinstance(expression, Apply):
            return expression.operator in ARITHMETIC
        if isinstance(expression, Column):
            return bool(self.types[expression.name].is_numeric())
        return isinstance(expression.value, Decimal)

    def _scale(self, expression: Expression) -> int:
        if isinstance(expression, Column):
            return int(getattr(self.types[expression.name], "scale", 0))
        exponent = _value(expression).as_tuple().exponent
        return max(0, -int(exponent))

    def _type(self, expression: Expression) -> Any:
        return self.types[expression.name] if isinstance(expression, Column) else None


def _value(expression: Expression) -> Any:
    return expression.value if isinstance(expression, Value) else None


def like_pattern(pattern: Expression) -> str:
    """Return SQL's `%` and `_` as a regular expression over the whole text; all else stands for itself."""
    wild = {"%": ".*", "_": "."}
    characters = (wild.get(c) or re.sub(r"[\\.+*?()|\[\]{}^$#&~-]", r"\\\g<0>", c) for c in str(_value(pattern)))
    return rf"\A(?s:{''.join(characters)})\z"
