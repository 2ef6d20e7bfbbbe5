"""October's figures, counted by hand, and the interval of a share of few."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon.close.kpi import wilson
from tests.close.company import FILES, close
from tests.close.test_cash import MORE
from tests.close.test_month_end import told


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    due = (
        FILES["orders.csv"]
        .replace("currency\n", "currency,due_date\n")
        .replace("EUR\n", "EUR,2026-10-08\n")
        .replace("USD\n", "USD,2026-10-20\n")
    )
    done = close(tmp_path_factory.mktemp("october"), **MORE, **{"orders.csv": due})
    return {
        (row["name"], row["grain"], row["currency"]): row
        for row in done.kpis.filter(pl.col("scope") == "all").iter_rows(named=True)
    }


def fraction(figures, *name):
    row = figures[name]
    return f"{row['numerator'].normalize():f}/{row['denominator'].normalize():f}", row["n"]


def test_three_of_four_invoices_pass_at_first(figures):
    """A, C and D are as ordered; B bills 1.50 for 1.00."""
    assert fraction(figures, "first_pass_match_rate", "invoice", None) == ("3/4", 4)
    assert fraction(figures, "exception_rate", "invoice", None) == ("1/4", 4)
    assert fraction(figures, "first_pass_match_rate", "line", None) == ("3/4", 4)


def test_the_price_is_three_euros_more_on_what_would_have_been_541(figures):
    """Six pieces at 0.50 more: 3.00 on 35 + 6 + 500."""
    assert fraction(figures, "price_variance_percent", "amount", "EUR") == ("3/541", 3)


def test_order_lines_are_on_time_when_all_had_come_by_the_due_date(figures):
    """Due on the 8th: of order 1 only six had come, of order 2 five. Order 4 came on the 15th, due on the 20th."""
    assert fraction(figures, "otif", "line", None) == ("1/3", 3)
    assert fraction(figures, "in_full", "line", None) == ("2/3", 3)
    assert fraction(figures, "on_time", "line", None) == ("2/3", 3)


def test_open_receipts_are_as_old_as_their_money(figures):
    """15 euros of 21 days; 100 dollars of 16 days."""
    assert told(pl.DataFrame([figures["received_not_invoiced_days", "amount", "EUR"]]), "value") == [("21",)]
    assert told(pl.DataFrame([figures["received_not_invoiced_days", "amount", "USD"]]), "value") == [("16",)]


def test_of_the_discounts_that_ended_in_october_one_was_missed(figures):
    """A's 0.70 ended on the 22nd; C's 10 ended on the 30th and were taken."""
    assert fraction(figures, "discount_capture", "amount", "EUR") == ("10/10.7", 2)


def test_the_interval_of_eight_of_ten():
    """Wilson: (0.8 + 0.192073 +- 1.959964 x sqrt(0.016 + 0.009604)) / 1.384146, a textbook's 0.4902 to 0.9433."""
    assert wilson(8, 10) == (Decimal("0.490162"), Decimal("0.943318"))


def test_without_a_case_there_is_no_value(tmp_path):
    nobody = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date\nS1,Z,1,10,1,5,EUR,2026-09-01\n"
    done = close(tmp_path, invoices=nobody).kpis
    row = done.filter((pl.col("name") == "first_pass_match_rate") & (pl.col("scope") == "all"))
    assert told(row, "grain", "value", "n") == [("invoice", None, 0), ("line", None, 0)]


def test_a_month_is_that_of_the_posting(tmp_path):
    """Dated in September and posted in October: October's. The other way round: not October's."""
    bills = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,posting_date\n"
    bills += "S1,Y,1,10,1,5,EUR,2026-09-30,2026-10-02\nS1,Z,1,10,1,5,EUR,2026-10-01,2026-09-30\n"
    done = close(tmp_path, invoices=bills).kpis
    row = done.filter((pl.col("name") == "exact_match_rate") & (pl.col("scope") == "all"))
    assert told(row, "n") == [(1,)]


PAID = """payment_number,supplier_id,invoice_number,payment_date,amount,discount_taken
P1,S1,A,2026-10-20,34.3,0.7
P2,S1,B,2026-10-31,9,
P3,S1,C,2026-10-30,500,
"""
BILLS = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,due_date,payment_terms
S1,A,1,10,7,5,EUR,2026-10-12,,2/10 net 30
S1,B,2,10,6,1.50,EUR,2026-10-06,2026-10-30,
S1,C,3,10,1,500,EUR,2026-10-20,2026-11-19,
S2,D,4,10,50,2,USD,2026-10-16,2026-10-25,
"""
OWN = "  hours_before: 40\n  hours_now: 6\n  cost_per_period: 120\n"


@pytest.fixture(scope="module")
def of_payments(tmp_path_factory):
    rules = MORE["rules.yaml"] + OWN
    files = MORE | {"payments": PAID, "invoices": BILLS, "rules.yaml": rules}
    done = close(tmp_path_factory.mktemp("october"), **files)
    rows = done.kpis.filter(pl.col("scope") == "all").iter_rows(named=True)
    return {(row["name"], row["grain"], row["currency"]): row for row in rows}


def test_two_of_four_invoices_are_paid_in_time(of_payments):
    """A and C are; B is a day late; D was due on the 25th and is not paid: it counts."""
    assert fraction(of_payments, "on_time_payment_rate", "invoice", None) == ("2/4", 4)
    assert fraction(of_payments, "on_time_payment_rate", "amount", "USD") == ("0/100", 1)


def test_only_c_is_paid_early_for_nothing(of_payments):
    """A is early with its discount; C twenty days early without one."""
    assert fraction(of_payments, "early_payment_rate", "invoice", None) == ("1/3", 3)


def test_bills_are_paid_after_ten_days(of_payments):
    """35 x 8 days, 9 x 25, 500 x 10: 5505 / 544."""
    assert fraction(of_payments, "dpo", "amount", "EUR") == ("5505/544", 3)


def test_cost_and_hours_are_of_the_user_s_own_numbers(of_payments):
    """120 for four invoices; 40 hours less 6, of 40: 85 percent saved."""
    assert fraction(of_payments, "cost_per_invoice", "amount", None) == ("120/4", 4)
    assert fraction(of_payments, "reconciliation_hours", "amount", None) == ("34/40", 1)


def test_nothing_is_known_of_paying_where_no_payments_are_given(tmp_path):
    done = close(tmp_path).kpis
    row = done.filter((pl.col("name") == "on_time_payment_rate") & (pl.col("scope") == "all"))
    assert told(row, "value", "n") == [(None, 0)]


def test_a_credit_note_is_no_invoice_in_a_share(tmp_path):
    """Z credits A in part: three invoices, one of them on hold, as without it."""
    bills = FILES["invoices.csv"].replace("currency,", "currency,document_type,").replace("EUR,", "EUR,invoice,")
    done = close(tmp_path, invoices=bills + "S1,Z,1,10,-1,5,EUR,credit_note,2026-10-13\n").kpis
    rows = done.filter(pl.col("name").is_in(["exception_rate", "po_coverage"]), pl.col("scope") == "all")
    assert told(rows, "name", "grain", "numerator", "denominator") == [
        ("exception_rate", "invoice", "1", "3"),
        ("po_coverage", "amount", "544", "544"),
        ("po_coverage", "line", "3", "3"),
    ]


def test_what_names_no_order_is_told_beside_what_does(tmp_path):
    """50 of 594 euros cite nothing; the other three bills have their orders."""
    done = close(tmp_path, invoices=FILES["invoices.csv"] + "S1,N,,,1,50,EUR,2026-10-12\n").kpis
    rows = done.filter(
        pl.col("name").is_in(["no_order_rate", "po_coverage"]), pl.col("scope") == "all", pl.col("grain") == "amount"
    )
    assert told(rows, "name", "numerator", "denominator") == [
        ("no_order_rate", "50", "594"),
        ("po_coverage", "544", "594"),
    ]
