"""A finding: one variance or missing partner of one line, before it has a severity or a message."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FINDINGS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,  # invoice | order | receipt: whose id it is
    "id": pl.Int64,
    "code": pl.String,
    "measure": pl.String,
    "expected": EXACT,
    "actual": EXACT,
    "expected_date": pl.Date,
    "actual_date": pl.Date,
    "variance": EXACT,
    "sign": pl.Int8,  # of the exact variance, which may round to 0; null: that of `variance`
    "variance_percent": EXACT,
    "before": EXACT,  # of a quantity or an amount: what the lines ahead billed
    "part": EXACT,  # what this line adds to the final excess
    "limit": EXACT,
    "tolerance": pl.String,
    "amount_at_risk": EXACT,
    "at_risk_currency": pl.String,  # where it is not the line's own
    "detail": pl.String,
    "info": pl.Boolean,  # true: only told of, whatever the severity of its code
    "beyond": pl.Boolean,  # false: a variance within its limit, which makes a line `tolerated`
}


@cache
def no_findings() -> pl.DataFrame:
    """Return a frame of findings without rows."""
    return pl.DataFrame(schema=dict(FINDINGS))


def all_found(found: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return findings one after the other; most checks find nothing, and need not be put together."""
    some = [each for each in found if each.height]
    return pl.concat(some) if len(some) > 1 else (some or [no_findings()])[0]


@cache
def _absent() -> Mapping[str, pl.Expr]:
    return {c: pl.lit(None, t).alias(c) for c, t in FINDINGS.items()}


def findings(
    frame: pl.DataFrame, kind: str, id_column: str, code: pl.Expr | str, **values: pl.Expr | str
) -> pl.DataFrame:
    """Return one finding for each row of `frame`; columns not named in `values` are null."""
    named = {"kind": pl.lit(kind), "id": pl.col(id_column), "code": code, "beyond": pl.lit(value=True), **values}
    if frame.is_empty():
        return no_findings()
    exprs = {c: pl.lit(v) if isinstance(v, str) else v for c, v in named.items()}
    absent = _absent()
    return frame.select(exprs[c].cast(t).alias(c) if c in exprs else absent[c] for c, t in FINDINGS.items())


def capped(at_risk: str) -> pl.Expr:
    """Return what is at risk, but never more than the line bills, in magnitude, where both are in one currency."""
    most = pl.col("amount").abs().cast(EXACT)
    return pl.when("currency_mismatch").then(at_risk).otherwise(pl.col(at_risk).clip(-most, most))


FREE = pl.col("amount") == 0
"""Free goods: a line that bills nothing risks nothing, and what is found of its price and quantity is only told."""
