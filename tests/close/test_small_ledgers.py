"""Small month-ends worked by hand: cut-offs, credits, returns, orders that changed, yen, payments in part."""

from __future__ import annotations

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
