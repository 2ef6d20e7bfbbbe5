"""Units of measure: the exact factor from a line's unit to its order's, most specific conversion first."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from recon.engine.joins import without
from recon.match.keys import key, unit_key

LEVELS = (("item_key", "supplier"), ("item_key",), ("supplier",), ())
FACTOR = {"factor_num": pl.Int128, "factor_den": pl.Int128}


def factors(conversions: pl.DataFrame) -> pl.DataFrame:
    """Return each conversion in both directions as a fraction in lowest terms, per level of how specific it is.

    Columns: level, reversed, item_key, supplier, uom_key (from), order_uom_key (to), factor_num, factor_den.
    Two different factors for one unit pair at one level and direction are 0: never guessed between.
    """
    keyed = (
        conversions.select(
            key("item").alias("item_key"),
            key("supplier_id").alias("supplier"),
            unit_key("from_uom").alias("uom_key"),
            unit_key("to_uom").alias("order_uom_key"),
            pl.col("factor"),
        )
        .drop_nulls(["uom_key", "order_uom_key", "factor"])
        .filter(pl.col("factor") > 0)
        .unique()
    )
    ratios = [Fraction(f) for f in keyed.get_column("factor").to_list()]
    given = without(keyed, "factor").with_columns(
        pl.Series("factor_num", [r.numerator for r in ratios], dtype=pl.Int128),
        pl.Series("factor_den", [r.denominator for r in ratios], dtype=pl.Int128),
        pl.lit(value=False).alias("reversed"),
    )
    turned = given.rename(
        {"uom_key": "order_uom_key", "order_uom_key": "uom_key", "factor_num": "factor_den", "factor_den": "factor_num"}
    )
    both = pl.concat([given, turned.with_columns(pl.lit(value=True).alias("reversed")).select(given.columns)])
    same = ["item_key", "supplier", "uom_key", "order_uom_key", "reversed"]
    several = pl.struct(same).is_duplicated()
    return both.with_columns(pl.when(several).then(0).otherwise(pl.col(c)).alias(c) for c in FACTOR).unique()


def convert(lines: pl.DataFrame, conversions: pl.DataFrame) -> pl.DataFrame:
    """Add `factor_num`/`factor_den` (order units per line unit, both null: none known) to lines with both unit keys.

    `lines` have uom_key, order_uom_key, order_item_key and order_supplier_id; a unit that either side omits is the order's.
    """
    same = (pl.col("uom_key") == pl.col("order_uom_key")).fill_null(value=True)
    lines = lines.with_columns(
        pl.when(same).then(pl.lit(1, pl.Int128)).alias("factor_num"),
        pl.when(same).then(pl.lit(1, pl.Int128)).alias("factor_den"),
    )
    if conversions.is_empty() or not lines.get_column("factor_num").null_count():
        return lines
    table = factors(conversions)
    lines = lines.with_columns(key("order_supplier_id").alias("order_supplier"))
    for level in LEVELS:
        for turned in (False, True):
            lines = _fill(lines, _at_level(table, level, turned=turned), level)
    known = (pl.when(pl.col(c) != 0).then(c).alias(c) for c in FACTOR)
    return without(lines.with_columns(known), "order_supplier")


def _at_level(table: pl.DataFrame, level: tuple[str, ...], *, turned: bool) -> pl.DataFrame:
    exactly = pl.lit(value=True)
    for column in ("item_key", "supplier"):
        exactly &= pl.col(column).is_not_null() if column in level else pl.col(column).is_null()
    chosen = table.filter(exactly & (pl.col("reversed") == turned))
    return chosen.select(
        *(pl.col(c).alias(f"order_{c}") for c in level), "uom_key", "order_uom_key", "factor_num", "factor_den"
    )


def _fill(lines: pl.DataFrame, table: pl.DataFrame, level: tuple[str, ...]) -> pl.DataFrame:
    if table.is_empty():
        return lines
    on = [*(f"order_{c}" for c in level), "uom_key", "order_uom_key"]
    joined = lines.join(table, on=on, how="left", suffix="_new", maintain_order="left")
    return without(
        joined.with_columns(pl.coalesce(c, f"{c}_new").alias(c) for c in FACTOR), "factor_num_new", "factor_den_new"
    )
