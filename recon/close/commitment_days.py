"""Days of commitments: when goods and bill of each are expected, when it is to be paid, and what says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.cash import in_weeks, prepaid
from recon.close.commitments import PAID, state_of_bill
from recon.close.dues import IS_PAID
from recon.kinds import DAY
from recon.money_tables import COMMITMENTS

if TYPE_CHECKING:
    from datetime import date

DAYS = ("expected_receipt_date", "expected_invoice_date", "due_date", "pay_date")


def with_days(
    committed: pl.DataFrame,
    goods: pl.DataFrame,
    bills: pl.DataFrame,
    payable: pl.DataFrame,
    last: date,
) -> pl.DataFrame:
    """Fill the days, `week`, `basis` and `n` of COMMITMENTS.

    `goods` are those of `forecast.expected`, `bills` (order, invoice_key) what is billed, `payable` DUES. Where a state has
    several bills the first to be due is told, of what is paid the last payment; what was paid before it came has no day.
    """
    known = pl.concat([_of_goods(goods), _of_bills(bills, payable)], how="diagonal")
    blank = committed.drop(*DAYS, "week", "basis", "n")
    dated = blank.join(known, on=["order", "state"], how="left", maintain_order="left")
    placed = in_weeks(dated.with_columns(day="pay_date"), last)
    week = pl.when(pl.col("state") != PAID).then("week")
    return COMMITMENTS.cast(placed.with_columns(week=week)).select(*COMMITMENTS.columns)


def _of_goods(goods: pl.DataFrame) -> pl.DataFrame:
    day = pl.when(~prepaid(goods)).then("day")
    return goods.select(
        "order",
        "state",
        expected_receipt_date="delivered",
        expected_invoice_date="invoice_date",
        due_date=day,
        pay_date=day,
        basis=pl.when(day.is_not_null()).then("basis"),
        n=pl.when(day.is_not_null()).then("n"),
    )


def _of_bills(bills: pl.DataFrame, payable: pl.DataFrame) -> pl.DataFrame:
    stated = payable.with_columns(paid=IS_PAID).with_columns(state=state_of_bill("decision"))
    due = pl.when(~prepaid(stated)).then("due_date")
    given = pl.when(pl.col("basis") == "due_date").then(due)
    known = stated.select("invoice_key", "state", "paid_on", due_date=due, given=given)
    each = bills.join(known, on="invoice_key").group_by("order", "state")
    first = each.agg(pl.col("due_date", "given").min(), pl.col("paid_on").max())
    fact = pl.when(pl.col("given") == pl.col("due_date")).then(pl.lit("fact")).otherwise(pl.lit("terms"))
    is_paid = pl.col("state") == PAID
    day = pl.when(is_paid).then("paid_on").otherwise("due_date").cast(DAY.dtype)
    told = pl.when(is_paid).then(pl.lit("fact")).when(pl.col("due_date").is_not_null()).then(fact)
    return first.select("order", "state", "due_date", pay_date=day, basis=told)
