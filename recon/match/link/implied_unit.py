"""The unit of an order line that states none: the one its receipts name, else its invoice lines; of several it is none."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import with_columns_of
from recon.match.link.units import convert

STATED = {"order_id": pl.Int64, "stated_key": pl.String, "stated": pl.String}
SEVERAL = "?"
"""No unit's key: what names a unit is in another, and no conversion leads there."""


def implied_units(lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return order_id, `stated_key`, `stated` (in words) of order lines without a unit whose receipts or lines name one.

    `lines` and `receipts` have their pair. Lines that take no part decide nothing, nor do those billed by amount.
    """
    counted = (pl.col("line_type") == "item") & ~pl.col("supplier_mismatch") & ~pl.col("order_by_amount")
    billed = _named(lines, "its invoices", counted & ~pl.col("set_aside"))
    received = _named(receipts, "its receipts", pl.lit(value=True))
    if billed.is_empty():
        return received
    return pl.concat([received, billed.join(received, on="order_id", how="anti")])


def _named(lines: pl.DataFrame, by: str, counted: pl.Expr) -> pl.DataFrame:
    if lines["order_uom_key"].null_count() == lines["order_id"].null_count():  # every order line states its unit
        return pl.DataFrame(schema=STATED)
    silent = pl.col("order_id").is_not_null() & pl.col("order_uom_key").is_null()
    named = lines.filter(counted & silent & pl.col("uom_key").is_not_null()).select("order_id", "uom_key", "uom")
    if named.is_empty():
        return pl.DataFrame(schema=STATED)
    several = pl.col("uom_key").n_unique() > 1
    return named.group_by("order_id").agg(
        pl.when(several).then(pl.lit(SEVERAL)).otherwise(pl.col("uom_key").first()).alias("stated_key"),
        pl.format("none on the order, {} on {}", pl.col("uom").unique().sort().str.join(" and "), pl.lit(by)).alias(
            "stated"
        ),
    )


def in_implied_unit(lines: pl.DataFrame, stated: pl.DataFrame, conversions: pl.DataFrame) -> pl.DataFrame:
    """Hold lines to the unit that is `stated` elsewhere: another one is converted or a mismatch. `order_unit` tells it in words."""
    told = with_columns_of(lines, stated, "order_id")
    other = (pl.col("uom_key") != pl.col("stated_key")) & ~_unitless(lines)
    if stated.height and (differs := told.select(other.fill_null(value=False)).to_series()).any():
        held = _held(told.filter(differs), conversions)
        told = pl.concat([told.filter(~differs), held]).sort("line_id" if "line_id" in lines.columns else "receipt_id")
    return told.with_columns(pl.coalesce("stated", pl.format("{} on the order", "order_uom")).alias("order_unit"))


def _unitless(lines: pl.DataFrame) -> pl.Expr:
    """Return where what is billed has no unit: on invoice lines that go by amount."""
    return pl.col("order_by_amount") if "invoice_number" in lines.columns else pl.lit(value=False)


def _held(lines: pl.DataFrame, conversions: pl.DataFrame) -> pl.DataFrame:
    converted = convert(lines.with_columns(pl.col("stated_key").alias("order_uom_key")), conversions)
    return converted.with_columns(pl.col("factor_num").is_null().alias("uom_mismatch"))
