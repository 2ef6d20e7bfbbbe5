"""Supplier links: who each party that lines name is, on how many lines, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import constant, only
from recon.engine.sums import group_sums
from recon.match.normalise.complete import valued
from recon.result_tables import SUPPLIER_LINKS

if TYPE_CHECKING:
    from recon.match.resolve.resolve import Parties


OF_ORDER = "no supplier is given: that of the order"


def party_totals(lines: pl.DataFrame, side: str, of_order: pl.Series | None = None) -> pl.DataFrame:
    """Return `side`, `party_mark`, `of_order`, `lines`, `amount`: how many lines name each party, and their sum.

    `of_order`: the supplier that each line, which names nobody, has of its order. Where a line gives no amount it is that of
    quantity and price.
    """
    taken = constant(None, lines.height, pl.String) if of_order is None else of_order.cast(pl.String)
    named = only(lines, ["party_mark"]).hstack([valued(lines).alias("amount"), taken.alias("of_order")])
    by = ["party_mark", "of_order"]
    counts = named.group_by(by).agg(lines=pl.len().cast(pl.Int64))
    totals = counts.join(group_sums(named, by, "amount"), on=by, nulls_equal=True)
    return totals.select(pl.lit(side).alias("side"), *by, "lines", "amount")


def supplier_links(parties: Parties, totals: pl.DataFrame) -> pl.DataFrame:
    """Return SUPPLIER_LINKS: one row a party that lines name, `totals` being those of `party_totals`, of all parts.

    Lines that name nobody and have the supplier of their order have a row for each such supplier.
    """
    by = ["side", "party_mark", "of_order"]
    counts = totals.group_by(by).agg(pl.col("lines").sum())
    summed = counts.join(group_sums(totals, by, "amount"), on=by, nulls_equal=True)
    sides = {"order": parties.orders, "invoice": parties.invoices}
    decided = pl.concat(decided.with_columns(pl.lit(side).alias("side")) for side, decided in sides.items())
    wide = decided.join(summed, on=["side", "party_mark"]).with_columns(
        state="supplier_state", reason="supplier_reason"
    )
    links = SUPPLIER_LINKS.cast(_of_orders(wide, parties).select(list(SUPPLIER_LINKS.columns)))
    return links.sort(links.columns[:6], nulls_last=True)


def _of_orders(wide: pl.DataFrame, parties: Parties) -> pl.DataFrame:
    """Name the supplier that lines have of their order, where they name nobody."""
    taken = pl.col("of_order").is_not_null()
    if not wide.select(taken.any()).item():
        return wide
    names = parties.orders.select(of_order="supplier_id", _name="supplier_name").unique(
        "of_order", keep="first", maintain_order=True
    )
    told = wide.join(names, on="of_order", how="left", maintain_order="left")
    said = {
        "supplier_id": pl.col("of_order"),
        "supplier_name": pl.col("_name"),
        "method": pl.lit("order"),
        "reason": pl.lit(OF_ORDER),
    }
    return told.with_columns(
        *(pl.when(taken).then(value).otherwise(name).alias(name) for name, value in said.items()),
        pl.when(~taken).then("state").alias("state"),
    )
