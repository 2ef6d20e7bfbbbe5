"""Order lines whose numbers have no common unit that fits: counted in parts so small that rounding changes no comparison.

A dozen lines that leave their quantity out bill a dozen different fractions. Their running sum is taken exactly, and only
then in whole parts of 1/`fine_unit`: what is billed rounded up, what came rounded down. Limits are whole numbers of such
parts, and a sum is above a limit exactly where it is when rounded up.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import LARGEST, TooWideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLACES = 12
SHY = 999_983
"""A prime: no rounded sum looks as if it ended, so that it is shown to ten places as any endless quotient is."""


def fine_unit(base: int) -> int:
    """Return the unit of order lines that have none: a multiple of `base` and of what limits are written in."""
    return math.lcm(base, 10**PLACES) * SHY


def in_fine_units(lines: pl.DataFrame, numbers: str, *, up: bool) -> pl.Series:
    """Return num / den x unit of lines sorted by order_id as whole numbers whose running sum is the exact one, rounded.

    Raises TooWideError where one of them passes 37 digits.
    """
    rows = lines.select("order_id", numbers, "den", "unit").iter_rows()
    steps = [
        step
        for _, mine in groupby(rows, key=lambda row: row[0])
        for step in _steps(mine, math.ceil if up else math.floor)
    ]
    if any(abs(step) >= LARGEST for step in steps):
        raise TooWideError
    return pl.Series(numbers, steps, dtype=pl.Int128)


def _steps(rows: Iterator[tuple[int, int, int, int]], rounded: Callable[[Fraction], int]) -> Iterator[int]:
    total, before = Fraction(0), 0
    for _, number, den, unit in rows:
        total += Fraction(number * unit, den)
        after = rounded(total)
        yield after - before
        before = after
