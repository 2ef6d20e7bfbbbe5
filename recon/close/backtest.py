"""The back-test: what would have been foreseen thirteen weeks ago, against what was paid since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from recon.close.cash import WEEKS
from recon.close.instalments import in_instalments
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.money_tables import CASH_BACKTEST

if TYPE_CHECKING:
    from datetime import date

ZERO = pl.lit(0, EXACT)


def backtest(dues: pl.DataFrame, payments: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return CASH_BACKTEST: by ISO week what invoices known thirteen weeks before `last` were to cost, and what was paid.

    `payments` are those of `payments.with_invoice`. Invoices that came later were not foreseen: their payments are error.
    No rows without payments.
    """
    then = last - timedelta(7 * WEEKS)
    paid = payments.drop_nulls("invoice_key").filter(pl.col("paid_on") > then)
    if paid.is_empty():
        return CASH_BACKTEST.empty()
    before = payments.drop_nulls("invoice_key").filter(pl.col("paid_on") <= then)
    gone = group_sums(before, ["invoice_key"], "amount").rename({"amount": "gone"})
    known = dues.filter(pl.coalesce("posting_date", "invoice_date") <= then)
    open_then = known.join(gone, on="invoice_key", how="left").with_columns(
        forecast=pl.col("amount") - pl.col("gone").fill_null(ZERO)
    )
    still = in_instalments(open_then, "forecast", "due_date").filter(pl.col("due_date").is_between(then, last, "right"))
    currencies = paid.join(dues.select("invoice_key", its="currency"), on="invoice_key").with_columns(currency="its")
    foreseen = _by_week(still, "due_date", "forecast")
    actual = _by_week(currencies.with_columns(paid="amount"), "paid_on", "paid")
    both = foreseen.join(actual, on=["currency", "week", "first_day"], how="full", coalesce=True, nulls_equal=True)
    filled = both.with_columns(pl.col("forecast", "paid").fill_null(ZERO))
    told = filled.with_columns(error=(pl.col("forecast") - pl.col("paid")).abs())
    return CASH_BACKTEST.cast(told).select(*CASH_BACKTEST.columns).sort("currency", "week")


def _by_week(rows: pl.DataFrame, day: str, amount: str) -> pl.DataFrame:
    at = pl.col(day)
    placed = rows.with_columns(week=at.dt.strftime("%G-W%V"), first_day=at - pl.duration(days=at.dt.weekday() - 1))
    return group_sums(placed, ["currency", "week", "first_day"], amount)
