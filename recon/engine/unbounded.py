"""Columns of Python's whole numbers, for the few rows whose products pass 37 digits."""

from __future__ import annotations

import operator
from fractions import Fraction
from itertools import cycle
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Number = int | None


class Wholes:
    """What `Exact` asks of a column of whole numbers, without a bound. Null stays null; one value serves every row."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        self.numbers = list(numbers)

    def __mul__(self, other: object) -> Wholes:
        return self._with(other, operator.mul)

    def __add__(self, other: object) -> Wholes:
        return self._with(other, operator.add)

    def __mod__(self, other: object) -> Wholes:
        return self._with(other, operator.mod)

    def __gt__(self, other: object) -> pl.Series:
        return pl.Series([None if a is None or b is None else a > b for a, b in self._pairs(other)], dtype=pl.Boolean)

    def __eq__(self, other: object) -> pl.Series:  # type: ignore[override]
        pairs = self._pairs(other if isinstance(other, Wholes | pl.Series) else [other])
        return pl.Series([None if a is None or b is None else a == b for a, b in pairs], dtype=pl.Boolean)

    __hash__ = None  # type: ignore[assignment]

    def abs(self) -> Wholes:
        """Return the magnitudes."""
        return Wholes(None if n is None else abs(n) for n in self.numbers)

    def sign(self) -> pl.Series:
        """Return -1, 0 or 1."""
        return pl.Series([None if n is None else (n > 0) - (n < 0) for n in self.numbers], dtype=pl.Int8)

    def zip_with(self, condition: pl.Series, other: Wholes) -> Wholes:
        """Return these numbers where the condition is true, else the other's."""
        return Wholes(a if holds else b for holds, (a, b) in zip(condition, self._pairs(other), strict=True))

    def filter(self, condition: pl.Series) -> Wholes:
        """Return the numbers where the condition is true."""
        return Wholes(n for n, holds in zip(self.numbers, condition, strict=True) if holds)

    def fill_null(self, number: int) -> Wholes:
        """Return the numbers with nulls replaced."""
        return Wholes(number if n is None else n for n in self.numbers)

    def min(self) -> Number:
        """Return the least."""
        return min((n for n in self.numbers if n is not None), default=None)

    def max(self) -> Number:
        """Return the greatest."""
        return max((n for n in self.numbers if n is not None), default=None)

    def len(self) -> int:
        """Return how many there are."""
        return len(self.numbers)

    def fractions(self, denominators: Wholes) -> list[Fraction | None]:
        """Return these over others; null where either is, or the denominator is 0."""
        return [None if a is None or not b else Fraction(a, b) for a, b in self._pairs(denominators)]

    def _with(self, other: object, combine: Callable[[int, int], int]) -> Wholes:
        return Wholes(None if a is None or b is None else combine(a, b) for a, b in self._pairs(other))

    def _pairs(self, other: object) -> list[tuple[Number, Number]]:
        theirs: list[Number] = other.numbers if isinstance(other, Wholes) else list(other)  # type: ignore[call-overload]
        mine = cycle(self.numbers) if len(self.numbers) == 1 else self.numbers
        yours = cycle(theirs) if len(theirs) == 1 else theirs
        height = max(len(self.numbers), len(theirs)) if self.numbers and theirs else 0
        return [pair for pair, _ in zip(zip(mine, yours), range(height))]  # noqa: B905 (one value serves all)
