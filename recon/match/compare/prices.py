"""Price findings: invoice price against order price."""

from __future__ import annotations

import polars as pl

from recon.match.compare.findings import findings


def price_findings(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `price_variance` for lines (with the PRICED columns) whose price is not the order's."""
    known = pl.col("price_variance").is_not_null() & (pl.col("order_policy") != "none")
    return findings(
        lines.filter(known & pl.col("price_varies")),
        "invoice",
        "line_id",
        "price_variance",
        measure="price",
        expected=pl.col("price_expected"),
        actual=pl.col("price_actual"),
        variance=pl.col("price_variance"),
        sign=pl.col("price_sign"),
        variance_percent=pl.col("price_variance_percent"),
        limit=pl.col("price_limit"),
        tolerance=pl.col("price_tolerance"),
        amount_at_risk=pl.col("price_variance_amount"),
        beyond=pl.col("price_beyond"),
    )
