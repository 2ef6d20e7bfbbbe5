"""What was known before: for each row the earlier rows of its key, earlier by the day on which they were booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST = 20


def window(rows: pl.DataFrame, by: Sequence[str], *columns: str, last: int = LAST) -> pl.DataFrame:
    """Return `at` and the `columns` of up to `last` rows that were known before the row `at`, oldest first.

    `rows` have `at` (a number of their own), `known_at` and the key `by`; without either they have no past and are none.
    Rows of one day do not know each other.
    """
    dated = rows.drop_nulls([*by, "known_at"]).sort(*by, "known_at", "at")
    placed = dated.with_columns(
        _n=pl.int_range(pl.len()).over(by), _k=pl.col("known_at").rank("min").over(by).cast(pl.Int64) - 1
    )
    wanted = placed.select(*by, "at", _n=pl.int_ranges(pl.max_horizontal(pl.col("_k") - last, 0), "_k"))
    past = placed.select(*by, "_n", *(pl.col(c).alias(f"_{c}") for c in columns))
    found = wanted.explode("_n").drop_nulls("_n").join(past, on=[*by, "_n"]).sort("at", "_n")
    return found.select("at", **{c: pl.col(f"_{c}") for c in columns})


def middle(past: pl.DataFrame, value: str) -> pl.DataFrame:
    """Return per `at` the number of earlier rows `n`, the `median` of `value`, its `mad` and the `last`."""
    spread = past.with_columns(_away=(pl.col(value) - pl.col(value).median().over("at")).abs())
    return spread.group_by("at", maintain_order=True).agg(
        n=pl.len().cast(pl.Int64),
        median=pl.col(value).median(),
        mad=pl.col("_away").median(),
        last=pl.col(value).last(),
    )
