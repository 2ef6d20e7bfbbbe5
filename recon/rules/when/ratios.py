"""Comparing arithmetic on columns without rounding: fractions of whole numbers, held against each other crosswise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.exact import Exact, TooWideError
from recon.errors import SourceError
from recon.rules.condition import Apply, Column, Expression, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Ratio:
    """A column of fractions: `top` over `bottom`, which is above 0; `None` is 1."""

    top: Exact
    bottom: Exact | None = None

    def over(self, other: Ratio) -> Ratio:
        """Return this divided by the other; null where the other is 0."""
        sign = _nothing_at_zero(other.top)
        return Ratio(_times(self.top * sign, other.bottom), _times(abs(other.top), self.bottom))

    def times(self, other: Ratio) -> Ratio:
        bottom = other.bottom if self.bottom is None else _times(self.bottom, other.bottom)
        return Ratio(self.top * other.top, bottom)

    def plus(self, other: Ratio) -> Ratio:
        left, right = _times(self.top, other.bottom), _times(other.top, self.bottom)
        bottom = other.bottom if self.bottom is None else _times(self.bottom, other.bottom)
        return Ratio(left + right, bottom)

    def negative(self) -> Ratio:
        return Ratio(self.top * -1, self.bottom)


def _times(value: Exact, factor: Exact | None) -> Exact:
    return value if factor is None else value * factor


def _nothing_at_zero(value: Exact) -> Exact:
    """Return the sign of every row, null where it is 0: what is multiplied by it is null there."""
    sign = value.sign().cast(pl.Int128)
    return Exact(pl.select(pl.when(sign != 0).then(sign)).to_series(), 0, 1)


def ratio_columns(expression: Expression) -> set[str]:
    """Return the names of the columns in an arithmetic expression."""
    if isinstance(expression, Column):
        return {expression.name}
    if isinstance(expression, Apply):
        return set().union(*map(ratio_columns, expression.operands))
    return set()


def compare_ratios(
    text: str, holds: Callable[[Any, Any], Any], left: Expression, right: Expression, names: list[str]
) -> Callable[[Sequence[pl.Series]], pl.Series]:
    """Return a function of the named columns that says where `left` and `right` compare as `holds` wants.

    SourceError names the values of a row that needs more than 37 digits; `text` is the condition as written.
    """

    def decide(columns: Sequence[pl.Series]) -> pl.Series:
        try:
            exact = dict(zip(names, map(Exact.of, columns), strict=True))
            variance = _ratio(left, exact).plus(_ratio(right, exact).negative())
            return holds(variance.top.sign(), 0)  # type: ignore[no-any-return]
        except TooWideError:
            return halves(columns)

    def halves(columns: Sequence[pl.Series]) -> pl.Series:
        # A bound is that of the widest row: on fewer rows the others are not widened by it.
        height = columns[0].len() if columns else 1
        if height <= 1:
            raise _refusal(text, names, columns)
        middle = height // 2
        return pl.concat([decide([c[:middle] for c in columns]), decide([c[middle:] for c in columns])])

    return decide


def _refusal(text: str, names: list[str], columns: Sequence[pl.Series]) -> SourceError:
    given = (column[0] for column in columns)
    told = (f"{value.normalize():f}" if isinstance(value, Decimal) else value for value in given)
    values = ", ".join(f"{name} {value}" for name, value in zip(names, told, strict=True))
    return SourceError(
        f"the condition '{text}' needs more than 37 digits for a row with {values}",
        hint="Correct the row; its numbers are not plausible as they stand.",
    )


def _ratio(expression: Expression, columns: Mapping[str, Exact]) -> Ratio:
    if isinstance(expression, Column):
        return Ratio(columns[expression.name])
    if isinstance(expression, Value):
        return Ratio(_literal(expression.value))
    operands = [_ratio(operand, columns) for operand in expression.operands]
    if expression.operator == "neg":
        return operands[0].negative()
    operators = {"+": Ratio.plus, "-": lambda a, b: a.plus(b.negative()), "*": Ratio.times, "/": Ratio.over}
    return reduce(operators[expression.operator], operands)


def _literal(value: Decimal | str | bool | None) -> Exact:
    if not isinstance(value, Decimal):
        return Exact(pl.Series([None], dtype=pl.Int128), 0, 0)
    sign, digits, exponent = value.normalize().as_tuple()
    whole = int("".join(map(str, digits))) * (-1 if sign else 1) * 10 ** max(0, int(exponent))
    return Exact(pl.Series([whole], dtype=pl.Int128), max(0, -int(exponent)), abs(whole))
