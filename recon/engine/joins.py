"""Joins: columns put on lines by an id. Lines have a hundred columns, and a join would copy each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def with_columns_of(lines: pl.DataFrame, found: pl.DataFrame, on: str) -> pl.DataFrame:
    """Return `lines` with the other columns of `found`, which has each value of `on` at most once; null where it has none."""
    return lines.hstack(lines.select(on).join(found, on=on, how="left", maintain_order="left").drop(on))


def rows_of(lines: pl.DataFrame, ids: pl.Series, by: str = "line_id") -> pl.DataFrame:
    """Return the rows of `lines`, sorted by the id `by`, that have the ids; each of them is there."""
    return lines[lines[by].search_sorted(ids)]
