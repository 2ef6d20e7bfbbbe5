"""Settled: the price of a line when what corrects it is counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, constant, known, where, with_columns_of, without
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.added import ADDED, added_to
from recon.match.prices import PRICED, with_prices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance


def settled(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return lines with PRICED of what their corrections (`corrects`, `moves_no_quantity`) leave.

    What is `reversed`, and what only moves money, has no price of its own. `corrections` is what they come to, net of
    their discounts.
    """
    corrections = where(lines, known(lines["corrects"]))
    if corrections.is_empty() and not (lines["reversed"] | lines["moves_no_quantity"]).any():
        return lines.hstack([constant(None, lines.height, EXACT).alias("corrections")])
    moved = pl.concat(
        [corrections[[*ADDED, "corrects"]], _netting(lines, corrections["line_id"], corrections["corrects"])]
    )
    summed = group_sums(moved, ["corrects"], "amount").rename({"corrects": "line_id", "amount": "corrections"})
    told = with_columns_of(lines, summed, "line_id")
    none = pl.col("reversed") | pl.col("moves_no_quantity")
    cleared = told.with_columns(pl.when(~none).then(c).alias(c) for c in PRICED)
    again = cleared.filter(pl.col("corrections").is_not_null() & ~none).drop(PRICED)
    own = _netting(lines, again["line_id"], again["line_id"])
    net = added_to(pl.concat([moved, own]), "corrects", lines, "discounts")
    held = with_prices(with_columns_of(without(again, *net.columns[1:]), net, "line_id"), tolerances)
    beside = cleared[["line_id"]].join(held[["line_id", *PRICED]], on="line_id", how="left", maintain_order="left")
    kept = among("line_id", held["line_id"])
    return cleared.with_columns(pl.when(kept).then(beside[c]).otherwise(c).alias(c) for c in PRICED).with_columns(
        pl.col("price_beyond").fill_null(value=False)
    )


def _netting(lines: pl.DataFrame, netted: pl.Series, corrects: pl.Series) -> pl.DataFrame:
    """Return the discount lines of the `netted` lines (ids), and beside each what that line `corrects`."""
    own = pl.DataFrame({"nets": netted, "corrects": corrects})
    return lines.select(*ADDED, "nets").join(own, on="nets").drop("nets")
