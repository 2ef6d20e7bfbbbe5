"""Corrections: lines that take an earlier one back, and lines that put its price right."""

from __future__ import annotations

import polars as pl


def with_corrections(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `reversed`, `corrects` and `moves_no_quantity`."""
    no = pl.lit(value=False)
    return lines.with_columns(
        no.alias("reversed"), no.alias("moves_no_quantity"), pl.lit(None, pl.Int64).alias("corrects")
    )
