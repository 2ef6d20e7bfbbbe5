"""One figure that people are judged by: an exact fraction with its count, whole and by what it can be split by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

Z = Decimal("1.959964")
"""Of a normal distribution, 95 percent lie within so many deviations."""
FEW = 100
"""Shares of fewer have an interval."""
ONE, ZERO = pl.lit(1, EXACT), pl.lit(0, EXACT)
COUNTS = ("invoice", "line")
SCOPES = {"supplier": "supplier_id", "company": "company", "category": "category", "buyer": "buyer"}
"""By what a figure can be split -> the column of it, where the figure's frame has that."""


@dataclass(frozen=True)
class Kpi:
    """One figure: a row of `frame` counts `bottom` below the line, and `top` above it where `hit` holds."""

    name: str
    grain: str
    definition: str
    frame: pl.DataFrame
    hit: pl.Expr
    top: pl.Expr = ONE
    bottom: pl.Expr = ONE
    source: str = "exports"
    """What it needs: the exports alone, payments, or the reports of earlier runs."""


def rows_of(figures: Sequence[Kpi]) -> list[pl.DataFrame]:
    """Return the rows of figures of one frame, in all and by what they can be split by: a row a value; of amounts one a currency."""
    frame = figures[0].frame
    known = [column for column in SCOPES.values() if column in frame.columns]
    currency = pl.col("currency") if "currency" in frame.columns else pl.lit(None, pl.String)
    sides = [side.alias(f"{name}{at}") for at, one in enumerate(figures) for name, side in _sides(one).items()]
    counted = frame.select(*known, currency.alias("currency"), *sides)
    sums = pl.col(counted.columns[len(known) + 1 :]).sum()
    finest = counted.group_by(*known, "currency").agg(sums, n=pl.len().cast(pl.Int64))
    scopes = [scope for scope in ("all", *SCOPES) if scope == "all" or SCOPES[scope] in known]
    return [_rows_of(one, _of(at, one, finest), scope) for at, one in enumerate(figures) for scope in scopes]


def _sides(figure: Kpi) -> dict[str, pl.Expr]:
    """Return what is added up of a figure; where each row counts as one below the line, that is how many there are."""
    if figure.top is ONE:
        hits = figure.hit.fill_null(value=False)
    else:
        hits = pl.when(figure.hit).then(figure.top).otherwise(ZERO).cast(EXACT)
    return (
        {"numerator": hits} if figure.bottom is ONE else {"numerator": hits, "denominator": figure.bottom.cast(EXACT)}
    )


def _of(at: int, figure: Kpi, finest: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of one figure; counts are of no currency."""
    currency = pl.lit(None, pl.String) if figure.grain in COUNTS else pl.col("currency")
    denominator = "n" if figure.bottom is ONE else f"denominator{at}"
    return finest.with_columns(numerator=f"numerator{at}", denominator=denominator, currency=currency)


def _rows_of(figure: Kpi, finest: pl.DataFrame, scope: str) -> pl.DataFrame:
    """Return a row, or one a value of `scope`, of the sums by all that the figure can be split by."""
    column = SCOPES.get(scope)
    frame = finest if scope in ("all", "supplier") else finest.drop_nulls(column)
    value = pl.lit(None, pl.String) if column is None else pl.col(column)
    sums = frame.group_by(value.alias("scope_value"), "currency").agg(pl.col("numerator", "denominator", "n").sum())
    if scope == "all" and sums.is_empty() and figure.grain in COUNTS:
        sums = pl.DataFrame({"numerator": [0], "denominator": [0], "n": [0]})
    told = {"name": figure.name, "grain": figure.grain, "scope": scope, "definition": figure.definition}
    told["source"] = figure.source
    return sums.with_columns(
        pl.col("numerator", "denominator").cast(EXACT), *(pl.lit(text).alias(name) for name, text in told.items())
    )


def medians_of(name: str, definition: str, cases: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return rows of the median of `days` (a duration) of cases, in all and by what they can be split by; with none it is null."""
    told = {"name": name, "grain": "invoice", "definition": definition, "source": source}
    days = pl.col("days").dt.total_days().cast(EXACT)
    made = []
    for scope in ("all", *(scope for scope, column in SCOPES.items() if column in cases.columns)):
        value = pl.lit(None, pl.String) if scope == "all" else pl.col(SCOPES[scope])
        known = cases if scope in ("all", "supplier") else cases.drop_nulls(SCOPES[scope])
        mine = known.select(scope_value=value, days=days).drop_nulls("days")
        rows = mine.group_by("scope_value").agg(_median().alias("numerator"), n=pl.len().cast(pl.Int64))
        if scope == "all" and rows.is_empty():
            rows = pl.DataFrame({"scope_value": [None], "numerator": [None], "n": [0]})
        named = [pl.lit(text).alias(key) for key, text in {**told, "scope": scope}.items()]
        made.append(
            rows.with_columns(pl.col("numerator").cast(EXACT), *named, denominator=ONE, median=pl.lit(value=True))
        )
    return pl.concat(made, how="diagonal_relaxed")


def _median() -> pl.Expr:
    """Return the middle one, or half of the two in the middle, exactly."""
    ranked, count = pl.col("days").sort(), pl.len()
    two = ranked.get((count - 1) // 2) + ranked.get(count // 2)
    return (two * pl.lit(Decimal("0.5"))).cast(EXACT)


def with_interval(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the Wilson interval to shares of fewer than FEW cases; a `median` is no share."""
    counted = (
        pl.col("grain").is_in(COUNTS) & pl.col("n").is_between(1, FEW - 1) & ~pl.col("median").fill_null(value=False)
    )
    shares = rows.filter(counted).select("numerator", "n").unique()
    bounds = [(top, count, *wilson(int(top), count)) for top, count in shares.iter_rows()]
    schema: dict[str, Any] = {"numerator": rows.schema["numerator"], "n": pl.Int64, "low": EXACT, "high": EXACT}
    known = pl.DataFrame(bounds, schema=schema, orient="row")
    told = rows.join(known, on=["numerator", "n"], how="left", maintain_order="left")
    return told.with_columns(pl.when(counted).then(name).alias(name) for name in ("low", "high"))


@cache
def wilson(hits: int, count: int) -> tuple[Decimal, Decimal]:
    """Return the 95 percent interval of a share (Wilson's score interval), to 6 places."""
    n, z2 = Decimal(count), Z * Z
    share = hits / n
    middle = share + z2 / (2 * n)
    spread = Z * ((share * (1 - share) + z2 / (4 * n)) / n).sqrt()
    below = 1 + z2 / n
    low, high = (max(Decimal(0), min(Decimal(1), (middle + sign * spread) / below)) for sign in (-1, 1))
    return round(low, 6), round(high, 6)
