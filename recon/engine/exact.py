"""Arithmetic on columns that is exact or refused: whole numbers with a known scale and a known bound, never wrapped."""

from __future__ import annotations

import operator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from recon.engine.wholes import FEW, Wholes, spare_digits
from recon.errors import InvariantError, SourceError
from recon.kinds import EXACT

if TYPE_CHECKING:
    Numbers = pl.Series | Wholes

_DIGITS = 37
LARGEST = 10**_DIGITS
EXACT_SCALE = 18
QUOTIENT_PLACES = 10
_SAMPLE = 100
UNBOUNDED = ContextVar("unbounded", default=False)
"""Whether columns are Python's numbers: of one group that is too wide, on this thread."""


class TooWideError(SourceError):
    """A product or sum would pass 37 digits; the caller computes on fewer rows, where it may fit."""

    def __init__(self) -> None:
        super().__init__(
            "the amounts or quantities of the sources add up to 10^19 or more, past what is computed exactly",
            hint="Correct quantities, prices and amounts that are not plausible, or match one company or period at a time.",
        )


@dataclass(frozen=True)
class Exact:
    """A column of decimals as whole numbers: value = numbers / 10**scale, and no |number| is above `bound`.

    Few rows are Python's numbers, whatever they were given as.
    """

    numbers: pl.Series | Wholes
    scale: int
    bound: int

    def __post_init__(self) -> None:
        """Take few rows, and those of a group that is too wide, as Python's numbers."""
        if isinstance(self.numbers, pl.Series) and (self.numbers.len() <= FEW or UNBOUNDED.get()):
            object.__setattr__(self, "numbers", Wholes(self.numbers.to_list()))

    @classmethod
    def of(cls, column: pl.Series) -> Exact:
        """Take a Decimal or integer column, dropping the fractional digits that no row uses."""
        scale = column.dtype.scale if isinstance(column.dtype, pl.Decimal) else 0
        if column.len() <= FEW or UNBOUNDED.get():
            return cls.bounded(*_shortened(Wholes.of(column), scale))
        return cls.bounded(*_shortened(column.to_physical() if scale else column.cast(pl.Int128), scale))

    @classmethod
    def either(cls, one: pl.Series, other: pl.Series) -> Exact:
        """Take the one column where it has a value, else the other; mostly it has none anywhere."""
        if one.null_count() == one.len():
            return cls.of(other)
        return cls.of(one).where(one.is_not_null(), cls.of(other)) if one.null_count() else cls.of(one)

    @classmethod
    def ones(cls, height: int) -> Exact:
        """Return 1 in every row."""
        few = height <= FEW or UNBOUNDED.get()
        return cls(Wholes([1] * height) if few else pl.repeat(1, height, dtype=pl.Int128, eager=True), 0, 1)

    @classmethod
    def bounded(cls, numbers: pl.Series | Wholes, scale: int) -> Exact:
        """Take whole numbers at a scale, and find their bound."""
        return cls(numbers, scale, numbers.largest() if isinstance(numbers, Wholes) else largest(numbers))

    @property
    def ints(self) -> pl.Series:
        """The whole numbers as a column."""
        return self.numbers if isinstance(self.numbers, pl.Series) else self.numbers.series()

    def __mul__(self, other: Exact | int) -> Exact:
        if isinstance(other, int):
            return Exact(_times(self.numbers, fits(other)), self.scale, fits(self.bound * abs(other)))
        left, right = _alike(self.numbers, other.numbers)
        return Exact(left * right, self.scale + other.scale, fits(self.bound * other.bound))

    def __neg__(self) -> Exact:
        return Exact(_times(self.numbers, -1), self.scale, self.bound)

    def __add__(self, other: Exact) -> Exact:
        left, right = self.aligned(other)
        return Exact(operator.add(*_alike(left.numbers, right.numbers)), left.scale, fits(left.bound + right.bound))

    def __sub__(self, other: Exact) -> Exact:
        return self + (-other)

    def __abs__(self) -> Exact:
        return Exact(self.numbers.abs(), self.scale, self.bound)

    def __gt__(self, other: Exact) -> pl.Series:
        left, right = self.aligned(other)
        mine, theirs = _alike(left.numbers, right.numbers)
        return cast("pl.Series", mine > theirs)

    def exceeds(self, other: Exact) -> pl.Series:
        """Return where this is known to be above the other."""
        above = self > other
        return above.fill_null(value=False) if above.null_count() else above

    def multiples_of(self, other: Exact) -> pl.Series:
        """Return where this is a whole multiple of the other, which is nowhere 0."""
        left, right = self.aligned(other)
        mine, theirs = _alike(left.numbers, right.numbers)
        return cast("pl.Series", mine.multiples_of(theirs) if isinstance(mine, Wholes) else mine % theirs == 0)

    def signs(self) -> Exact:
        """Return -1, 0 or 1, to multiply with."""
        return Exact(self.numbers.signs() if isinstance(self.numbers, Wholes) else self.numbers.sign(), 0, 1)

    def sign(self) -> pl.Series:
        """Return -1, 0 or 1."""
        if isinstance(self.numbers, Wholes):
            return pl.Series(self.numbers.signs().numbers, dtype=pl.Int8)
        return self.numbers.sign().cast(pl.Int8)

    def where(self, condition: pl.Series, other: Exact) -> Exact:
        """Return this value where the condition is true, else the other's.

        What holds nowhere, as most that is asked, neither widens the scale and bound nor costs a pass.
        """
        holds = condition.fill_null(value=False) if condition.null_count() else condition
        if other.numbers.len() == holds.len() and not holds.any():
            return other
        left, right = self.aligned(other)
        mine, theirs = _alike(left.numbers, right.numbers)
        return Exact(mine.zip_with(holds, theirs), left.scale, max(left.bound, right.bound))

    def filter(self, condition: pl.Series) -> Exact:
        """Return the rows where the condition is true, with their own bound."""
        return Exact.bounded(self.numbers.filter(condition), self.scale)

    def fill(self, value: int) -> Exact:
        """Return the column with nulls replaced by a whole number."""
        filled = value * 10**self.scale
        return Exact(self.numbers.fill_null(filled), self.scale, max(self.bound, abs(filled)))

    def aligned(self, other: Exact) -> tuple[Exact, Exact]:
        """Return both at the larger of their scales."""
        scale = max(self.scale, other.scale)
        return self.at(scale), other.at(scale)

    def at(self, scale: int) -> Exact:
        """Return the same numbers at a larger scale."""
        if scale == self.scale:
            return self
        factor = 10 ** (scale - self.scale)
        return Exact(_times(self.numbers, fits(factor)), scale, fits(self.bound * factor))

    def whole(self) -> pl.Series:
        """Return numbers that are whole, whatever their scale, as a column of integers."""
        numbers, scale = _shortened(self.numbers, self.scale)
        if scale:
            raise InvariantError("a number that ought to be whole is none")
        return numbers.series() if isinstance(numbers, Wholes) else numbers

    def reduced(self) -> Exact:
        """Return the same numbers at the least scale that holds them; refuse more than 18 places."""
        numbers, scale = _shortened(self.numbers, self.scale)
        if scale > EXACT_SCALE:
            raise TooWideError
        return Exact.bounded(numbers, scale)

    def decimal(self) -> pl.Series:
        """Return the column as EXACT: exact where it ends within 18 places."""
        if self.scale > EXACT_SCALE:
            return quotient(self, Exact.ones(self.numbers.len()))
        return _as_decimal(self.at(EXACT_SCALE).numbers)

    def reduced_decimal(self) -> pl.Series:
        """Return the column as EXACT at the least scale that holds it; of more than 18 places, rounded at 10."""
        return Exact.bounded(*_shortened(self.numbers, self.scale)).decimal()


def quotient(numerator: Exact, denominator: Exact) -> pl.Series:
    """Return numerator / denominator as EXACT: exact if it ends within 18 places, else half away from zero at 10.

    A denominator of 0 gives null.
    """
    return divide(numerator, denominator)[0]


def divide(numerator: Exact, denominator: Exact) -> tuple[pl.Series, pl.Series]:
    """Return the quotient, and whether it ends within 18 places (so that it is exact)."""
    tops, bottoms = _alike(numerator.numbers, denominator.numbers)
    if isinstance(tops, Wholes):
        return _divided(tops, bottoms, denominator.scale - numerator.scale)
    ended = _ended(numerator, denominator)
    if ended is not None:
        whole = ended.decimal()
        return whole, whole.is_not_null()
    digits = EXACT_SCALE - numerator.scale + denominator.scale
    divisor = abs(denominator) if digits >= 0 else abs(denominator) * 10**-digits
    shifted, rest = _long_division(tops.abs(), divisor, max(0, digits))
    ends = (rest == _whole(0)).fill_null(value=True)
    step = 10 ** (EXACT_SCALE - QUOTIENT_PLACES)
    rounded = (shifted + _whole(step // 2)) // _whole(step) * _whole(step)
    sign = tops.sign() * bottoms.sign()
    return _as_decimal(sign * shifted.zip_with(ends, rounded)), ends


def _divided(numerators: Wholes, denominators: Wholes, shift: int) -> tuple[pl.Series, pl.Series]:
    """Divide row by row, and shift the point by so many digits to the right."""
    places = EXACT_SCALE + shift
    results = numerators.times(10 ** max(0, places)).divided(
        denominators.times(10 ** max(0, -places)), 10 ** (EXACT_SCALE - QUOTIENT_PLACES)
    )
    whole = Wholes([each and each[0] for each in results])
    if whole.largest() >= LARGEST * 10:
        raise TooWideError
    return _as_decimal(whole), pl.Series([each is None or each[1] for each in results], dtype=pl.Boolean)


def _ended(numerator: Exact, denominator: Exact) -> Exact | None:
    """Return the quotient where every denominator is the same and divides a power of ten: no division is needed."""
    bottoms = denominator.ints
    if bottoms.null_count() or bottoms.min() != denominator.bound or not denominator.bound:
        return None
    room = EXACT_SCALE + denominator.scale - numerator.scale
    places = next((n for n in range(room + 1) if 10**n % denominator.bound == 0), None)
    if places is None:
        return None
    scale = numerator.scale + places - denominator.scale
    tight = Exact.bounded(
        numerator.ints, numerator.scale
    )  # its bound may be that of rows where another value was taken
    whole = tight * (10 ** (places + max(0, -scale)) // denominator.bound)
    return Exact(whole.ints, max(0, scale), whole.bound)


def _long_division(dividend: pl.Series, divisor: Exact, digits: int) -> tuple[pl.Series, pl.Series]:
    """Return the whole part of dividend x 10^digits / divisor and the rest, as many digits at a time as fit."""
    at_a_time = _DIGITS - len(str(divisor.bound))
    result, rest = dividend // divisor.ints, dividend % divisor.ints
    fits(largest(result) * 10**digits)
    while digits > 0:
        step = min(digits, at_a_time)
        fits(0 if step > 0 else LARGEST)
        power = _whole(10**step)
        result = result * power + rest * power // divisor.ints
        rest = rest * power % divisor.ints
        digits -= step
    return result, rest


def lowest_terms(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return a fraction of whole numbers in lowest terms; the denominator is positive and stays so."""
    zero = _whole(0)
    divisor, rest = denominator, numerator.abs()
    while (left := rest != zero).any():  # Euclid, on all rows at once: at most some 180 rounds
        divisor, rest = rest.zip_with(left, divisor), (divisor % rest.zip_with(left, _whole(1))).zip_with(left, zero)
    return numerator // divisor, denominator // divisor


def largest(ints: pl.Series) -> int:
    """Return the greatest magnitude of a column of whole numbers (0 where it is empty)."""
    ends = (cast("int | None", ints.min()), cast("int | None", ints.max()))
    return max((abs(end) for end in ends if end is not None), default=0)


def fits(size: int) -> int:
    """Return a size that whole numbers of 37 digits hold. Raises TooWideError."""
    if abs(size) >= LARGEST and not UNBOUNDED.get():
        raise TooWideError
    return size


@lru_cache(256)
def _whole(number: int) -> pl.Series:
    return pl.Series([number], dtype=pl.Int128)


def _alike(one: Numbers, other: Numbers) -> tuple[Any, Any]:
    """Return both as Python's numbers or both as columns: a literal of one row may stand beside many rows."""
    if type(one) is type(other):
        return one, other
    return tuple(each.series() if isinstance(each, Wholes) else each for each in (one, other))  # type: ignore[return-value]


def _times(numbers: Numbers, number: int) -> Numbers:
    return numbers.times(number) if isinstance(numbers, Wholes) else numbers * _whole(number)


def _as_decimal(numbers: Numbers) -> pl.Series:
    if isinstance(numbers, Wholes):
        return numbers.decimals(EXACT)
    return numbers.reinterpret(dtype=EXACT)  # the same 128 bits


def _shortened(numbers: Numbers, scale: int) -> tuple[Numbers, int]:
    """Return whole numbers without the trailing zeros, at most `scale`, that all of them have, and the scale then."""
    if isinstance(numbers, Wholes):
        spare = spare_digits(numbers.numbers, scale)
        return numbers // 10**spare if spare else numbers, scale - spare
    spare = spare_digits(numbers.head(_SAMPLE).to_list(), scale)
    while spare > 0:
        power = _whole(10**spare)
        short = numbers // power
        again = short * power
        if again.equals(numbers):
            return short, scale - spare
        spare = spare_digits(numbers.filter(again != numbers).head(_SAMPLE).to_list(), spare)
    return numbers, scale
