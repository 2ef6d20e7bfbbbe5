"""Exchange rates: each line's amount in the base currency, or that no rate is known for it."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from recon.engine.exact import Exact
from recon.engine.joins import constant, known, with_columns_of, without
from recon.engine.parts import in_parts
from recon.kinds import EXACT, PRICE


def with_base_amounts(lines: pl.DataFrame, rates: pl.DataFrame, base_currency: str, *, declared: bool) -> pl.DataFrame:
    """Add `base_amount` (EXACT) and `rate_missing`, the latter only where rates are declared.

    The rate is the latest on or before the invoice date, else an undated one; two different ones are none.
    """
    rated = with_rate(lines, rates, base_currency)
    in_base = in_parts(rated, "line_id", _converted, unbounded=True)
    missing = ~known(in_base["rate"]) & known(in_base["currency"]) & declared
    return without(in_base, "rate").hstack([missing.alias("rate_missing")])


def with_rate(
    lines: pl.DataFrame, rates: pl.DataFrame, base_currency: str, day: str = "invoice_date", by: str = "line_id"
) -> pl.DataFrame:
    """Add `rate` (PRICE): that of each row's `currency` on its `day`, null where none is known; `by` names a row."""
    is_base = pl.col("currency") == base_currency
    if (lines["currency"] == base_currency).all(ignore_nulls=False):
        return lines.hstack([constant(Decimal(1), lines.height, PRICE).alias("rate")])
    single = rates[["currency", "date", "rate"]].unique().filter(~pl.struct("currency", "date").is_duplicated())
    dated = single.drop_nulls("date").sort("date")
    undated = single.filter(pl.col("date").is_null()).select("currency", undated="rate")
    foreign = lines.select(by, "currency", day).filter(pl.col("currency") != base_currency)
    by_date = foreign.drop_nulls().sort(day)
    found = by_date.join_asof(dated, left_on=day, right_on="date", by="currency", check_sortedness=False)
    joined = with_columns_of(with_columns_of(lines, found.select(by, dated="rate"), by), undated, "currency")
    rate = pl.when(is_base).then(pl.lit(1, PRICE)).otherwise(pl.coalesce("dated", "undated"))
    return without(joined.with_columns(rate.alias("rate")), "dated", "undated")


def _converted(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(
        (Exact.of(lines["amount"]) * Exact.of(lines["rate"])).decimal().cast(EXACT).alias("base_amount")
    )
