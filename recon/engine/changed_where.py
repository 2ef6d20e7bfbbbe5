"""Changes of text where few cells need one.

Most cells are plain already, and of the others many are the same. A cheap test asks which are not plain, and only their
different values are worked on: of a million order numbers this takes a fifth of the time, of a million names of twenty
thousand suppliers a tenth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.wholes import FEW

if TYPE_CHECKING:
    from collections.abc import Callable


def changed_where(text: pl.Expr, pattern: str, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Return text, changed where the pattern is found."""

    def changed(column: pl.Series) -> pl.Series:
        found = column.str.contains(pattern)  # null where there is no text, which is left as it is
        if not found.any():
            return column
        if column.len() <= FEW:
            text = pl.col("text")
            return (
                column.to_frame("text")
                .select(pl.when(found).then(change(text)).otherwise(text))
                .to_series()
                .alias(column.name)
            )
        rows = column.filter(found).to_frame("text")
        told = rows.unique().with_columns(change(pl.col("text")).alias("changed"))
        new = rows.join(told, on="text", how="left", maintain_order="left").get_column("changed")
        return column.scatter(found.arg_true(), new)

    return text.map_batches(changed, return_dtype=pl.String, is_elementwise=True)
