"""Advances: what was billed before goods came is taken off what the goods still cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close.looked_at import taken
from recon.kinds import EXACT
from recon.match.keys import number_key

if TYPE_CHECKING:
    from recon.close.looked_at import Matched

KEY = ["po_key", "currency"]
ZERO = pl.lit(0, EXACT)


def advances(done: Matched) -> pl.DataFrame:
    """Return company, po_key, currency and `advance`: what prepayments of an order bill, less what later bills took off."""
    counting = (pl.col("line_type") == "prepayment") & ~pl.col("codes").list.contains("duplicate_invoice")
    lines = taken(done.invoice_lines, "company", "po_number", "order_po_number", "amount", "currency", where=counting)
    keyed = lines.with_columns(po_key=pl.coalesce(number_key("order_po_number"), number_key("po_number")))
    named = keyed.drop_nulls("po_key").with_columns(advance=pl.col("amount").cast(EXACT))
    sums = summed(named, ["company", *KEY], "advance").drop("lines")
    return sums.filter(pl.col("advance") > 0)


def without_advances(goods: pl.DataFrame, advanced: pl.DataFrame) -> pl.DataFrame:
    """Return goods that are not billed yet (po_number, company, currency, state, day, amount) less what was advanced on their order.

    What came bears it before what is to come, and of each the first to be paid, as the next bill takes it off.
    """
    if advanced.is_empty():
        return goods
    keyed = goods.with_columns(po_key=number_key("po_number")).with_row_index("at")
    pairs = keyed.select("at", "company", *KEY).join(advanced.rename({"company": "its"}), on=KEY)
    fits = (pl.col("company") == pl.col("its")).fill_null(value=True)
    mine = pairs.filter(fits).group_by("at").agg(pl.col("advance").sum())
    ordered = keyed.join(mine, on="at", how="left").sort(
        "state", "day", "at", descending=[True, False, False], nulls_last=True
    )
    before = pl.col("amount").cum_sum().over("company", *KEY) - pl.col("amount")
    share = pl.max_horizontal(ZERO, pl.min_horizontal("amount", pl.col("advance").fill_null(ZERO) - before))
    left = ordered.with_columns((pl.col("amount") - share).cast(EXACT).alias("amount"))
    return left.sort("at").select(goods.columns).filter(pl.col("amount") != 0)
