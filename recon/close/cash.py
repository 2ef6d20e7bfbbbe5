"""Cash: what goes out in which week, for thirteen weeks, and what says so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from recon.close.advances import without_advances
from recon.close.amounts import summed
from recon.close.commitments import RECEIVED
from recon.close.instalments import in_instalments
from recon.kinds import EXACT
from recon.money_tables import CASH_OUT
from recon.rules.terms import parse_terms

if TYPE_CHECKING:
    from datetime import date


WEEKS = 13
OVERDUE, LATER, UNKNOWN = "overdue", "later", "unknown"
BY = ["currency", "week", "first_day", "state", "basis", "n"]


def cash_out(
    dues: pl.DataFrame,
    goods: pl.DataFrame,
    lines: pl.DataFrame,
    advanced: pl.DataFrame,
    last: date,
) -> pl.DataFrame:
    """Return CASH_OUT of the open amounts of DUES and of goods that are not billed yet, those of `forecast.expected`.

    The weeks of a currency add up to all of it; goods of which bills that stand apart (GR_IR's `apart_amount`) or advances (those of
    `advances`) are among the DUES cost no second time, and what is prepaid costs nothing any more. Credit notes reduce the week in which they fall due; goods are net of tax.
    """
    day = [pl.col("currency"), pl.col("day"), pl.col("state"), pl.col("basis"), pl.col("n"), pl.col("amount")]
    every = without_advances(_without_apart(goods, lines), advanced)
    coming = in_instalments(every.filter(~prepaid(every)), "amount", "day")
    placed = in_weeks(pl.concat([each.select(day) for each in (_billed(dues), coming)]), last)
    sums = summed(placed, BY, "amount")
    turn = pl.col("week").replace_strict({OVERDUE: 0, LATER: 2, UNKNOWN: 3}, default=1, return_dtype=pl.Int64)
    return CASH_OUT.cast(sums).select(*CASH_OUT.columns).sort("currency", turn, "week", "state", "basis", "n")


def _without_apart(goods: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    apart = lines.filter(pl.col("kind") == RECEIVED).select("source", "row", "apart_amount")
    both = goods.join(apart, on=["source", "row"], how="left")
    less = pl.max_horizontal(0, pl.col("amount") - pl.col("apart_amount")).cast(EXACT)
    mine = (pl.col("state") == RECEIVED) & pl.col("apart_amount").is_not_null()
    left = both.with_columns(pl.when(mine).then(less).otherwise("amount").alias("amount"))
    return left.drop("apart_amount").filter(pl.col("amount") != 0)


def _billed(dues: pl.DataFrame) -> pl.DataFrame:
    """Return what is open of invoices, on the day that they or their terms name."""
    waiting = dues.filter(pl.col("open_amount") != 0, ~prepaid(dues))
    held = pl.when(pl.col("decision") == "pay").then(pl.lit("invoiced_due")).otherwise(pl.lit("invoiced_held"))
    basis = pl.when(pl.col("due_date").is_null()).then(None).when(pl.col("basis") == "due_date").then(pl.lit("fact"))
    n = pl.lit(None, pl.Int64)
    told = waiting.with_columns(state=held, basis=basis.otherwise(pl.lit("terms")), n=n, day="due_date")
    return in_instalments(told, "open_amount", "day").drop("amount").rename({"open_amount": "amount"})


def prepaid(rows: pl.DataFrame) -> pl.Expr:
    """Return which rows, by their `terms`, were paid before anything came; an invoice's own due date says otherwise."""
    texts = [text for text in rows["terms"].drop_nulls().unique() if (read := parse_terms(text)) and read.prepaid]
    return (pl.col("terms").is_in(texts) & pl.col("basis").ne_missing("due_date")).fill_null(value=False)


def in_weeks(rows: pl.DataFrame, last: date) -> pl.DataFrame:
    """Add `week` and `first_day` to rows with a `day`: the ISO week, or that it is overdue, later or not known."""
    day = pl.col("day")
    week = (
        pl.when(day.is_null())
        .then(pl.lit(UNKNOWN))
        .when(day <= last)
        .then(pl.lit(OVERDUE))
        .when(day > last + timedelta(7 * WEEKS))
        .then(pl.lit(LATER))
        .otherwise(day.dt.strftime("%G-W%V"))
    )
    monday = day - pl.duration(days=day.dt.weekday() - 1)
    return rows.with_columns(week=week, first_day=pl.when(~week.is_in([UNKNOWN, OVERDUE, LATER])).then(monday))
