"""A value as a literal of an expression, made once."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import polars as pl

from recon.kinds import EXACT


@lru_cache(1024, typed=True)
def literal(value: object, dtype: pl.DataType | type[pl.DataType] = EXACT) -> pl.Expr:
    """Return a value as a literal. Decimals as text: for Python's own, Polars imports numpy, a twelfth of the sample's run."""
    return pl.lit(f"{value:f}").cast(dtype) if isinstance(value, Decimal) else pl.lit(value, dtype)
