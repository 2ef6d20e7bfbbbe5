"""Month-end against its oracle, and what it adds up to, on random ledgers; thousands with `python -m tests.kit.fuzz_close`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from random import Random

import polars as pl
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from recon.errors import SourceError
from recon.tables import GL_BALANCES
from tests.close.company import close
from tests.close.test_month_end import told
from tests.kit.fuzz_close import complaints, month_end_of, random_close
from tests.kit.laws import few

PLACED = {"source": "balances.csv", "row": 2}
BATCHES = st.integers(0, 2**32).map(lambda seed: random_close(Random(seed), 4))


def closed(drawn, **others):
    """Close the ledgers; numbers that are refused as too wide are no example."""
    batch, last = drawn
    try:
        return month_end_of(batch.whole, last, **others)
    except SourceError:
        reject()


@few
@given(BATCHES)
def test_month_end_is_what_a_slow_reading_of_the_contract_says(drawn):
    batch, last = drawn
    assert list(complaints(batch.whole, batch.parts, last)) == []


@few
@given(BATCHES, st.decimals(-1000, 1000, places=2))
def test_the_steps_of_an_account_add_up_to_its_balance(drawn, amount):
    """Whatever the ledger says, explained, named and unexplained are its balance, to the last digit."""
    _, last = drawn
    row = {"account": "380100", "date": last, "amount": amount, "base_amount": amount, "currency": "EUR"} | PLACED
    balance = GL_BALANCES.cast(pl.DataFrame([row], schema_overrides={"amount": pl.Decimal(38, 6)}))
    done = closed(drawn, gl_balances=balance)
    sums: dict[object, Decimal] = defaultdict(Decimal)
    balances = {}
    for company, account, currency, step, told_ in done.tie_out.select(
        "company", "account", "currency", "step", "amount"
    ).iter_rows():
        if step == "balance":
            balances[company, account, currency] = told_
        else:
            sums[company, account, currency] += told_
    assert balances == {key: sums[key] for key in balances}
    assert list(balances.values()) == [amount]


@few
@given(BATCHES)
def test_the_weeks_of_a_currency_are_all_that_is_committed_or_owed(drawn):
    """Without advances, which are off the goods of their order (test_small_ledgers)."""
    batch, last = drawn
    bills = [row for row in batch.whole.invoices if row.get("line_type") != "prepayment"]
    done = closed((replace(batch, whole=replace(batch.whole, invoices=bills)), last))
    ahead = done.commitments.filter(pl.col("state").is_in(["ordered_not_received", "received_not_invoiced"]))
    owed = done.gr_ir.filter(pl.col("kind") == "received_not_invoiced").with_columns(
        twice=-pl.min_horizontal("open_amount", "apart_amount")
    )
    every: dict[str | None, Decimal] = defaultdict(Decimal)
    for frame, amount in (
        (ahead, "amount"),
        (owed, "twice"),
        (done.dues.drop_nulls("open_amount"), "open_amount"),
    ):
        for currency, value in frame.select("currency", amount).iter_rows():
            every[currency] += value
    weeks: dict[str | None, Decimal] = defaultdict(Decimal)
    for currency, value in done.cash_out.select("currency", "amount").iter_rows():
        weeks[currency] += value
    assert {c: v for c, v in weeks.items() if v} == {c: v for c, v in every.items() if v}


def test_a_receipt_that_stands_twice_with_other_figures_counts_for_nothing(tmp_path):
    """R1/1 says 6 and 5: neither counts, so that of order 1 only the 4 of R2 came and 7 are billed: 3 at 5 are ahead."""
    twice = """receipt_number,receipt_line,po_number,po_line,quantity,receipt_date,posting_date
R1,1,1,10,6,2026-09-20,
R1,1,1,10,5,2026-09-20,
R2,1,1,10,4,2026-10-10,
"""
    done = close(tmp_path, receipts=twice)
    assert told(done.gr_ir.filter(pl.col("po_number") == "1"), "kind", "open_quantity", "open_amount") == [
        ("invoiced_not_received", "3", "15")
    ]
    assert done.gr_ir_receipts.is_empty()


RETURN = """receipt_number,receipt_line,po_number,po_line,quantity,receipt_date,movement
R1,1,1,10,6,2026-09-20,receipt
R2,1,1,10,4,2026-10-10,receipt
R3,1,1,10,2,2026-10-20,return
"""


@pytest.mark.parametrize(
    ("receipts", "kind", "open_"),
    [
        (RETURN, "received_not_invoiced", ("1", "5")),
        (RETURN + "R4,1,1,10,10,2026-10-21,return\n", "returned_not_credited", ("9", "45")),
    ],
)
def test_a_return_takes_off_what_came_last(tmp_path, receipts, kind, open_):
    """Ten came, two went back, seven are billed: one of R2 is open. Twelve went back: two more than came, and the seven billed."""
    done = close(tmp_path, receipts=receipts)
    assert told(done.gr_ir.filter(pl.col("po_number") == "1"), "kind", "open_quantity", "open_amount") == [
        (kind, *open_)
    ]
    assert done.gr_ir_receipts["open_quantity"].sum() == {"1": 1, "9": -2}[open_[0]]
