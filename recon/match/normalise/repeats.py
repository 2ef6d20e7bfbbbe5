"""Receipt rows with one number and line: equal ones count once, of unequal ones none counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import with_columns_of
from recon.match.keys import key
from recon.tables import RECEIPT_LINES

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from recon.rules.rule import Rules

_CONTENT = [c for c in RECEIPT_LINES.columns if c not in ("source", "row")]
KEY = ("company", "receipt_number", "receipt_line")


def with_repeats(receipts: pl.DataFrame, rules: Rules, absent: AbstractSet[str]) -> pl.DataFrame:
    """Add to receipt lines (with `receipt_id`) `repeat_of` and `unequal_to` (another row with their key), and `counts`.

    Rows have a key where number and line are given; in a source without line numbers it is all they say. A source may say
    that its `repeats` count.
    """
    told = with_columns_of(receipts, _judged(_sharing_a_key(receipts, rules, absent)), "receipt_id")
    return told.with_columns((pl.col("repeat_of").is_null() & pl.col("unequal_to").is_null()).alias("counts"))


def _sharing_a_key(receipts: pl.DataFrame, rules: Rules, absent: AbstractSet[str]) -> pl.DataFrame:
    """Return the rows that share their key with others, with `_key`, the least receipt_id that has it."""
    rows = receipts[["receipt_id", "group_id", "source", "row", *_CONTENT]]
    if getattr(rules.sources.get("receipts"), "repeats", "once") == "count":
        rows = rows.clear()
    unnumbered = "receipt_lines.receipt_line" in absent
    keys = rows[_CONTENT] if unnumbered else rows.select(key(c) for c in KEY)
    keyed = keys.insert_column(0, rows["group_id"])
    given = True if unnumbered else pl.all_horizontal(pl.col(c).is_not_null() for c in KEY[1:])
    shared = keyed.select(pl.struct(pl.all()).is_duplicated() & given).to_series()
    if not shared.any():
        return rows.clear().with_columns(_key=pl.lit(None, pl.Int64))
    placed = keyed.insert_column(0, rows["receipt_id"]).select(pl.col("receipt_id").min().over(keyed.columns[1:]))
    return rows.with_columns(placed.to_series().alias("_key")).filter(shared)


def _judged(several: pl.DataFrame) -> pl.DataFrame:
    """Return receipt_id, repeat_of (where the first of equal rows stands), unequal_to (where another of unequal ones does)."""
    placed = several.sort("source", "row").with_columns(pl.format("{}:{}", "source", "row").alias("place"))
    differ = pl.struct(_CONTENT).n_unique().over("_key") > 1
    first = pl.col("place").first().over("_key")
    other = pl.when(first != pl.col("place")).then(first).otherwise(pl.col("place").get(1).over("_key"))
    repeated = ~differ & (first != pl.col("place"))
    return placed.select(
        "receipt_id",
        pl.when(repeated).then(first).alias("repeat_of"),
        pl.when(differ).then(other).alias("unequal_to"),
    )
