"""Paid ahead and kept back: prepayments and retentions against their order."""

from __future__ import annotations

from functools import partial

import polars as pl

from recon.engine.exact import Exact
from recon.engine.joins import among, where, with_columns_of
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.compare.charges import goods
from recon.match.compare.findings import all_found, no_findings
from recon.match.compare.order_level import running, untolerated
from recon.match.heads import AHEAD, STANDING_BILLS


def ahead_findings(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return `prepayment_over_ordered`, `prepayment_not_deducted` and `retention_over_released`, exact to the last digit.

    `lines` are all that are not set aside, with their `head` and whether they take part; `orders` have their figures.
    """
    fits = pl.col("head").is_not_null() & ~pl.col("supplier_mismatch") & ~pl.col("currency_mismatch")
    mine = where(lines, pl.col("line_type").is_in(AHEAD) & fits & pl.col("amount").is_not_null())
    if mine.is_empty():
        return no_findings()
    entries = mine.select("line_id", "head", "line_type", "amount", "amount_parts", "parts", "source", "row", key="head", step="line_id")  # fmt: skip
    paid, kept = (entries.filter(pl.col("line_type") == kind) for kind in AHEAD)
    value = group_sums(orders.filter("counts"), ["head"], "value_parts").rename({"value_parts": "value"})
    worth = with_columns_of(paid, value, "head").with_columns(pl.col("value").fill_null(0).alias("limit"))
    return all_found(
        [
            _over(worth, "prepayment_over_ordered"),
            _over(kept.with_columns(pl.lit(0, EXACT).alias("limit")), "retention_over_released"),
            _not_deducted(paid, lines, orders),
        ]
    )


def _over(lines: pl.DataFrame, code: str) -> pl.DataFrame:
    """Return the lines that take what runs up on their order above its limit."""
    return no_findings() if lines.is_empty() else in_parts(lines, "key", partial(_exceeding, code=code))


def _exceeding(lines: pl.DataFrame, code: str) -> pl.DataFrame:
    return untolerated(running(lines, "limit").filter(pl.col("over") > 0), code, code.partition("_")[0])


def _not_deducted(paid: pl.DataFrame, lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the last bill of each order that is billed in full while something paid ahead is still to be taken off."""
    if paid.is_empty():
        return no_findings()
    left = group_sums(paid, ["head"], "amount_parts").rename({"amount_parts": "left"}).filter(pl.col("left") > 0)
    last = _last_bills(lines, orders).join(left, on="head").sort("line_id")
    if last.is_empty():
        return no_findings()
    placed = with_columns_of(last, lines[["line_id", "parts", "source", "row"]], "line_id")
    return in_parts(placed, "line_id", _told)


def _told(lines: pl.DataFrame) -> pl.DataFrame:
    left = Exact.of(lines["left"])
    unit = (pl.lit(10**left.scale, pl.Int128) * pl.col("parts")).alias("unit")
    whole = lines.select("line_id", unit, pl.lit(0, pl.Int128).alias("most"), *(left.ints.alias(c) for c in ("cum", "least", "over")))  # fmt: skip
    return untolerated(whole, "prepayment_not_deducted", "prepayment")


def _last_bills(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return head, line_id: the last line that bills goods of each order of which all are billed, by lines or by header."""
    rest = goods(orders)
    ours = among("order_id", rest["order_id"])
    bills = lines.filter((pl.col("line_type") == "item") & STANDING_BILLS & (ours | pl.col("by_header")))
    billed = group_sums(bills, ["head"], "amount_parts").rename({"amount_parts": "billed"})
    by_header = bills.group_by("head").agg(pl.col("by_header").any(), pl.col("line_id").max())
    full = rest.group_by("head").agg((pl.col("invoiced_net") >= pl.col("ordered")).all().alias("full"))
    worth = group_sums(rest, ["head"], "value_parts").rename({"value_parts": "value"})
    state = full.join(worth, on="head").join(by_header, on="head").join(billed, on="head")
    whole = pl.col("by_header") & (pl.col("billed") >= pl.col("value"))
    return state.filter(pl.col("full") | whole)[["head", "line_id"]]
