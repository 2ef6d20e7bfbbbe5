"""Net: what a line's figures are after a discount in percent, and without the tax that a source has in its prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, in_parts, quotient
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Rules

NO_RATE = "its prices have tax in them, and it gives no tax rate"


def has_tax_in_prices(rules: Rules, source: str) -> bool:
    """Return whether the prices and amounts of a source are gross."""
    return getattr(rules.sources.get(source), "prices", None) == "gross"


def discounted(lines: pl.DataFrame) -> pl.DataFrame:
    """Take `discount_percent` off the unit prices that are given; `printed_price` keeps them. Twelve places more, exact."""
    printed = lines.with_columns(pl.col("unit_price").alias("printed_price"), pl.col("unit_price").cast(EXACT))
    off = printed.filter(pl.col("discount_percent").fill_null(0) != 0, pl.col("unit_price").is_not_null())
    if off.is_empty():
        return printed
    rows = printed.with_row_index("_at")
    less = in_parts(rows.join(off.select("source", "row").unique(), on=["source", "row"], how="semi"), "_at", _less)
    return (
        rows.join(less, on="_at", how="left", maintain_order="left")
        .with_columns(pl.coalesce("_less", "unit_price").alias("unit_price"))
        .drop("_at", "_less")
    )


def _less(lines: pl.DataFrame) -> pl.DataFrame:
    percent = Exact.of(lines["discount_percent"].fill_null(0))
    share = Exact.ones(lines.height) * 100 - percent
    hundredfold = Exact.of(lines["unit_price"]) * share
    net = Exact(hundredfold.numbers, hundredfold.scale + 2, hundredfold.bound)
    return lines.select("_at", net.reduced().decimal().alias("_less"))


def positive_prices(lines: pl.DataFrame) -> pl.DataFrame:
    """Turn price and quantity of order lines with a negative price: 1 at -50 is -1 at 50."""
    below = (pl.col("unit_price") < 0).fill_null(value=False)
    return lines.with_columns(
        pl.when(below).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c in ("unit_price", "quantity")
    )


def without_tax(lines: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Divide `columns` by 1 + tax rate. `tax_divisor` is that, and `gross_<column>` what was given: the exact fraction.

    A rate below 1 is a share, else a percentage. Where there is no rate the line has the `reason` of a reject.
    """
    marked = lines.with_columns(pl.col(c).cast(EXACT).alias(f"gross_{c}") for c in columns).with_row_index("_at")
    net = in_parts(marked, "_at", lambda part: _divided(part, columns)).drop("_at")
    unknown = pl.when(pl.col("tax_rate").is_null()).then(pl.lit(NO_RATE))
    return net.with_columns(pl.coalesce("reason", unknown).alias("reason"))


def _divided(lines: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    rate = Exact.of(lines["tax_rate"])
    percentage = Exact(rate.numbers, rate.scale + 2, rate.bound)
    divisor = Exact.ones(lines.height) + rate.where(lines["tax_rate"].abs() < 1, percentage)
    net = [quotient(Exact.of(lines[f"gross_{c}"]), divisor).alias(c) for c in columns]
    return lines.with_columns(*net, divisor.decimal().alias("tax_divisor"))
