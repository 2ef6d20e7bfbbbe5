"""Supplier links: who each party that lines name is, on how many lines, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import group_sums
from recon.match.normalise.complete import valued
from recon.tables import SUPPLIER_LINKS

if TYPE_CHECKING:
    from recon.match.resolve.resolve import Parties


def party_totals(lines: pl.DataFrame, side: str) -> pl.DataFrame:
    """Return `side`, `party_mark`, `lines`, `amount`: how many lines name each party, and their sum.

    Where a line gives no amount it is that of quantity and price.
    """
    named = lines.with_columns(valued(lines))
    counts = named.group_by("party_mark").agg(lines=pl.len().cast(pl.Int64))
    totals = counts.join(group_sums(named, ["party_mark"], "amount"), on="party_mark")
    return totals.select(pl.lit(side).alias("side"), "party_mark", "lines", "amount")


def supplier_links(parties: Parties, totals: pl.DataFrame) -> pl.DataFrame:
    """Return SUPPLIER_LINKS: one row a party that lines name, `totals` being those of `party_totals`, of all parts."""
    by = ["side", "party_mark"]
    counts = totals.group_by(by).agg(pl.col("lines").sum())
    summed = counts.join(group_sums(totals, by, "amount"), on=by)
    sides = {"order": parties.orders, "invoice": parties.invoices}
    decided = pl.concat(decided.with_columns(pl.lit(side).alias("side")) for side, decided in sides.items())
    wide = decided.join(summed, on=["side", "party_mark"]).with_columns(
        state="supplier_state", reason="supplier_reason"
    )
    links = SUPPLIER_LINKS.cast(wide.select(list(SUPPLIER_LINKS.columns)))
    return links.sort(links.columns[:5], nulls_last=True)
