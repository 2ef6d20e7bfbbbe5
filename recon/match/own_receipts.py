"""Own receipts: which invoice lines use receipts whole and alone, as first in, first out allots them."""

from __future__ import annotations

import polars as pl

from recon.codes import BY_RECEIPT
from recon.match.allocate.allocate import allocate
from recon.match.link.implied_unit import implied_units, in_implied_unit
from recon.match.link.with_order import allocation_orders, invoiced_fractions, received_fractions, taking_part


def with_own_receipts(
    lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame, conversions: pl.DataFrame
) -> pl.Series:
    """Return the `line_id` of lines that use receipts of their own, to their last piece.

    `lines` (with `reversed`) stand; of `orders` those by receipt and by quantity are looked at. Asked is of pairs of lines of one
    order line whether both have some: nothing is returned where none can.
    """
    asked = orders.filter(pl.col("policy").is_in(BY_RECEIPT) & ~pl.col("by_amount") & pl.col("counts"))
    mine = asked[["order_id"]]
    standing = lines.filter(~pl.col("reversed"))
    bills, came = (each.join(mine, on="order_id", how="semi") for each in (standing, receipts))
    if bills.is_empty() or came.is_empty():
        return pl.Series("line_id", [], dtype=pl.Int64)
    arrivals = came.filter(pl.col("quantity") > 0)
    if (
        not arrivals["order_id"].is_duplicated().any()
    ):  # a single receipt is one line's own, and of two lines not both's
        return pl.Series("line_id", [], dtype=pl.Int64)
    implied = implied_units(bills, came)
    bills, came = (in_implied_unit(each, implied, conversions) for each in (bills, came))
    flags = bills.select("line_id", "reversed", pl.lit(value=False).alias("in_doubt"))
    billed = invoiced_fractions(taking_part(bills)).join(flags, on="line_id", maintain_order="left")
    uses = allocate(allocation_orders(asked), billed, received_fractions(taking_part(came)))
    return _whole_and_alone(uses.uses, uses.lines)


def _whole_and_alone(uses: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    """Return lines covered to their last piece by receipts that are used whole, and by no other line."""
    alone = (pl.len().over("receipt_id") == 1) & (pl.col("used") == pl.col("kept"))
    told = uses.with_columns(alone.alias("alone")).group_by("line_id").agg(pl.col("alone").all(), pl.col("used").sum())
    covered = told.join(lines[["line_id", "billed"]], on="line_id")
    return covered.filter(pl.col("alone") & (pl.col("used") == pl.col("billed")))["line_id"]
