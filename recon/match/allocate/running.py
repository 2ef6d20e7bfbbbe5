"""Running sums of whole numbers, order line by order line, and the running excess of SPEC 3 over a limit.

Lines come sorted by `order_id`, so one pass over the whole column serves all of them, from which each order line's share
is taken: a window for each group costs some fifty times as much. Where the whole column's sum might not fit, windows do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import LARGEST, largest

if TYPE_CHECKING:
    from collections.abc import Mapping

WHOLE = pl.Int128
BY = "order_id"
_FIRST = (pl.col(BY) != pl.col(BY).shift()).fill_null(value=True)


def running_sum(lines: pl.DataFrame, column: str) -> pl.Series:
    """Return the sum of `column` up to each line of its order line; `lines` are sorted by order_id."""
    return running_sums(lines, column).to_series()


def running_sums(lines: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return `running_sum` of each column, in one pass."""
    return lines.select(_running(lines[column]) for column in columns)


def _running(column: pl.Series) -> pl.Expr:
    numbers = pl.col(column.name)
    if largest(column) * column.len() >= LARGEST:
        return numbers.cum_sum().over(BY)
    total = numbers.cum_sum()
    return total - pl.when(_FIRST).then(total - numbers).forward_fill()


def excess(lines: pl.DataFrame, limit: str) -> pl.DataFrame:
    """Add `excess` and `over` for sorted lines of `order_id` with their running sum `cum` (SPEC 3, Allocate).

    The running excess is max(0, cum - limit); `excess` is the least of it from this line to the last, so that a later
    credit takes back from the line that raised it last; `over` is what this line adds. Overs sum to the final excess.
    """
    least, over = excesses(lines, {"only": ("cum", limit)}).get_columns()
    return lines.hstack([least.alias("excess"), over.alias("over")])


def excesses(lines: pl.DataFrame, limits: Mapping[str, tuple[str, str]]) -> pl.DataFrame:
    """Return `excess_<name>` and `over_<name>` (see `excess`) for each name -> columns of running sum and limit, in one pass."""
    zero = pl.lit(0, WHOLE)
    above = lines.select(
        BY, *(pl.max_horizontal(zero, pl.col(cum) - pl.col(limit)).alias(name) for name, (cum, limit) in limits.items())
    )
    least = above.with_columns(_least_to_the_last(above[name]).alias(f"excess_{name}") for name in limits)
    before = {name: pl.when(_FIRST).then(zero).otherwise(pl.col(name).shift()) for name in limits}
    overs = {name: pl.max_horizontal(zero, pl.col(f"excess_{name}") - before[name]) for name in limits}
    return least.select(
        each for name in limits for each in (pl.col(f"excess_{name}"), overs[name].alias(f"over_{name}"))
    )


def _least_to_the_last(column: pl.Series) -> pl.Expr:
    """Return the least of a column that is never negative, from each line to the last of its order line."""
    step, numbers = largest(column) + 1, pl.col(column.name)
    if step * (column.len() + 1) >= LARGEST:
        return numbers.cum_min(reverse=True).over(BY)
    lifted = _FIRST.cast(WHOLE).cum_sum() * pl.lit(step, WHOLE)  # lifts each order line above all that stand before it
    return (numbers + lifted).cum_min(reverse=True) - lifted
