"""Cash: what falls due in which week, for thirteen weeks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close_tables import CASH_OUT
from recon.kinds import EXACT

if TYPE_CHECKING:
    from datetime import date

WEEKS = 13
OVERDUE, LATER, UNKNOWN = "overdue", "later", "unknown"


def cash_out(dues: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return CASH_OUT of the open amounts of DUES: the weeks of a currency add up to all that is open of it.

    Credit notes reduce the week in which they fall due. `held`: the part of invoices that are not cleared to pay.
    """
    waiting = dues.filter(pl.col("open_amount") != 0)
    monday = pl.col("due_date") - pl.duration(days=pl.col("due_date").dt.weekday() - 1)
    end = last + timedelta(7 * WEEKS)
    week = (
        pl.when(pl.col("due_date").is_null())
        .then(pl.lit(UNKNOWN))
        .when(pl.col("due_date") <= last)
        .then(pl.lit(OVERDUE))
        .when(pl.col("due_date") > end)
        .then(pl.lit(LATER))
        .otherwise(pl.col("due_date").dt.strftime("%G-W%V"))
    )
    placed = waiting.with_columns(week=week, first_day=pl.when(~week.is_in([UNKNOWN, OVERDUE, LATER])).then(monday))
    held = pl.when(pl.col("decision") != "pay").then("open_amount").otherwise(pl.lit(0, EXACT))
    counted = placed.drop("amount").with_columns(amount=pl.col("open_amount"), held=held)
    sums = summed(counted, ["currency", "week", "first_day"], "amount", "held").rename({"lines": "invoices"})
    turn = pl.col("week").replace_strict({OVERDUE: 0, LATER: 2, UNKNOWN: 3}, default=1, return_dtype=pl.Int64)
    return CASH_OUT.cast(sums).select(*CASH_OUT.columns).sort("currency", turn, "week")
