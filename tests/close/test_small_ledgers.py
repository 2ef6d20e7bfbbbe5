"""Small month-ends worked by hand: cut-offs, credits, returns, orders that changed, yen, payments in part."""

from __future__ import annotations

import polars as pl
import pytest

from tests.close.company import FILES, close
from tests.close.test_month_end import told

ORDER = "po_number,po_line,supplier_id,quantity,unit_price,currency,closed\n1,10,S1,{}\n"
RECEIPTS = "receipt_number,receipt_line,po_number,po_line,quantity,receipt_date,posting_date\n"
BILLS = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,posting_date,document_type,credited_invoice,posted\n"
TEN = "R1,1,1,10,10,2026-10-05,\n"
BILL = "S1,A,1,10,10,5,EUR,2026-10-10,,,,\n"
RECEIVED, RETURNED = "received_not_invoiced", "returned_not_credited"
OPEN = {
    "a credit of four leaves four unbilled": (
        "10,5,EUR,", TEN, BILL + "S1,AC,1,10,-4,5,EUR,2026-10-20,,credit_note,A,\n", [(RECEIVED, "4", "20")],
    ),
    "a credit that is booked in November is November's": (
        "10,5,EUR,", TEN, BILL + "S1,AC,1,10,-4,5,EUR,2026-10-30,2026-11-02,credit_note,A,\n", [],
    ),
    "goods that go back before the bill are not billed": (
        "10,5,EUR,", TEN + "R2,1,1,10,-3,2026-10-15,\n", "S1,A,1,10,7,5,EUR,2026-10-25,,,,\n", [],
    ),
    "goods that go back after the bill are to be credited": (
        "10,5,EUR,", TEN + "R2,1,1,10,-3,2026-10-15,\n", BILL, [(RETURNED, "3", "15")],
    ),
    "goods that go back in November stand billed in October": (
        "10,5,EUR,", TEN + "R2,1,1,10,-3,2026-11-15,\n", BILL, [],
    ),
    "a bill that is booked in November leaves its goods open": (
        "10,5,EUR,", TEN, "S1,A,1,10,10,5,EUR,2026-10-30,2026-11-02,,,\n", [(RECEIVED, "10", "50")],
    ),
    "goods that are booked before they come count": (
        "10,5,EUR,", "R1,1,1,10,10,2026-11-02,2026-10-31\n", "S1,A,9,10,1,5,EUR,2026-10-10,,,,\n", [(RECEIVED, "10", "50")],
    ),
    "an order that was cut below what came owes what came": (
        "5,5,EUR,", "R1,1,1,10,8,2026-10-05,\n", "S1,A,1,10,5,5,EUR,2026-10-10,,,,\n", [(RECEIVED, "3", "15")],
    ),
    "a closed order line owes what came": (
        "10,5,EUR,true", "R1,1,1,10,6,2026-10-05,\n", "S1,A,9,10,1,5,EUR,2026-10-10,,,,\n", [(RECEIVED, "6", "30")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open(tmp_path, name):
    order, receipts, bills, expected = OPEN[name]
    done = close(tmp_path, orders=ORDER.format(order), receipts=RECEIPTS + receipts, invoices=BILLS + bills)
    assert told(done.gr_ir, "kind", "open_quantity", "open_amount") == expected


def test_yen_have_no_cents_and_each_row_of_an_entry_is_rounded(tmp_path):
    """3 at 33.33 are 99.99, booked as 100 yen; at 0.006 they are 0.60 euros."""
    done = close(
        tmp_path,
        orders=ORDER.format("3,33.33,JPY,"),
        receipts=RECEIPTS + "R1,1,1,10,3,2026-10-05,\n",
        invoices=BILLS + "S1,A,9,10,1,5,EUR,2026-10-10,,,,\n",
        rates="currency,date,rate\nJPY,2026-10-01,0.006\n",
    )
    sides = told(done.journal, "account", "debit", "credit", "base_debit", "base_credit")
    assert sides == [("610000", "100", "0", "0.6", "0"), ("380100", "0", "100", "0", "0.6")]


TERMS = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,payment_terms,paid_date,due_date\n"
PAYMENTS = "payment_number,supplier_id,invoice_number,payment_date,amount\n"


def paying(folder, bills, payments=None, **files):
    rules = FILES["rules.yaml"].replace("policies:", "  payments: {files: [payments.csv]}\npolicies:")
    given = {} if payments is None else {"rules.yaml": rules, "payments": PAYMENTS + payments}
    told = {"orders": ORDER.format("10,5,EUR,"), "receipts": RECEIPTS + TEN, "invoices": TERMS + bills}
    return close(folder, **{**told, **given, **files})


def figure(done, name):
    rows = done.kpis.filter(done.kpis["name"] == name, done.kpis["scope"] == "all", done.kpis["grain"] == "invoice")
    return told(rows, "numerator", "denominator")


def test_an_invoice_that_is_paid_in_part_is_not_paid_and_may_still_have_its_discount(tmp_path):
    """20 of 50 came in time, 30 have not: due on 30 October, the discount runs to 3 November."""
    bill = "S1,A,1,10,10,5,EUR,2026-10-20,2/14 net 30,,2026-10-30\n"
    done = paying(tmp_path, bill, "P1,S1,A,2026-10-25,20\n")
    assert told(done.dues, "open_amount", "discount_status") == [("30", "available")]
    assert told(done.commitments, "state", "amount") == [("invoiced_due", "50")]
    assert figure(done, "on_time_payment_rate") == [("0", "1")]
    assert figure(done, "early_payment_rate") == [("0", "0")]


def test_an_invoice_that_is_paid_twice_is_paid_and_what_is_too_much_is_owed_back(tmp_path):
    done = paying(
        tmp_path, "S1,A,1,10,10,5,EUR,2026-10-20,,,2026-10-30\n", "P1,S1,A,2026-10-25,50\nP2,S1,A,2026-10-26,50\n"
    )
    assert told(done.commitments, "state", "amount") == [("paid", "50")]
    assert told(done.cash_out, "amount") == [("-50",)]
    assert figure(done, "on_time_payment_rate") == [("1", "1")]


@pytest.mark.parametrize(("day", "open_", "status"), [("2026-10-28", [], None), ("2026-11-02", ["50"], "available")])
def test_without_payments_an_invoice_is_paid_on_the_day_that_its_own_row_says(tmp_path, day, open_, status):
    """It is no cash to come; whether its discount was taken nobody says. What is paid in November is open in October."""
    done = paying(tmp_path, f"S1,A,1,10,10,5,EUR,2026-10-20,2/14 net 30,{day},\n")
    assert told(done.cash_out, "amount") == [(one,) for one in open_]
    assert told(done.dues, "discount_status") == [(status,)]


def test_where_payments_are_given_they_alone_say_what_is_paid(tmp_path):
    done = paying(tmp_path, "S1,A,1,10,10,5,EUR,2026-10-20,,2026-10-28,\n", "P1,S1,X,2026-10-25,20\n")
    assert told(done.dues, "open_amount", "paid_on") == [("50", None)]


ADVANCED = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,line_type\n"


@pytest.mark.parametrize(
    ("bills", "weeks"),
    [
        ("S1,P,1,10,1,20,EUR,2026-10-10,prepayment\n", [("ordered_not_received", "5"), ("received_not_invoiced", "25"), ("invoiced_due", "20")]),
        ("S1,P,1,,1,20,EUR,2026-10-10,prepayment\nS1,A,1,10,9,5,EUR,2026-10-20,item\nS1,A,1,10,1,-20,EUR,2026-10-20,prepayment\n",
         [("ordered_not_received", "5"), ("invoiced_due", "45")]),
    ],
)  # fmt: skip
def test_goods_that_are_advanced_cost_no_second_time(tmp_path, bills, weeks):
    """Ten at 5 are ordered, nine came; 20 were billed before: 50 go out in all, whether the last bill took them off or not."""
    done = close(
        tmp_path, orders=ORDER.format("10,5,EUR,"), receipts=RECEIPTS + TEN.replace("10,10,2026", "10,9,2026"),
        invoices=ADVANCED + bills,
    )  # fmt: skip
    sums = done.cash_out.group_by("state").agg(pl.col("amount").sum())
    assert sorted(told(sums, "state", "amount")) == sorted(weeks)


def test_what_is_paid_beyond_a_bill_is_owed_back_and_november_s_payment_is_november_s(tmp_path):
    """A: 20 of 50 by the end of October. B: 55 of 50."""
    bills = BILLS + BILL + "S1,B,9,10,10,5,EUR,2026-10-10,,,,\n"
    rules = FILES["rules.yaml"].replace("policies:", "  payments: {files: [payments.csv]}\npolicies:")
    paid = "P1,S1,A,2026-10-20,20\nP2,S1,A,2026-11-02,30\nP3,S1,B,2026-10-20,55\n"
    done = close(
        tmp_path, **{"rules.yaml": rules}, orders=ORDER.format("10,5,EUR,"), receipts=RECEIPTS + TEN, invoices=bills,
        payments="payment_number,supplier_id,invoice_number,payment_date,amount\n" + paid,
    )  # fmt: skip
    assert told(done.dues, "invoice_number", "paid_amount", "open_amount") == [("A", "20", "30"), ("B", "55", "-5")]
