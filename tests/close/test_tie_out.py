"""The tie-out names a wrong receipt with its amount; regrouping, own prices and dates of their own."""

from __future__ import annotations

import pytest

from tests.close.company import FILES, close
from tests.close.test_month_end import told

EUROS = "account,date,amount,base_amount,currency\n380100,2026-10-31,{0},{0},EUR\n"
LEDGER = """account,posting_date,amount,currency,document,po_number,po_line
380100,2026-09-20,-30,EUR,R1,1,10
380100,2026-10-12,35,EUR,A,1,10
380100,2026-10-05,-5,EUR,R3,2,10
380100,2026-10-06,6.5,EUR,B,2,10
380100,2026-10-07,-2.25,EUR,FR,2,
380100,2026-10-31,-4,EUR,J1,,
380100,2026-11-05,-99,EUR,R9,1,10
"""
WITH_LINES = FILES["rules.yaml"].replace("policies:", "  gl_lines: {files: [ledger.csv]}\npolicies:")


def evidence(done):
    left = done.tie_out.filter(done.tie_out["step"] == "unexplained", done.tie_out["currency"] == "EUR")
    return told(left, "amount", "evidence")


@pytest.mark.parametrize(
    ("balance", "amount", "words"),
    [
        ("6.5", "20", "as much as if receipt R2 of order 1/10 is not posted"),
        ("-33.5", "-20", "as much as if receipt R2 of order 1/10 is posted twice"),
        ("-13.5", "0", "nothing is left"),
        ("-13.49", "0.01", "no receipt and no bill is worth exactly as much"),
    ],
)
def test_a_receipt_worth_what_is_left_is_named(tmp_path, balance, amount, words):
    """-15 and 1.50 are explained; R2 is four at 5."""
    assert evidence(close(tmp_path, balances=EUROS.format(balance))) == [(amount, words)]


def test_the_ledger_s_own_lines_name_the_order_line_of_a_receipt_that_is_not_posted(tmp_path):
    """R2's 20 are missing on order 1: the ledger has 5 where -15 are explained. Freight and a manual journal are named.

    5 + 1.50 - 2.25 - 4 are 0.25; what is posted in November is not in it."""
    files = {"rules.yaml": WITH_LINES, "ledger": LEDGER, "balances": EUROS.format("0.25")}
    done = close(tmp_path, **files)
    steps = told(done.tie_out.filter(done.tie_out["currency"] == "EUR"), "step", "amount")
    assert steps == [
        ("invoiced_not_received", "1.5"),
        ("ledger_of_order_alone", "-2.25"),
        ("ledger_without_order", "-4"),
        ("received_not_invoiced", "-15"),
        ("unexplained", "20"),
        ("balance", "0.25"),
    ]
    lines = done.tie_out_lines.filter(done.tie_out_lines["currency"] == "EUR")
    assert told(lines, "po_number", "ledger", "explained", "difference") == [("1", "5", "-15", "20")]
    assert evidence(done) == [("20", "order 1/10: 20")]


def test_where_bills_clear_at_their_own_price_the_variance_stays_on_the_account(tmp_path):
    """Five of B's six are received at 1.00 and billed at 1.50: 2.50 stay."""
    full = FILES["rules.yaml"].replace("close:", "close:\n  clearing: full_price")
    steps = dict(told(close(tmp_path, **{"rules.yaml": full}).tie_out, "step", "amount"))
    assert steps["price_variance"] == "2.5"


def test_what_is_not_posted_is_a_step_at_the_price_at_which_it_will_clear(tmp_path):
    """A waits: its seven at the order's 5."""
    waiting = FILES["invoices.csv"].replace("date\n", "date,posted\n").replace("12\n", "12,false\n").replace("06\n", "06,\n").replace("20\n", "20,\n")  # fmt: skip
    steps = told(close(tmp_path, invoices=waiting).tie_out, "step", "amount")
    assert ("not_posted", "-35") in steps


REGROUP = FILES["rules.yaml"].replace(
    'expense: "610000"', 'expense: "610000", adjustment: "380190", target: "160000"'
).replace("close:", "close:\n  accrual: perpetual")  # fmt: skip


def test_a_perpetual_ledger_regroups_what_is_owed_and_what_is_claimed_apart(tmp_path):
    done = close(tmp_path, **{"rules.yaml": REGROUP}).journal
    euros = done.filter(done["currency"] == "EUR")
    assert told(euros, "account", "debit", "credit") == [
        ("160000", "1.5", "0"),
        ("380190", "0", "1.5"),
        ("380190", "15", "0"),
        ("160000", "0", "15"),
    ]


def test_a_line_that_is_accrued_at_the_end_of_the_period_is_not_on_a_perpetual_ledger_yet(tmp_path):
    orders = FILES["orders.csv"].replace("currency\n", "currency,accrue\n").replace("5,EUR\n", "5,EUR,at_period_end\n")
    rules = FILES["rules.yaml"].replace("close:", "close:\n  accrual: perpetual")
    done = close(tmp_path, **{"rules.yaml": rules, "orders.csv": orders.replace("1,EUR\n", "1,EUR,\n").replace("500,EUR\n", "500,EUR,\n").replace("USD\n", "USD,\n")})  # fmt: skip
    assert ("EUR", "received_not_invoiced") not in told(done.tie_out, "currency", "step")
    left = "open order lines (gr_ir), but those accrued at the end of the period"
    assert ("EUR", "invoiced_not_received", left) in told(done.tie_out, "currency", "step", "evidence")
    assert told(done.journal, "account", "debit")[0] == ("610000", "15")


def test_base_amounts_are_rounded_to_the_base_currency_s_own_unit(tmp_path):
    """15 euros at 160.55 yen are 2,408.25, booked as 2,408: the yen has no smaller unit."""
    yen = FILES["rules.yaml"].replace("base_currency: EUR", "base_currency: JPY")
    done = close(tmp_path, **{"rules.yaml": yen}, rates="currency,date,rate\nEUR,2026-01-01,160.55\n")
    rows = done.journal.filter(done.journal["currency"] == "EUR")
    assert told(rows, "base_debit", "base_credit") == [("2408", "0"), ("0", "2408")]


COMPANIES = {
    "orders": FILES["orders.csv"].replace("po_number,", "company,po_number,").replace("\n", "\nDE1,", 4),
    "balances": "account,date,amount,currency\n380100,2026-10-31,-20,\n",
}


def test_a_balance_without_company_and_currency_is_that_of_the_only_company_in_base_currency(tmp_path):
    """-15 and 1.50 are explained of -20."""
    done = close(tmp_path, **COMPANIES).tie_out
    rows = done.filter(done["step"].is_in(["unexplained", "balance"]))
    assert told(rows, "company", "currency", "step", "amount") == [
        ("DE1", "EUR", "unexplained", "-6.5"),
        ("DE1", "EUR", "balance", "-20"),
    ]


def test_a_balance_without_company_is_nobody_s_where_there_are_two(tmp_path):
    orders = COMPANIES["orders"].replace("DE1,2,", "FR1,2,")
    done = close(tmp_path, **COMPANIES | {"orders": orders}).tie_out
    assert told(done.filter(done["step"] == "balance"), "company") == [(None,)]


def test_the_only_company_of_the_ledger_is_that_of_orders_which_name_none(tmp_path):
    balances = "company,account,date,amount,currency\nDE1,380100,2026-10-31,-20,EUR\n"
    done = close(tmp_path, balances=balances).tie_out
    assert told(done.filter(done["step"] == "unexplained"), "company", "amount") == [(None, "-6.5")]


WRONG = "receipt_number,receipt_line,po_number,po_line,quantity,receipt_date,item\nR1,1,1,10,6,2026-10-05,A\nR2,1,1,10,4,2026-10-10,B\n"


def test_goods_of_another_item_are_on_the_account_at_the_order_s_price_and_nothing_of_them_is_accrued(tmp_path):
    """Six at 5 are open; four of item B, which order 2 is for, were booked on order 1: 20 of the account's -50."""
    orders = "po_number,po_line,supplier_id,item,quantity,unit_price,currency\n1,10,S1,A,10,5,EUR\n2,10,S1,B,10,1,EUR\n"
    bill = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date\nS1,A,9,10,1,5,EUR,2026-10-12\n"
    done = close(tmp_path, orders=orders, receipts=WRONG, invoices=bill, balances=EUROS.format("-50"))
    assert told(done.tie_out, "step", "amount", "base_amount") == [
        ("receipt_item_mismatch", "-20", "-20"),
        ("received_not_invoiced", "-30", "-30"),
        ("unexplained", "0", "0"),
        ("balance", "-50", "-50"),
    ]
    assert told(done.gr_ir, "open_amount", "accrual_amount") == [("30", "30")]


DRAFTS = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,posted
S1,A,1,10,12,6,EUR,2026-10-12,false
S1,B,2,10,5,1,EUR,2026-10-12,true
"""


def test_goods_whose_bill_is_not_posted_are_accrued_for_the_ledger_owes_nothing_for_them_yet(tmp_path):
    """Ten of twelve came, at 5: 50 to accrue, whatever the draft bills; what it bills beyond, 2 at 6, is no goods. B is posted."""
    done = close(tmp_path, invoices=DRAFTS, receipts=FILES["receipts.csv"].replace("R4,1,4,10,100", "R4,1,9,10,100"))
    assert told(done.journal, "account", "debit", "credit", "text") == [
        ("610000", "50", "0", "Goods received, invoice not posted, by 2026-10-31"),
        ("380100", "0", "50", "Goods received, invoice not posted, by 2026-10-31"),
    ]
    perpetual = FILES["rules.yaml"].replace("close:", "close:\n  accrual: perpetual")
    assert close(tmp_path, invoices=DRAFTS, **{"rules.yaml": perpetual}).journal.is_empty()


STRANGE = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date\nS2,A,4,10,150,1.80,EUR,2026-10-20\n"


def test_a_bill_in_another_currency_leaves_goods_in_one_and_the_bill_in_the_other(tmp_path):
    """100 at 2 USD came, 150 are billed at 1.80 EUR: 50 are ahead, at the order's 2 USD; the ledger has -200 USD and 270 EUR.

    Of orders 1 and 2 came 10 at 5 and 5 at 1."""
    balances = "account,date,amount,currency\n380100,2026-10-31,215,EUR\n380100,2026-10-31,-200,USD\n"
    done = close(tmp_path, invoices=STRANGE, balances=balances)
    assert told(done.gr_ir.filter(done.gr_ir["po_number"] == "4"), "kind", "open_amount", "currency") == [
        ("invoiced_not_received", "100", "USD")
    ]
    assert told(done.tie_out, "currency", "step", "amount") == [
        ("EUR", "currency_mismatch", "270"),
        ("EUR", "received_not_invoiced", "-55"),
        ("EUR", "unexplained", "0"),
        ("EUR", "balance", "215"),
        ("USD", "currency_mismatch", "-300"),
        ("USD", "invoiced_not_received", "100"),
        ("USD", "unexplained", "0"),
        ("USD", "balance", "-200"),
    ]


def test_what_is_less_than_a_cent_is_named_for_a_ledger_books_none(tmp_path):
    """Seven at 33.333 are 233.331; the ledger has -233.33."""
    orders = "po_number,po_line,supplier_id,quantity,unit_price,currency\n1,10,S1,10,33.333,EUR\n"
    receipts = "receipt_number,receipt_line,po_number,po_line,quantity,receipt_date\nR1,1,1,10,7,2026-10-05\n"
    bill = "supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date\nS1,A,9,10,1,5,EUR,2026-10-12\n"
    done = close(tmp_path, orders=orders, receipts=receipts, invoices=bill, balances=EUROS.format("-233.33"))
    assert told(done.tie_out, "step", "amount") == [
        ("received_not_invoiced", "-233.331"),
        ("rounding", "0.001"),
        ("unexplained", "0"),
        ("balance", "-233.33"),
    ]
