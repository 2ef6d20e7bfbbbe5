"""Goods received and invoices received at the end of October: what is open, what explains the account, what is booked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.errors import RulesError
from tests.close.company import FILES, close


def told(frame, *columns):
    """Rows of a few columns, decimals as plain text."""
    plain = lambda value: f"{value.normalize():f}" if isinstance(value, Decimal) else value  # noqa: E731
    return [tuple(plain(value) for value in row) for row in frame.select(columns).iter_rows()]


@pytest.fixture(scope="module")
def october(tmp_path_factory):
    return close(tmp_path_factory.mktemp("october"))


def test_what_is_open_is_valued_at_the_order_s_price_or_the_bill_s(october):
    """Order 1: 10 received, 7 billed: 3 at 5. Order 2: 5 received, 6 billed at 1.50: one piece at the bill's price.

    Order 3 expects no receipt. What was posted in November is not there."""
    assert told(october.gr_ir, "po_number", "kind", "open_quantity", "open_amount", "currency") == [
        ("1", "received_not_invoiced", "3", "15", "EUR"),
        ("2", "invoiced_not_received", "1", "1.5", "EUR"),
        ("4", "received_not_invoiced", "100", "200", "USD"),
    ]


def test_an_open_receipt_has_its_own_age_and_rate(october):
    """The first receipt is used up; of the second one is billed. 200 dollars at the 0.9 of their day are 180 euros."""
    assert told(october.gr_ir_receipts, "receipt_number", "open_quantity", "age_days", "bucket", "base_amount") == [
        ("R2", "3", 21, "0-30", "15"),
        ("R4", "100", 16, "0-30", "180"),
    ]


def test_what_is_owed_in_dollars_is_revalued_and_a_claim_to_goods_is_not(october):
    """200 dollars at 0.95 are 190 euros: ten more than booked."""
    assert told(october.gr_ir, "po_number", "closing_base_amount", "fx_revaluation") == [
        ("1", "15", "0"),
        ("2", "1.5", None),
        ("4", "190", "10"),
    ]


def test_the_steps_lead_to_the_balance_and_name_what_nothing_explains(october):
    """-15 + 1.50 is -13.50; the ledger says -20, so that -6.50 are not explained. The dollars tie out."""
    assert told(october.tie_out, "currency", "step", "amount") == [
        ("EUR", "invoiced_not_received", "1.5"),
        ("EUR", "received_not_invoiced", "-15"),
        ("EUR", "unexplained", "-6.5"),
        ("EUR", "balance", "-20"),
        ("USD", "received_not_invoiced", "-200"),
        ("USD", "unexplained", "0"),
        ("USD", "balance", "-200"),
    ]


def test_the_journal_debits_the_expense_and_credits_what_is_owed(october):
    assert told(october.journal, "account", "debit", "credit", "currency", "base_debit", "base_credit") == [
        ("610000", "15", "0", "EUR", "15", "0"),
        ("380100", "0", "15", "EUR", "0", "15"),
        ("610000", "200", "0", "USD", "180", "0"),
        ("380100", "0", "200", "USD", "0", "180"),
    ]


def test_a_journal_row_says_what_it_is_at_which_rate_and_of_what(october):
    """Dollars at the 0.9 of the day of their receipt; the counterpart is of no one order line, but of the day."""
    assert told(october.journal, "document_type", "currency", "rate", "reference") == [
        ("accrual", "EUR", "1", "1/10"),
        ("accrual", "EUR", "1", "2026-10-31"),
        ("accrual", "USD", "0.9", "4/10"),
        ("accrual", "USD", "0.9", "2026-10-31"),
    ]


def test_a_ledger_that_books_receipts_gets_no_second_accrual(tmp_path):
    perpetual = FILES["rules.yaml"].replace("close:", "close:\n  accrual: perpetual")
    assert close(tmp_path, **{"rules.yaml": perpetual}).journal.is_empty()


def test_a_missing_rate_blanks_the_base_amount_of_its_line_alone(tmp_path):
    done = close(tmp_path, rates="currency,date,rate\nGBP,2026-10-01,1.1\n")
    assert told(done.gr_ir, "po_number", "base_amount") == [("1", "15"), ("2", "1.5"), ("4", None)]
    dollars = done.journal.filter(done.journal["currency"] == "USD")
    assert told(dollars, "debit", "base_debit", "base_credit") == [("200", None, None), ("0", None, None)]


def test_a_line_without_an_account_is_named_and_never_booked_on_a_default(tmp_path):
    some = FILES["rules.yaml"].replace("{name: goods,", "{name: goods, when: \"currency = 'EUR'\",")
    with pytest.raises(RulesError, match="no account of `close: accounts` holds for order line 4/10"):
        close(tmp_path, **{"rules.yaml": some})


def test_an_account_without_an_expense_is_told_apart(tmp_path):
    rules = FILES["rules.yaml"].replace('expense: "610000", ', "")
    with pytest.raises(RulesError, match="no account with an `expense` of `close: accounts` holds for order line 1/10"):
        close(tmp_path, **{"rules.yaml": rules})


def test_a_reversal_in_rows_turns_the_sides_round_on_the_next_day(tmp_path):
    rows = FILES["rules.yaml"] + "  journal: {reversal: rows}\n"
    done = close(tmp_path, **{"rules.yaml": rows}).journal
    back = done.filter(done["reverses"].is_not_null())
    assert told(back, "account", "debit", "credit")[:2] == [("610000", "0", "15"), ("380100", "15", "0")]
    assert {str(day) for day in back["posting_date"]} == {"2026-11-01"}
