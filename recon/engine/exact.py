"""Arithmetic on columns that is exact or refused: whole numbers with a known scale and a known bound, never wrapped."""

from __future__ import annotations

import operator
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from recon.engine.wholes import FEW, Wholes, spare_digits
from recon.errors import InvariantError, TooWideRowsError
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Numbers = pl.Series | Wholes

_DIGITS = 37
LARGEST = 10**_DIGITS
EXACT_SCALE = 18
QUOTIENT_PLACES = 10
_HALF = 18
_SAMPLE = 100
_UNBOUNDED = ContextVar("unbounded", default=False)
"""Whether columns are Python's numbers: of one group that is too wide, on this thread."""
_CONTEXT = Context(prec=100)


class TooWideError(Exception):
    """A product would pass 37 digits; the caller computes on fewer rows, where it may fit."""


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
        if isinstance(self.numbers, pl.Series) and (self.numbers.len() <= FEW or _UNBOUNDED.get()):
            object.__setattr__(self, "numbers", Wholes(self.numbers.to_list()))

    @classmethod
    def of(cls, column: pl.Series) -> Exact:
        """Take a Decimal or integer column, dropping the fractional digits that no row uses."""
        scale = column.dtype.scale if isinstance(column.dtype, pl.Decimal) else 0
        if column.len() <= FEW or _UNBOUNDED.get():
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
        few = height <= FEW or _UNBOUNDED.get()
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
            return Exact(_times(self.numbers, _fits(other)), self.scale, _fits(self.bound * abs(other)))
        left, right = _alike(self.numbers, other.numbers)
        return Exact(left * right, self.scale + other.scale, _fits(self.bound * other.bound))

    def __neg__(self) -> Exact:
        return Exact(_times(self.numbers, -1), self.scale, self.bound)

    def __add__(self, other: Exact) -> Exact:
        left, right = self.aligned(other)
        return Exact(operator.add(*_alike(left.numbers, right.numbers)), left.scale, _fits(left.bound + right.bound))

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
        return Exact(_times(self.numbers, _fits(factor)), scale, _fits(self.bound * factor))

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
    _fits(largest(result) * 10**digits)
    while digits > 0:
        step = min(digits, at_a_time)
        _fits(0 if step > 0 else LARGEST)
        power = _whole(10**step)
        result = result * power + rest * power // divisor.ints
        rest = rest * power % divisor.ints
        digits -= step
    return result, rest


def in_parts(
    frame: pl.DataFrame, by: str, compute: Callable[[pl.DataFrame], pl.DataFrame], *, unbounded: bool = False
) -> pl.DataFrame:
    """Compute on the whole frame or, where numbers get too wide, on halves of it, split between values of `by`.

    Scales and bounds are those of the rows at hand, so one outsized row does not widen the others. A group that is
    too wide on its own is computed in Python's numbers where `compute` takes them (`unbounded`: it adds up no `ints`), else
    refused: TooWideRowsError names the rows of all such groups. `frame` has `source`, `row` and the integer `by`.
    """
    try:
        return compute(frame)
    except TooWideError:
        groups = frame.get_column(by).unique().sort()
        if groups.len() <= 1:
            return _alone(frame, compute, unbounded=unbounded)
        middle = groups[groups.len() // 2]
        parts = (frame.filter(pl.col(by) < middle), frame.filter(pl.col(by) >= middle))
        return _all_or_wide(parts, lambda part: in_parts(part, by, compute, unbounded=unbounded))


def _all_or_wide(parts: Iterable[pl.DataFrame], compute: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Compute parts and put them together; raise TooWideRowsError with the rows of all that are too wide."""
    done, wide = [], []
    for part in parts:
        try:
            done.append(compute(part))
        except TooWideRowsError as error:
            wide += error.rows
    if wide:
        raise TooWideRowsError(wide)
    return pl.concat(done)


def _alone(frame: pl.DataFrame, compute: Callable[[pl.DataFrame], pl.DataFrame], *, unbounded: bool) -> pl.DataFrame:
    if not unbounded:
        raise TooWideRowsError(frame[["source", "row"]].iter_rows())
    token = _UNBOUNDED.set(True)
    try:
        return compute(frame)
    except (TooWideError, OverflowError):
        raise TooWideRowsError(frame[["source", "row"]].iter_rows()) from None
    finally:
        _UNBOUNDED.reset(token)


def group_sums(frame: pl.DataFrame, by: list[str], *columns: str) -> pl.DataFrame:
    """Return one row per `by` with the exact sums of decimal columns (nulls skipped), as EXACT under their own names."""
    told = frame[[*by, *columns]]
    if all(_sums_fit(told.get_column(column)) for column in columns):
        return told.group_by(by).agg(pl.col(columns).cast(EXACT).sum())
    numbers = {column: Exact.of(frame.get_column(column)) for column in columns}
    whole = frame.select(*by, *(each.ints.alias(column) for column, each in numbers.items()))
    sums = whole.group_by(by).agg(pl.col(columns).sum())
    if any(each.bound * max(1, frame.height) >= LARGEST for each in numbers.values()):
        sums = _sums_in_halves(whole, by, columns)
    exact = (Exact.bounded(sums.get_column(column), each.scale).decimal() for column, each in numbers.items())
    return sums.with_columns(sum_.alias(column) for column, sum_ in zip(columns, exact, strict=True))


def _sums_fit(column: pl.Series) -> bool:
    """Whether no sum of the column's numbers passes 37 digits at the scale of EXACT."""
    ends = (column.min(), column.max())
    size = max((abs(Decimal(end)) for end in ends if end is not None), default=Decimal(0))  # type: ignore[arg-type]
    return bool(size * max(1, column.len()) < LARGEST // 10**EXACT_SCALE)


def _sums_in_halves(whole: pl.DataFrame, by: list[str], columns: tuple[str, ...]) -> pl.DataFrame:
    """Return sums of whole numbers of which many wide ones could pass 37 digits on the way: high and low digits apart."""
    half = 10**_HALF
    high, low = ([pl.col(c).floordiv(pl.lit(half, pl.Int128)).alias(f"{c} high") for c in columns], [(pl.col(c) % pl.lit(half, pl.Int128)).alias(f"{c} low") for c in columns])  # fmt: skip
    sums = whole.select(*by, *high, *low).group_by(by).agg(pl.exclude(by).sum())
    _fits(max(largest(sums.get_column(f"{c} high")) + 1 for c in columns) * half)
    return sums.select(
        *by, *((pl.col(f"{c} high") * pl.lit(half, pl.Int128) + pl.col(f"{c} low")).alias(c) for c in columns)
    )


def lowest_terms(numerator: pl.Series, denominator: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return a fraction of whole numbers in lowest terms; the denominator is positive and stays so."""
    zero = _whole(0)
    divisor, rest = denominator, numerator.abs()
    while (left := rest != zero).any():  # Euclid, on all rows at once: at most some 180 rounds
        divisor, rest = rest.zip_with(left, divisor), (divisor % rest.zip_with(left, _whole(1))).zip_with(left, zero)
    return numerator // divisor, denominator // divisor


def exact_sum(column: pl.Series) -> Decimal:
    """Return the column's exact sum (nulls skipped); refuse one that does not fit."""
    numbers = Exact.of(column)
    if numbers.bound * max(1, column.len()) >= LARGEST:
        return Decimal(sum(number or 0 for number in numbers.ints)).scaleb(-numbers.scale, _CONTEXT)
    return Decimal(int(numbers.ints.sum() or 0)).scaleb(-numbers.scale)


def largest(ints: pl.Series) -> int:
    """Return the greatest magnitude of a column of whole numbers (0 where it is empty)."""
    ends = (cast("int | None", ints.min()), cast("int | None", ints.max()))
    return max((abs(end) for end in ends if end is not None), default=0)


def _fits(size: int) -> int:
    if abs(size) >= LARGEST and not _UNBOUNDED.get():
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
