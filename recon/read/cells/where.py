"""Which rows of a source are read at all: its `where`. A row that cannot be judged is kept, to be a reject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.read.cells.mapping import names_in
from recon.rules.condition import Apply, Condition
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from recon.rules.rule import Source


def keep_rows(lines: pl.DataFrame, wrong: pl.DataFrame, source: Source) -> pl.Series:
    """Return a Boolean per row of `lines`: false where `source.where` does not hold.

    A cell that did not convert (`wrong`) cannot be judged: where the condition looks at one of them the row is kept. A
    blank cell can: `is not null` does not hold for it. Where a blank cell that the table needs leaves the condition
    open (`quantity > 0`), the row is kept, to be a reject.
    """
    if source.where is None:
        return pl.repeat(value=True, n=lines.height, eager=True)
    used = sorted(names_in(source.where.expression))
    judged = lines.with_columns(pl.lit(None, pl.String).alias(c) for c in used if c not in lines.columns)
    holds = _holds(judged, source.where)
    blank = [lines[c].is_null() for c in used if c in CANONICAL[source.name].required and c in lines.columns]
    if any(cells.any() for cells in blank):
        opposite = Condition(source.where.text, Apply("not", (source.where.expression,)))
        undecided = ~holds & ~_holds(judged, opposite)
        holds = pl.select(holds | (undecided & pl.any_horizontal(blank))).to_series()
    return pl.select(pl.any_horizontal(holds, *(wrong[c] for c in used if c in wrong.columns))).to_series()


def _holds(lines: pl.DataFrame, where: Condition) -> pl.Series:
    from recon.rules.when.expr import to_expr

    return lines.select(to_expr(where, dict(lines.schema))).to_series()
