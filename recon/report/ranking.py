"""Which discrepancies a reader should see first."""

from __future__ import annotations

import polars as pl

from recon.codes import SEVERITIES

_RANK = {severity: rank for rank, severity in enumerate(reversed(SEVERITIES))}


def worst_first(discrepancies: pl.DataFrame) -> pl.DataFrame:
    """Return the discrepancies by severity, then by amount at risk, the greatest first (currencies not converted)."""
    rank = pl.col("severity").replace_strict(_RANK, default=len(_RANK), return_dtype=pl.Int8)
    by = [rank, pl.col("amount_at_risk").fill_null(0), pl.col("discrepancy_id")]
    return discrepancies.sort(by, descending=[False, True, False], maintain_order=True)
