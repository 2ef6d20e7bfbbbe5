"""Reversals: a negative line that equals an earlier positive one takes it back, the latest that is not taken back yet."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import among, surely, where
from recon.match.corrections.earlier import CITATION, NEGATIVE, cites, measured, rank

ALIKE = ["supplier_group", "order_id", "item_key", "measured", "price_variance", "price", "billed", "currency"]
"""What a line and its reversal are equal in; a price that is compared by its distance from the order's, else as it is."""
PAIRS = {"line_id": pl.Int64, "reverses": pl.Int64}


def reversals(lines: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, reverses: the negative lines and the earlier line that each takes back.

    `lines` are priced; of them items with `takes_part` are looked at, and those `in_doubt` take nothing back.
    """
    items = pl.col("takes_part") & (pl.col("line_type") == "item")
    gives = surely(lines.select(items & NEGATIVE & ~pl.col("in_doubt")).to_series())
    if not gives.any():
        return pl.DataFrame(schema=PAIRS)
    lines = where(lines, items & among("order_id", lines["order_id"].filter(gives)))  # most orders take nothing back
    if lines.is_empty():
        return pl.DataFrame(schema=PAIRS)
    known = lines.select(
        "line_id",
        "supplier_group",
        "order_id",
        "item_key",
        "price_variance",
        "currency",
        pl.when(pl.col("price_variance").is_null())
        .then(pl.concat_str("unit_price", pl.lit("/"), "price_unit"))
        .alias("price"),
        pl.col("amount").abs().alias("billed"),
        NEGATIVE.alias("back"),
        *CITATION,
        "in_doubt",
    ).with_columns(measured(lines), rank(lines).alias("rank"))
    known = known.filter(~(pl.col("back") & pl.col("in_doubt")))
    both = pl.col("back").any().over(ALIKE) & ~pl.col("back").all().over(ALIKE)
    alike = known.filter(both).with_columns(pl.col("line_id").min().over(ALIKE).alias("alike")).sort("alike", "rank")
    cites = (pl.col("back") & pl.col("cited").is_not_null()).any().over("alike")
    return pl.concat([_latest_first(alike.filter(~cites)), _one_by_one(alike.filter(cites))])


def _latest_first(alike: pl.DataFrame) -> pl.DataFrame:
    """Pair lines as brackets are: one that gives back closes the latest that is open.

    What would close more than is open closes nothing. Of what stands as deep, a closing one follows its opening one.
    """
    step = pl.when("back").then(-1).otherwise(1)
    running = alike.with_columns(step.cum_sum().over("alike").alias("sum"))
    least = pl.min_horizontal(pl.lit(0), pl.col("sum").cum_min().shift().over("alike").fill_null(0))
    paired = running.filter(~(pl.col("back") & (pl.col("sum") < least)))
    depth = step.cum_sum().over("alike") + pl.col("back").cast(pl.Int32)
    deep = paired.with_columns(depth.alias("depth"))
    before = pl.col("line_id").shift().over("alike", "depth")
    return deep.with_columns(before.alias("reverses")).filter("back")[[*PAIRS]]


def _one_by_one(alike: pl.DataFrame) -> pl.DataFrame:
    """Pair where some name the invoice that they take back: the first that gives back of all groups, then the second..."""
    turn = pl.when("back").then(pl.col("back").cast(pl.Int64).cum_sum().over("alike"))
    open_lines = alike.with_columns(turn.alias("turn"))
    found = [pl.DataFrame(schema=PAIRS)]
    for each in range(1, int(open_lines["turn"].max() or 0) + 1):  # type: ignore[arg-type]
        asking = open_lines.filter(pl.col("turn") == each)[["alike", "line_id", "rank", "cited"]]
        standing = open_lines.filter(~pl.col("back")).select(
            "alike", "number", "document", reverses="line_id", then="rank"
        )
        met = asking.join(standing, on="alike").filter(pl.col("then") < pl.col("rank"), cites("number", "document"))
        latest = met.sort("then").group_by("line_id").agg(pl.col("reverses").last())
        found.append(latest[[*PAIRS]])
        open_lines = open_lines.join(latest.select(line_id="reverses"), on="line_id", how="anti")
    return pl.concat(found)
