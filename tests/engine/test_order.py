"""Rows in order, as `sort` has them."""

from __future__ import annotations

import polars as pl
from polars.testing import assert_frame_equal

from recon.engine.order import sorted_by


def test_texts_with_few_values_and_with_many_are_in_the_same_order_as_sort_has_them():
    rows = pl.select(n=pl.int_range(200)).with_columns(
        few=pl.col("n").replace_strict({0: "b", 1: None, 2: "é"}, default="B", return_dtype=pl.String),
        many=((pl.col("n") * 37) % 200).cast(pl.String),
        none=pl.lit(None, pl.String),
    )
    assert_frame_equal(sorted_by(rows, "none", "few", "many", "n"), rows.sort("none", "few", "many", "n"))
    assert sorted_by(rows.clear(), "few", "n").is_empty()
