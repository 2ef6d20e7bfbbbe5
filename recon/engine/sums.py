"""Sums of decimals that are exact or refused, whatever order they are added in."""

from __future__ import annotations

from decimal import Context, Decimal

import polars as pl

from recon.engine.exact import EXACT_SCALE, LARGEST, Exact, fits, largest
from recon.kinds import EXACT

_HALF = 18
_CONTEXT = Context(prec=100)


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
    fits(max(largest(sums.get_column(f"{c} high")) + 1 for c in columns) * half)
    return sums.select(
        *by, *((pl.col(f"{c} high") * pl.lit(half, pl.Int128) + pl.col(f"{c} low")).alias(c) for c in columns)
    )


def exact_sum(column: pl.Series) -> Decimal:
    """Return the column's exact sum (nulls skipped); refuse one that does not fit."""
    numbers = Exact.of(column)
    if numbers.bound * max(1, column.len()) >= LARGEST:
        return Decimal(sum(number or 0 for number in numbers.ints)).scaleb(-numbers.scale, _CONTEXT)
    return Decimal(int(numbers.ints.sum() or 0)).scaleb(-numbers.scale)
