"""Month-end on the last day of an age, a discount, a week and a period, and what stands in the way of an accrual."""

from __future__ import annotations

import polars as pl
import pytest

from recon.errors import RulesError
from tests.close.company import FILES, close
from tests.close.test_month_end import told

ORDERS = "po_number,po_line,supplier_id,quantity,unit_price,currency,uom\n" + "".join(
    f"{number},10,S1,10,{price},EUR,{'EA' if number == 6 else ''}\n"
    for number, price in ((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 5), (7, "0.125"), (8, "50"), (9, 1))
)
RECEIPTS = """receipt_number,receipt_line,po_number,po_line,quantity,receipt_date
R1,1,1,10,10,2026-10-01
R2,1,2,10,10,2026-09-30
R3,1,3,10,10,2025-10-31
R4,1,4,10,10,2025-10-30
R5,1,5,10,2,2026-08-01
R6,1,6,10,3,2026-10-10
R7,1,7,10,1,2026-10-10
R8,1,8,10,10,2026-10-10
R9,1,9,10,10,2026-10-10
"""
INVOICES = """supplier_id,invoice_number,po_number,po_line,quantity,uom,unit_price,currency,invoice_date,due_date,payment_terms,invoice_total
S1,E,5,10,5,,1,EUR,2026-10-20,,,
S1,F,6,10,2,BOX,20,EUR,2026-10-20,2027-01-30,,
S1,H,8,10,1,,50,EUR,2026-10-21,2026-10-31,2/10 net 30,50.50
S1,J,8,10,1,,50,EUR,2026-10-20,2027-01-31,2/10 net 30,
"""
RULES = (
    FILES["rules.yaml"]
    + """\
  write_off:
    - {name: small, when: "open_amount < 100", account: "619000"}
    - {name: old, when: "age_days > 30", account: "619100"}
"""
)
GIVEN = {"rules.yaml": RULES, "orders": ORDERS, "receipts": RECEIPTS, "invoices": INVOICES}


@pytest.fixture(scope="module")
def october(tmp_path_factory):
    return close(tmp_path_factory.mktemp("october"), **GIVEN)


def test_an_age_ends_with_its_last_day(october):
    """31 October less 30, 31, 365 and 366 days. Three of E's five did not come: as old as the bill, not as the goods."""
    assert told(october.gr_ir, "po_number", "kind", "age_days", "bucket")[:5] == [
        ("1", "received_not_invoiced", 30, "0-30"),
        ("2", "received_not_invoiced", 31, "31-60"),
        ("3", "received_not_invoiced", 365, "181-365"),
        ("4", "received_not_invoiced", 366, ">365"),
        ("5", "invoiced_not_received", 11, "0-30"),
    ]


def test_the_first_proposal_that_holds_names_the_write_off(october):
    """Order 2 is small and old, order 8 (400) neither: `open_amount < 100` stands first."""
    named = {number: (name, account) for number, name, account in told(october.write_offs, "po_number", "write_off", "to_account")}  # fmt: skip
    assert named["2"] == ("small", "619000")
    assert "8" not in named


def test_what_is_owed_is_written_off_by_a_debit_and_what_is_billed_ahead_by_a_credit(october):
    """10 of order 2 came and are not billed; of order 5 three are billed at 1 and did not come."""
    rows = {row[0]: row[1:] for row in told(october.write_offs, "po_number", "direction", "amount")}
    assert (rows["2"], rows["5"]) == (("debit", "10"), ("credit", "-3"))


def test_a_bill_in_a_unit_that_nobody_knows_takes_from_the_accrual_and_never_below_nothing(october):
    """15 of goods came, and 40 are billed by the box: nothing is left to accrue, and 25 are no debt of the supplier's."""
    lines = {row[0]: row[1:] for row in told(october.gr_ir, "po_number", "open_amount", "apart_amount", "accrual_amount")}  # fmt: skip
    assert lines["6"] == ("15", "40", "0")


def test_half_a_cent_is_rounded_away_from_nothing(october):
    """One piece at 0.125."""
    debits = told(october.journal.filter(october.journal["po_number"] == "7"), "debit")
    assert debits == [("0.13",)]


def test_a_discount_can_be_taken_on_its_last_day(october):
    """Ten days after 21 October is the 31st; after the 20th it was yesterday. H bills 50.50 in all, whatever its lines say."""
    assert told(october.dues, "invoice_number", "discount_status", "amount", "discount_amount")[-2:] == [
        ("H", "at_risk", "50.5", "1.01"),
        ("J", "missed", "50", "1"),
    ]


@pytest.mark.parametrize(("days", "status"), [(4, "available"), (5, "at_risk")])
def test_a_discount_with_fewer_days_left_than_a_payment_takes_is_at_risk(tmp_path, days, status):
    """Ten days after 25 October is 4 November, 4 days off; nothing holds the bill."""
    bill = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,payment_terms\nS1,A,1,10,7,5,EUR,2026-10-25,2/10 net 30\n"
    done = close(tmp_path, invoices=bill, **{"rules.yaml": FILES["rules.yaml"] + f"  lead_days: {days}\n"})
    assert told(done.dues, "decision", "discount_status") == [("pay", status)]


def test_what_is_due_today_is_overdue_and_thirteen_weeks_end_with_their_last_day(october):
    """H is due on the 31st; F on day 91, in the fourth week of January; J on day 92."""
    euros = told(october.cash_out.filter(october.cash_out["basis"] == "fact"), "week", "amount")
    assert euros == [("overdue", "50.5"), ("2027-W04", "40"), ("later", "50")]


def test_a_reversal_follows_the_posting_that_it_reverses(tmp_path):
    """Posted on 3 November by the rules' own word: turned round on the 4th, not on the 1st."""
    rules = FILES["rules.yaml"] + "  journal: {posting_date: 2026-11-03}\n"
    done = close(tmp_path, **{"rules.yaml": rules}).journal
    assert {(str(one), str(back)) for one, back in done.select("posting_date", "reversal_date").iter_rows()} == {
        ("2026-11-03", "2026-11-04")
    }


def test_a_reversal_that_comes_too_early_is_told_with_its_place_in_the_rules(tmp_path):
    rules = FILES["rules.yaml"] + "  journal:\n    reversal_date: 2026-10-31\n"
    with pytest.raises(RulesError, match="the reversal on 2026-10-31 is not after 2026-10-31") as refused:
        close(tmp_path, **{"rules.yaml": rules})
    line = rules[: rules.index("reversal_date")].count("\n") + 1
    assert refused.value.where == f"{tmp_path / 'rules.yaml'}:{line}:20"


def test_a_balance_of_the_next_month_is_not_october_s(tmp_path):
    """-15 and 1.50 are explained of October's -20; November's -99 is another story."""
    balances = FILES["balances.csv"] + "380100,2026-11-30,-99,-99,EUR\n"
    steps = told(close(tmp_path, balances=balances).tie_out, "currency", "step", "amount")
    assert ("EUR", "balance", "-20") in steps
    assert ("EUR", "unexplained", "-6.5") in steps


def test_on_a_closed_order_line_nothing_is_invoiced_and_still_to_come(tmp_path):
    """Of order 2 six are billed at 1.50 and five came: the ledger holds 1.50, named; once the line is closed nothing is open. Closing a line
    books nothing: what is left of the balance of -20 is -6.50 as before (-15 and 1.50 are explained).
    """
    orders = (
        FILES["orders.csv"]
        .replace("\n", ",\n")
        .replace("currency,", "currency,closed")
        .replace("10,1,EUR,", "10,1,EUR,yes")
    )
    done = close(tmp_path, **{"orders.csv": orders})
    assert "invoiced_not_received" not in done.gr_ir["kind"]
    steps = told(done.tie_out, "currency", "step", "amount")
    assert {("EUR", "closed_not_received", "1.5"), ("EUR", "unexplained", "-6.5")} <= set(steps)


def test_what_is_prepaid_is_no_cash_to_come(tmp_path):
    bills = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,payment_terms,due_date\n"
    bills += "S1,A,3,10,1,500,EUR,2026-10-20,prepaid,\nS1,B,1,10,1,5,EUR,2026-10-20,prepaid,2026-11-20\n"
    cash = (
        close(tmp_path, invoices=bills).cash_out.drop_nulls("basis").filter(pl.col("state") != "received_not_invoiced")
    )
    assert told(cash.filter(pl.col("currency") == "EUR"), "basis", "amount") == [("fact", "5")]


def test_an_open_item_has_the_rate_at_which_it_was_booked(tmp_path):
    """Order 4 came on 15 October: dollars at 0.9. Half of it on the 31st, at 0.95: two rates are none."""
    one = told(close(tmp_path).gr_ir.filter(pl.col("currency") == "USD"), "rate")
    parts = FILES["receipts.csv"].replace("10,100,2026-10-15", "10,50,2026-10-15") + "R6,1,4,10,50,2026-10-31,\n"
    two = told(close(tmp_path, **{"receipts.csv": parts}).gr_ir.filter(pl.col("currency") == "USD"), "rate")
    assert (one, two) == ([("0.9",)], [(None,)])
