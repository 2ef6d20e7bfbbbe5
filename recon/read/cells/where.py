"""Which rows of a source are read at all: its `where`. A row that cannot be judged is kept, to be a reject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.rules.rule import Apply, Column

if TYPE_CHECKING:
    from recon.rules.rule import Expression, Source


def keep_rows(lines: pl.DataFrame, found: pl.DataFrame, source: Source) -> pl.Series:
    """Return a Boolean per row of `lines`: false where `source.where` does not hold.

    `found` says which cells of a row have a problem; where the condition looks at one of them the row is kept.
    """
    if source.where is None:
        return pl.repeat(value=True, n=lines.height, eager=True)
    from recon.rules.when.expr import to_expr

    used = columns_of(source.where.expression)
    absent = [pl.lit(None, pl.String).alias(c) for c in used if c not in lines.columns]
    holds = (
        lines.with_columns(absent)
        .select(to_expr(source.where, {**lines.schema, **dict.fromkeys(used - set(lines.columns), pl.String())}))
        .to_series()
    )
    unknown = [found[c] for c in sorted(used) if c in found.columns]
    return holds | pl.select(pl.any_horizontal(unknown)).to_series() if unknown else holds


def columns_of(expression: Expression) -> set[str]:
    """Return the names that a condition uses."""
    if isinstance(expression, Column):
        return {expression.name}
    if isinstance(expression, Apply):
        return set().union(*(columns_of(operand) for operand in expression.operands))
    return set()
