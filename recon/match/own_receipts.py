"""Own receipts: which invoice lines use receipts whole and alone, as first in, first out allots them."""

from __future__ import annotations

import polars as pl

from recon.codes import BY_RECEIPT
from recon.engine.joins import among, only, where
from recon.match.allocate.allocate import allocate
from recon.match.corrections.earlier import NEGATIVE
from recon.match.link.with_order import allocation_orders, invoiced_fractions, received_fractions, taking_part


def received_apart(orders: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return the order lines by receipt and by quantity with several receipts: of a single one no two lines have both some."""
    asked = pl.col("policy").is_in(BY_RECEIPT) & ~pl.col("by_amount") & pl.col("counts")
    arrivals = where(only(receipts, ["quantity", "order_id"]), pl.col("quantity") > 0)["order_id"].drop_nulls()
    return orders.filter(asked, among("order_id", arrivals.filter(arrivals.is_duplicated()).unique()))


def with_own_receipts(lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame) -> pl.Series:
    """Return the `line_id` of lines of `orders` (from `received_apart`) that use receipts of their own, to their last piece.

    `lines` stand, with `reversed`, `in_doubt` and `moves_no_quantity`; they and `receipts` are in the order's unit. What is
    reversed uses nothing, a credit in doubt gives nothing back.
    """
    gives = ~(NEGATIVE & pl.col("in_doubt"))
    of_orders = among("order_id", orders["order_id"])
    bills = lines.filter(of_orders, ~pl.col("reversed"), gives)
    came = where(taking_part(receipts), of_orders)
    flags = bills[["line_id", "reversed", "in_doubt"]]
    billed = invoiced_fractions(taking_part(bills)).join(flags, on="line_id", maintain_order="left")
    uses = allocate(allocation_orders(orders), billed, received_fractions(came))
    return _whole_and_alone(uses.uses, uses.lines)


def _whole_and_alone(uses: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    """Return lines covered to their last piece by receipts that are used whole, and by no other line."""
    alone = (pl.len().over("receipt_id") == 1) & (pl.col("used") == pl.col("kept"))
    told = uses.with_columns(alone.alias("alone")).group_by("line_id").agg(pl.col("alone").all(), pl.col("used").sum())
    covered = told.join(lines[["line_id", "billed"]], on="line_id")
    return covered.filter(pl.col("alone") & (pl.col("used") == pl.col("billed")))["line_id"]
