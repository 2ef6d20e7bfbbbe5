"""Twins: bills of a supplier that may be those of another one of the same name, which nothing tells apart."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import without


def as_twins(dated: pl.DataFrame, twins: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of suppliers with twins, once a pair, the pair as their group."""
    pairs = twins.select("one", "other", pair=pl.format("{}\x1f{}", "one", "other"))
    sides = pl.concat([pairs.select("pair", supplier_key=side) for side in ("one", "other")])
    return without(dated.join(sides, on="supplier_key").with_columns(pl.col("pair").alias("supplier_group")), "pair")


def numbers_of_twins(documents: pl.DataFrame, twins: pl.DataFrame, dated: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of documents whose number and type stand on an earlier one of a supplier's twin."""
    pairs = pl.concat([twins, twins.select(one="other", other="one")])
    number = ["document_type", "number_key"]
    first = documents.sort("rank").unique(["supplier_key", *number], keep="first")
    earlier = first.select(*number, other="supplier_key", before="rank", earlier_id="line_id")
    asking = documents.join(pairs, left_on="supplier_key", right_on="one")
    met = asking.join(earlier, on=["other", *number]).filter(pl.col("before") < pl.col("rank"))
    return dated[["line_id", "invoice_id"]].join(
        met.select(
            "invoice_id",
            pl.lit("possible_duplicate").alias("code"),
            "earlier_id",
            pl.lit("the same number, of another supplier with this name").alias("why"),
        ),
        on="invoice_id",
    )[["line_id", "code", "earlier_id", "why"]]
