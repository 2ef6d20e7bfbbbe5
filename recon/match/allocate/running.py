"""Running sums of whole numbers, order line by order line, and the running excess of SPEC 3 over a limit.

Lines come sorted by `order_id`, so one pass over the whole column serves all of them, from which each order line's share
is taken: a window for each group costs some fifty times as much. Where the whole column's sum might not fit, windows do.
"""

from __future__ import annotations

import polars as pl

from recon.engine.exact import LARGEST, largest

WHOLE = pl.Int128
BY = "order_id"
_FIRST = (pl.col(BY) != pl.col(BY).shift()).fill_null(value=True)


def running_sum(lines: pl.DataFrame, column: str) -> pl.Series:
    """Return the sum of `column` up to each line of its order line; `lines` are sorted by order_id."""
    if largest(lines[column]) * lines.height >= LARGEST:
        return lines.select(pl.col(column).cum_sum().over(BY)).to_series()
    total = pl.col(column).cum_sum()
    earlier = pl.when(_FIRST).then(total - pl.col(column)).forward_fill()
    return lines.select((total - earlier).alias(column)).to_series()


def excess(lines: pl.DataFrame, limit: str) -> pl.DataFrame:
    """Add `excess` and `over` for sorted lines of `order_id` with their running sum `cum` (SPEC 3, Allocate).

    The running excess is max(0, cum - limit); `excess` is the least of it from this line to the last, so that a later
    credit takes back from the line that raised it last; `over` is what this line adds. Overs sum to the final excess.
    """
    zero = pl.lit(0, WHOLE)
    above = lines.select(BY, pl.max_horizontal(zero, pl.col("cum") - pl.col(limit)).alias("_e"))
    least = _least_to_the_last(above, "_e").alias("excess")
    before = pl.when(_FIRST).then(zero).otherwise(pl.col("_e").shift())
    over = above.hstack([least]).select(pl.max_horizontal(zero, pl.col("excess") - before).alias("over"))
    return lines.hstack([least, *over.get_columns()])


def _least_to_the_last(lines: pl.DataFrame, column: str) -> pl.Series:
    """Return the least of a column that is never negative, from each line to the last of its order line."""
    step = largest(lines[column]) + 1
    if step * (lines.height + 1) >= LARGEST:
        return lines.select(pl.col(column).cum_min(reverse=True).over(BY)).to_series()
    lifted = _FIRST.cast(WHOLE).cum_sum() * pl.lit(step, WHOLE)  # lifts each order line above all that stand before it
    return lines.select(((pl.col(column) + lifted).cum_min(reverse=True) - lifted).alias(column)).to_series()
