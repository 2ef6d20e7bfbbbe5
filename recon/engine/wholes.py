"""Columns of Python's whole numbers: of few rows, and of those whose products pass 37 digits.

A method of a Polars column costs some 20 microseconds however few rows it has; of a dozen rows Python's numbers take one.
"""

from __future__ import annotations

import operator
from decimal import Context
from math import gcd
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Number = int | None

FEW = 100
"""Rows up to which Python's numbers are faster than Polars' columns."""
_CONTEXT = Context(prec=100)


class Wholes:
    """What `Exact` asks of a column of whole numbers, without a bound. Null stays null; one value serves every row."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: Iterable[Number]) -> None:
        self.numbers = numbers if type(numbers) is list else list(numbers)

    @classmethod
    def of(cls, column: pl.Series) -> Wholes:
        """Take a Decimal or integer column; decimals in units of their last place."""
        if not isinstance(column.dtype, pl.Decimal):
            return cls(column.to_list())
        scale = column.dtype.scale
        return cls([None if n is None else int(n.scaleb(scale, _CONTEXT)) for n in column.to_list()])

    def series(self) -> pl.Series:
        """Return the numbers as a column; OverflowError where they are too wide for one."""
        return pl.Series(self.numbers, dtype=pl.Int128)

    def decimals(self, dtype: pl.Decimal) -> pl.Series:
        """Return the numbers as decimals, in units of the last place of `dtype`; OverflowError where they are too wide.

        As text, which Polars reads in half the time that it takes over Python's decimals; for those it would import numpy, too.
        """
        if self.largest() >= 10**38:
            raise OverflowError
        power = f"e-{dtype.scale}"
        return pl.Series([None if n is None else f"{n}{power}" for n in self.numbers], dtype=pl.String).cast(dtype)

    def __mul__(self, other: Wholes) -> Wholes:
        return self._with(other, operator.mul)

    def __add__(self, other: Wholes) -> Wholes:
        return self._with(other, operator.add)

    def __floordiv__(self, number: int) -> Wholes:
        return Wholes([None if n is None else n // number for n in self.numbers])

    def __gt__(self, other: Wholes) -> pl.Series:
        return pl.Series([None if a is None or b is None else a > b for a, b in self._pairs(other)], dtype=pl.Boolean)

    def multiples_of(self, other: Wholes) -> pl.Series:
        """Return which numbers the others divide; none is 0."""
        pairs = self._pairs(other)
        return pl.Series([None if a is None or not b else a % b == 0 for a, b in pairs], dtype=pl.Boolean)

    def times(self, number: int) -> Wholes:
        """Return the numbers times one."""
        return Wholes([None if n is None else n * number for n in self.numbers])

    def abs(self) -> Wholes:
        """Return the magnitudes."""
        return Wholes([None if n is None else abs(n) for n in self.numbers])

    def signs(self) -> Wholes:
        """Return -1, 0 or 1."""
        return Wholes([None if n is None else (n > 0) - (n < 0) for n in self.numbers])

    def zip_with(self, condition: pl.Series, other: Wholes) -> Wholes:
        """Return these numbers where the condition is true, else the other's."""
        return Wholes(
            [a if holds else b for holds, (a, b) in zip(condition.to_list(), self._pairs(other), strict=True)]
        )

    def filter(self, condition: pl.Series) -> Wholes:
        """Return the numbers where the condition is true."""
        return Wholes([n for n, holds in zip(self.numbers, condition.to_list(), strict=True) if holds])

    def fill_null(self, number: int) -> Wholes:
        """Return the numbers with nulls replaced."""
        return Wholes([number if n is None else n for n in self.numbers])

    def largest(self) -> int:
        """Return the greatest magnitude (0 where there is none)."""
        return max((abs(n) for n in self.numbers if n is not None), default=0)

    def len(self) -> int:
        """Return how many there are."""
        return len(self.numbers)

    def divided(self, denominators: Wholes, step: int) -> list[tuple[int, bool] | None]:
        """Return these over others and true where that is whole; else to a multiple of `step`, half away from zero, and false.

        Null where either is, or the denominator is 0.
        """
        return [None if a is None or not b else _quotient(a, b, step) for a, b in self._pairs(denominators)]

    def _with(self, other: Wholes, combine: Callable[[int, int], int]) -> Wholes:
        return Wholes([None if a is None or b is None else combine(a, b) for a, b in self._pairs(other)])

    def _pairs(self, other: Wholes) -> Sequence[tuple[Number, Number]]:
        mine, yours = self.numbers, other.numbers
        if len(mine) != len(yours):
            mine = mine * len(yours) if len(mine) == 1 else mine
            yours = yours * len(mine) if len(yours) == 1 else yours
        return list(zip(mine, yours, strict=True))


def _quotient(a: int, b: int, step: int) -> tuple[int, bool]:
    size, rest = divmod(abs(a), abs(b))
    if rest:
        size = (2 * abs(a) + step * abs(b)) // (2 * step * abs(b)) * step
    return (size if (a < 0) == (b < 0) else -size), not rest


def spare_digits(numbers: Iterable[Number], most: int) -> int:
    """Return how many trailing zeros, at most `most`, all of a few whole numbers have."""
    shared = str(gcd(*(number or 0 for number in numbers)))
    return most if shared == "0" else min(most, len(shared) - len(shared.rstrip("0")))
