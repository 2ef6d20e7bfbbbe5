"""Rows that are picked come in one piece."""

import polars as pl

from recon.engine.joins import where


def test_where_leaves_no_piece_without_rows() -> None:
    """Polars panics where such a piece is formatted: two files, and nothing of the first is asked for."""
    both = pl.concat([pl.DataFrame({"a": ["x"], "n": [1]}), pl.DataFrame({"a": ["y"], "n": [2]})])
    for asked in (pl.col("n") > 1, both["n"] > 1):
        picked = where(both, asked)
        assert picked["a"].chunk_lengths() == [1]
        assert picked.select(pl.format("{}/{}", "a", "n")).item() == "y/2"
