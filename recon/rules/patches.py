"""Patches: rows of a source as they were read -> the rows as its rules put them right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.rules.when.expr import to_expr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from recon.rules.rule import Patch
    from recon.tables import Table


def patched(lines: pl.DataFrame, patches: Iterable[Patch], table: Table) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the rows of `table` with every patch applied, in order, and of each patch how many rows it met.

    Raises SourceError for a number that grows past what is computed exactly.
    """
    met = {}
    for patch in patches:
        holds = pl.lit(value=True) if patch.when is None else to_expr(patch.when, table.columns)
        marked = lines.with_columns(holds.alias("_met")).with_row_index("_at")
        changed = _changed(marked.filter("_met"), patch, table)
        met[patch.name] = changed.height
        lines = pl.concat([changed, marked.filter(~pl.col("_met"))]).sort("_at").drop("_at", "_met")
    return lines, met


def _changed(lines: pl.DataFrame, patch: Patch, table: Table) -> pl.DataFrame:
    lines = lines.with_columns(pl.lit(value).cast(table.columns[name]).alias(name) for name, value in patch.set.items())
    lines = lines.with_columns(pl.concat_str(pl.lit(text), name).alias(name) for name, text in patch.before.items())
    lines = lines.with_columns(pl.col(name).str.strip_suffix(text) for name, text in patch.cut.items())
    if lines.is_empty() or not (patch.divide or patch.multiply):
        return lines
    return in_parts(lines, "_at", lambda part: part.with_columns(_scaled(part, patch, table)))


def _scaled(part: pl.DataFrame, patch: Patch, table: Table) -> list[pl.Series]:
    results = {}
    for name, factor in patch.divide.items():
        exact = quotient(Exact.of(part[name]), _constant(factor, part))
        results[name] = exact if patch.places is None else exact.round(patch.places, mode="half_away_from_zero")
    for name, factor in patch.multiply.items():
        results[name] = (Exact.of(results.get(name, part[name])) * _constant(factor, part)).decimal()
    return [_fitted(series, name, table) for name, series in results.items()]


def _constant(factor: Decimal, part: pl.DataFrame) -> Exact:
    return Exact.of(pl.repeat(factor, part.height, dtype=EXACT, eager=True))


def _fitted(series: pl.Series, name: str, table: Table) -> pl.Series:
    return series.round(table.kinds[name].places, mode="half_away_from_zero").cast(table.columns[name]).alias(name)
