"""The simple match in Polars, with floats. `polars_plain.py FOLDER OUT`."""

# ruff: noqa: TID251 -- a rival, not recon
from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
key = ["po_number", "po_line"]
text = {"po_number": pl.String, "po_line": pl.String}


def scanned(name: str, numbers: list[str], others: list[str]) -> pl.LazyFrame:
    types = {**text, **dict.fromkeys(numbers, pl.Float64), **dict.fromkeys(others, pl.String)}
    return pl.scan_csv(folder / f"{name}.csv", schema_overrides=types).select(list(types))


orders = scanned("orders", ["quantity", "unit_price"], ["currency"])
received = scanned("receipts", ["quantity"], []).group_by(key).agg(pl.col("quantity").sum().alias("received"))
lines = scanned("invoices", ["quantity", "unit_price", "amount"], ["invoice_number", "invoice_line", "currency"])
billed = lines.group_by(key).agg(pl.col("quantity").sum().alias("billed"))
joined = (
    lines.join(orders, on=key, how="left", suffix="_order")
    .join(received, on=key, how="left")
    .join(billed, on=key, how="left")
)
price_off = (pl.col("unit_price") - pl.col("unit_price_order")).abs() > 0.02 * pl.col("unit_price_order")
over = pl.col("billed") > pl.col("received").fill_null(0)
judged = joined.with_columns(
    pl.when(pl.col("unit_price_order").is_null())
    .then(pl.lit("order_not_found"))
    .when(pl.col("currency") != pl.col("currency_order"))
    .then(pl.lit("currency_mismatch"))
    .when(price_off)
    .then(pl.lit("price_variance"))
    .when(over)
    .then(pl.lit("quantity_over_received"))
    .otherwise(pl.lit("matched"))
    .alias("status")
).collect()
judged.write_parquet(out)
print(judged.height)
