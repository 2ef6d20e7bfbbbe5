"""What October's orders commit the company to, when its bills are due, and in which week the money goes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.close.company import FILES, close
from tests.close.test_month_end import told

MORE = {
    "rules.yaml": FILES["rules.yaml"].replace(
        "policies:", "  payments: {files: [payments.csv]}\n  suppliers: {files: [suppliers.csv]}\npolicies:"
    ),
    "suppliers": "supplier_id,name,payment_terms\nS1,Alpha,45 days EOM\nS2,Beta,as agreed\n",
    "payments": "payment_number,supplier_id,invoice_number,payment_date,amount,discount_taken,status\n"
    "P1,S1,C,2026-10-28,490,10,paid\nP2,S1,A,2026-10-29,35,0,void\n",
    "invoices": """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,due_date,payment_terms
S1,A,1,10,7,5,EUR,2026-10-12,,2/10 net 30
S1,B,2,10,6,1.50,EUR,2026-10-06,,
S1,C,3,10,1,500,EUR,2026-10-20,2026-11-19,2/10 net 30
S2,D,4,10,50,2,USD,2026-10-16,,
""",
}


@pytest.fixture(scope="module")
def october(tmp_path_factory):
    return close(tmp_path_factory.mktemp("october"), **MORE)


def test_each_order_line_s_money_is_at_one_place(october):
    """Order 1: 7 billed and clear, 3 received and not billed. Order 2: 6 of 10 billed at another price, 4 to come.

    Order 3: paid. Order 4: 50 of 100 pieces at 2 dollars billed, 50 received."""
    assert told(october.commitments, "po_number", "state", "quantity", "amount", "base_amount") == [
        ("1", "invoiced_due", "7", "35", "35"),
        ("1", "received_not_invoiced", "3", "15", "15"),
        ("2", "invoiced_held", "6", "6", "6"),
        ("2", "ordered_not_received", "4", "4", "4"),
        ("3", "paid", "1", "500", "500"),
        ("4", "invoiced_due", "50", "100", "95"),
        ("4", "received_not_invoiced", "50", "100", "95"),
    ]


def test_a_commitment_says_when_it_costs_money_and_what_says_so(october):
    """A's 30 days end on 11 November. The 3 of order 1 came on the 10th, their bill is expected now, 45 days after its month's end. Of
    what is to come of order 2, and of S2's terms, nobody says when. Order 3 was due on 19 November and paid on 28 October.
    """
    days = ("expected_receipt_date", "expected_invoice_date", "due_date", "pay_date")
    shown = october.commitments.with_columns(pl.col(days).dt.strftime("%m-%d").fill_null("-"))
    assert shown.select("po_number", "state", *days, "week", "basis").rows() == [
        ("1", "invoiced_due", "-", "-", "11-11", "11-11", "2026-W46", "terms"),
        ("1", "received_not_invoiced", "10-10", "10-31", "12-15", "12-15", "2026-W51", "default"),
        ("2", "invoiced_held", "-", "-", "12-15", "12-15", "2026-W51", "terms"),
        ("2", "ordered_not_received", "-", "-", "-", "-", "unknown", None),
        ("3", "paid", "-", "-", "11-19", "10-28", None, "fact"),
        ("4", "invoiced_due", "-", "-", "-", "-", "unknown", None),
        ("4", "received_not_invoiced", "10-15", "10-31", "-", "-", "unknown", None),
    ]


def test_a_bill_is_due_by_its_own_date_or_the_first_terms_that_are_given(october):
    """A: 30 days of its own. B: 45 days after the end of October, by its supplier's; the other reading says 30 November.

    C: its own date goes before its terms. D: nobody can read `as agreed`."""
    assert [
        (*row[:2], str(row[2]), row[3])
        for row in told(october.dues, "invoice_number", "basis", "due_date", "terms_ambiguous")
    ] == [
        ("A", "invoice_terms", "2026-11-11", False),
        ("B", "supplier_terms", "2026-12-15", True),
        ("C", "due_date", "2026-11-19", False),
        ("D", "terms_unknown", "None", None),
    ]


def test_a_discount_is_missed_or_taken_and_worth_its_percent(october):
    """2 percent of 35 until 22 October: missed. Of C 10 were taken: 2 percent of 500."""
    assert told(
        october.dues, "invoice_number", "discount_status", "discount_amount", "open_amount", "annualised_percent"
    ) == [
        ("A", "missed", "0.7", "35", "37.244898"),
        ("B", None, None, "9", None),
        ("C", "taken", "10", "0", "37.244898"),
        ("D", None, None, "100", None),
    ]


def test_each_week_says_what_goes_out_and_what_says_so(october):
    """35 in the week of 9 November; 9 held, in that of 14 December, as 15 of goods would be: a bill of today, 45 days after
    its month's end. When the last 4 of order 2 come nobody says, nor what S2's terms are.
    """
    assert told(october.cash_out, "currency", "week", "state", "basis", "amount") == [
        ("EUR", "2026-W46", "invoiced_due", "terms", "35"),
        ("EUR", "2026-W51", "invoiced_held", "terms", "9"),
        ("EUR", "2026-W51", "received_not_invoiced", "default", "15"),
        ("EUR", "unknown", "ordered_not_received", None, "4"),
        ("USD", "unknown", "invoiced_due", None, "100"),
        ("USD", "unknown", "received_not_invoiced", None, "100"),
    ]


def test_instalments_go_out_one_by_one_and_payments_settle_the_first(tmp_path):
    """Of 100 in thirds 33.33 were due on 31 October, 33.34 are on 30 November and 33.33 on 30 December; 50 are paid: 16.67 are left of the
    second. Of 10 at once and in 60 days nothing is paid: 3 are overdue, 7 are due on 11 December."""
    invoices = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,payment_terms
S1,A,3,10,1,100,EUR,2026-10-01,"1/3 30, 60, 90 days"
S1,B,3,10,1,10,EUR,2026-10-12,"30% advance, 70% in 60 days"
"""
    payments = "payment_number,invoice_number,payment_date,amount\nP1,A,2026-10-28,50\n"
    done = close(tmp_path, **MORE | {"invoices": invoices, "payments": payments})
    assert [(name, str(day)) for name, day in done.dues.select("invoice_number", "due_date").rows()] == [
        ("A", "2026-11-30"),
        ("B", "2026-10-12"),
    ]
    billed = done.cash_out.filter(pl.col("state") == "invoiced_held", pl.col("currency") == "EUR")
    assert told(billed, "week", "basis", "amount") == [
        ("overdue", "terms", "3"),
        ("2026-W49", "terms", "16.67"),
        ("2026-W50", "terms", "7"),
        ("2026-W53", "terms", "33.33"),
    ]


def test_a_supplier_with_five_bills_has_a_median(tmp_path):
    """Five bills came 4 days after their goods: those of 28 October are billed on 1 November and due ten days later."""
    orders = "po_number,po_line,supplier_id,quantity,unit_price,currency,payment_terms\n"
    receipts = "receipt_number,receipt_line,po_number,po_line,quantity,receipt_date\n"
    invoices = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,due_date\n"
    for n in range(1, 7):
        orders += f"{n},10,S1,10,2,EUR,net 10\n"
        receipts += f"R{n},1,{n},10,10,2026-10-{28 if n == 6 else n:02}\n"
        invoices += f"S1,I{n},{n},10,10,2,EUR,2026-10-{n + 4:02},2027-06-01\n" if n < 6 else ""
    done = close(tmp_path, orders=orders, receipts=receipts, invoices=invoices)
    goods = done.cash_out.filter(done.cash_out["state"] == "received_not_invoiced")
    assert told(goods, "week", "basis", "n", "amount") == [("2026-W46", "median", 5, "20")]


def test_what_was_foreseen_is_held_against_what_was_paid(tmp_path):
    """Billed in July and due on 5 October: 35 foreseen in its week, paid a week later. D came in October: not foreseen."""
    bills = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,due_date
S1,A,1,10,7,5,EUR,2026-07-05,2026-10-05
S1,D,3,10,1,500,EUR,2026-10-02,2026-10-12
"""
    paid = (
        "payment_number,supplier_id,invoice_number,payment_date,amount\nP1,S1,A,2026-10-12,35\nP2,S1,D,2026-10-13,500\n"
    )
    done = close(tmp_path, **MORE | {"invoices": bills, "payments": paid})
    assert told(done.cash_backtest, "week", "forecast", "paid", "error") == [
        ("2026-W41", "35", "0", "35"),
        ("2026-W42", "0", "535", "535"),
    ]


def test_terms_count_from_the_day_that_they_name_or_it_is_not_known(tmp_path):
    """A bills goods of 20 September and 10 October; B arrived on the 20th. C, services, bills no goods; D's text says when 2 % are off, no more."""
    bills = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,received_date,payment_terms
S1,A,1,10,7,5,EUR,2026-10-12,,30 days after receipt of goods
S1,B,2,10,6,1.50,EUR,2026-10-06,2026-10-20,10 days from receipt of invoice
S1,C,3,10,1,500,EUR,2026-10-20,,30 Tage nach Wareneingang
S2,D,4,10,50,2,USD,2026-10-16,,"Bei Zahlungen binnen 14 Tagen, 2% Skonto"
"""
    paid = MORE["payments"].replace(",paid", ",void")
    done = close(tmp_path, **MORE | {"invoices": bills, "payments": paid})
    assert told(done.dues, "invoice_number", "due_date", "discount_date") == [
        ("A", date(2026, 11, 9), None),
        ("B", date(2026, 10, 30), None),
        ("C", None, None),
        ("D", None, date(2026, 10, 30)),
    ]
    assert told(done.open_points.filter(pl.col("point") == "terms_unknown"), "message") == [
        (
            "the terms `30 Tage nach Wareneingang` count from the receipt of the goods, and it bills none that came: when it is due is not known",
        ),
        (
            "the terms `Bei Zahlungen binnen 14 Tagen, 2% Skonto` say by when there is a discount, and not when all is to be paid: when it is due is not known",
        ),
    ]
