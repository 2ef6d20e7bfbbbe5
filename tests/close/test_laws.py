"""What holds at any month-end, on random ledgers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given

from recon.close.apart import standing_apart, with_apart
from recon.close.commitments import commitments
from recon.close.gr_ir import gr_ir
from recon.close.journal import billed_by_no_posting, journal, with_accrual
from recon.close.looked_at import Matched, taken
from recon.close.open_items import open_items
from recon.close.order_lines import order_lines
from recon.rules.close import Account, Close
from recon.rules.rule import Rules
from recon.tables import RATES
from tests.kit.batches import batches
from tests.kit.laws import few, run

LAST = date(2027, 1, 1)
RULES = Rules(close=Close(accounts=(Account("all", "380100", "610000"),)))


def sums(frame: pl.DataFrame, column: str) -> dict[int, Decimal]:
    return {order: sum(values, Decimal(0)) for order, values in frame.group_by("order").agg(column).iter_rows()}


@few
@given(batches(3).map(lambda batch: batch.whole))
def test_what_is_open_of_receipts_and_bills_is_what_the_match_says(ledger):
    match = run(ledger)
    done = Matched.of(match)
    orders = order_lines(done, RULES.close.accounts)
    items = open_items(done, orders, RATES.empty(), "EUR")
    received, billed = sums(items.receipts, "left"), sums(items.uncovered, "left")
    goods = orders.filter(pl.col("policy").is_in(["three_way", "four_way"]))
    said = match.order_lines.select("source", "row", "received_not_invoiced", "invoiced_not_received")
    both = goods.select("order", "source", "row").join(said, on=["source", "row"])
    for order, _, _, accrued, ahead in both.iter_rows():
        assert max(Decimal(0), received.get(order, Decimal(0))) == (accrued or 0), order
        assert max(Decimal(0), billed.get(order, Decimal(0))) == (ahead or 0), order


@few
@given(batches(3).map(lambda batch: batch.whole))
def test_each_journal_balances_in_its_currency_and_in_base(ledger):
    done = Matched.of(run(ledger))
    orders = order_lines(done, RULES.close.accounts)
    rates = RATES.empty()
    items = open_items(done, orders, rates, "EUR")
    lines = gr_ir(orders, items.receipts, items.uncovered, rates, LAST, RULES)
    apart = with_apart(lines, standing_apart(done, orders, rates, "EUR"))
    waiting = billed_by_no_posting(orders, items, rates, "EUR")
    booked = journal(with_accrual(apart, RULES.close), waiting, LAST, RULES)
    for column in ("", "base_"):
        sides = (
            booked.drop_nulls(f"{column}debit")
            .group_by("journal_id")
            .agg(pl.col(f"{column}debit", f"{column}credit").sum())
        )
        assert sides[f"{column}debit"].to_list() == sides[f"{column}credit"].to_list()


@few
@given(batches(3).map(lambda batch: batch.whole))
def test_the_states_of_an_open_order_line_are_all_that_is_ordered_received_or_billed_of_it(ledger):
    done = Matched.of(run(ledger))
    orders = order_lines(done, RULES.close.accounts)
    bills = open_items(done, orders, RATES.empty(), "EUR").bills
    documents = taken(done.invoices, "invoice_key", "decision").with_columns(paid=pl.lit(value=False))
    held = commitments(bills, orders, documents, RATES.empty(), LAST, RULES)
    states = held.group_by("source", "row").agg(pl.col("quantity").sum().alias("all"))
    running = orders.filter(~pl.col("closed").fill_null(value=False), pl.col("policy").is_in(["three_way", "four_way"]))
    goods = running.filter(
        pl.col("quantity") > 0, pl.col("expected_price").is_not_null(), pl.min_horizontal("received", "invoiced") >= 0
    )
    told = goods.join(states, on=["source", "row"], how="left").select(
        pl.col("all").fill_null(0), most=pl.max_horizontal("expected_quantity", "received", "invoiced")
    )
    assert told["all"].to_list() == told["most"].to_list()
