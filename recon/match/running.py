"""The running excess of SPEC 3: what each line adds to the part of a running sum that is past its limit."""

from __future__ import annotations

import polars as pl

WHOLE = pl.Int128


def excess(lines: pl.DataFrame, limit: str) -> pl.DataFrame:
    """Add `excess` and `over` for sorted lines of `order_id` with their running sum `cum` (SPEC 3, Allocate).

    The running excess is max(0, cum - limit); `excess` is the least of it from this line to the last, so that a later
    credit takes back from the line that raised it last; `over` is what this line adds. Overs sum to the final excess.
    """
    zero = pl.lit(0, WHOLE)
    lines = lines.with_columns(pl.max_horizontal(zero, pl.col("cum") - pl.col(limit)).alias("_e"))
    return (
        lines.with_columns(
            pl.col("_e").cum_min(reverse=True).over("order_id").alias("excess"),
            pl.col("_e").shift(1, fill_value=0).over("order_id").alias("_before"),
        )
        .with_columns(pl.max_horizontal(zero, pl.col("excess") - pl.col("_before")).alias("over"))
        .drop("_e", "_before")
    )
