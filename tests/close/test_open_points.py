"""What could not be taken into account is named and counted, and nothing is guessed for it."""

from __future__ import annotations

from tests.close.company import FILES, close
from tests.close.test_cash import MORE
from tests.close.test_month_end import told


def points(done, point):
    return told(done.open_points.filter(done.open_points["point"] == point), "subject", "amount", "row")


def test_a_payment_without_its_invoice_pays_nothing(tmp_path):
    """P1 pays nobody's X; P2 is in dollars, C in euros; P3 names its supplier as the master does."""
    paid = """payment_number,supplier_id,supplier_name,invoice_number,payment_date,amount,currency
P1,S1,,X,2026-10-28,5,EUR
P2,S1,,C,2026-10-28,500,USD
P3,,ALPHA,A,2026-10-28,35,EUR
"""
    done = close(tmp_path, **MORE | {"payments": paid})
    assert points(done, "payment_without_invoice") == [
        ("payment P1 of invoice X", "5", 2),
        ("payment P2 of invoice C", "500", 3),
    ]
    assert told(done.dues, "invoice_number", "open_amount")[:3] == [("A", "0"), ("B", "9"), ("C", "500")]


def test_a_payment_that_two_invoices_could_mean_pays_neither(tmp_path):
    bills = MORE["invoices"].replace("S2,D,", "S2,A,")
    paid = "payment_number,invoice_number,payment_date,amount\nP1,A,2026-10-28,35\n"
    done = close(tmp_path, **MORE | {"invoices": bills, "payments": paid})
    assert points(done, "payment_ambiguous") == [("payment P1 of invoice A", "35", 2)]
    assert set(done.dues["paid_amount"]) == {0}


def test_a_balance_of_an_account_that_no_rule_names_is_not_tied(tmp_path):
    done = close(
        tmp_path, balances="account,date,amount,currency\n999,2026-10-31,-20,EUR\n380100,2026-10-31,-13.5,EUR\n"
    )
    assert points(done, "balance_of_unknown_account") == [("account 999", "-20", 2)]
    assert set(done.tie_out["account"]) == {"380100"}


def test_an_account_without_a_balance_is_not_held_against_the_ledger_and_says_so(tmp_path):
    """200 dollars are owed for the goods of order 4, and the ledger's balances are of euros alone."""
    done = close(tmp_path, balances="account,date,amount,currency\n380100,2026-10-31,-13.5,EUR\n")
    [[message]] = told(done.open_points.filter(done.open_points["point"] == "account_without_balance"), "message")
    assert points(done, "account_without_balance") == [("account 380100", "-200", None)]
    assert message == "no balance of it in USD is given, so nothing is held against the ledger"


def test_a_missing_rate_is_named_and_leaves_the_account_s_base_amounts_open(tmp_path):
    done = close(tmp_path, rates="currency,date,rate\nGBP,2026-10-01,1.1\n")
    assert points(done, "rate_missing") == [("order line 4/10", "200", 5)]
    dollars = done.tie_out.filter(done.tie_out["currency"] == "USD")
    assert told(dollars, "step", "base_amount") == [
        ("received_not_invoiced", None),
        ("unexplained", None),
        ("balance", "-180"),
    ]


def test_terms_that_cannot_be_read_give_no_date(tmp_path):
    assert points(close(tmp_path, **MORE), "terms_unknown") == [("invoice D", "100", 5)]


def test_a_period_without_receipts_or_bills_says_so(tmp_path):
    done = close(
        tmp_path, **{name: text.replace("2026-10", "2026-08") for name, text in FILES.items() if "csv" in name}
    )
    assert points(done, "nothing_in_period") == [("invoice_lines", None, None), ("receipt_lines", None, None)]


APART = """supplier_id,invoice_number,po_number,po_line,quantity,unit_price,currency,invoice_date,uom
S1,A,1,10,7,5,EUR,2026-10-12,
S1,E,1,10,1,10,EUR,2026-10-13,BOX
"""


def test_goods_that_a_held_bill_bills_are_not_accrued_a_second_time(tmp_path):
    """Three at 5 are open; 10 of them stand on a bill in boxes, which takes no part: 5 are left to accrue."""
    orders = (
        FILES["orders.csv"]
        .replace("currency\n", "currency,uom\n")
        .replace("EUR\n", "EUR,EA\n")
        .replace("USD\n", "USD,EA\n")
    )
    done = close(tmp_path, **{"orders.csv": orders}, invoices=APART)
    assert told(done.gr_ir, "po_number", "open_amount", "apart_amount", "accrual_amount")[0] == ("1", "15", "10", "5")
    assert ("uom_mismatch", "10") in told(done.tie_out, "step", "amount")
    assert points(done, "accrual_reduced") == [("order line 1/10", "10", 2)]
    assert told(done.journal, "account", "debit")[0] == ("610000", "5")


UNITS = "po_number,po_line,supplier_id,item,quantity,uom,unit_price,currency\n1,10,S1,A,10,EA,5,EUR\n"
CAME = """receipt_number,receipt_line,po_number,po_line,quantity,uom,receipt_date,item
R1,1,1,10,2,BOX,2026-10-02,
R2,1,77,10,3,EA,2026-10-02,
R3,1,1,10,3,EA,2026-10-02,
R3,1,1,10,4,EA,2026-10-02,
R4,1,1,10,1,EA,2026-10-02,A
R4,1,1,10,1,EA,2026-10-02,A
"""


def test_a_receipt_that_counts_for_nothing_is_named_for_nothing_of_it_is_accrued(tmp_path):
    """Boxes for pieces, an order that is not there, a line that stands twice with other figures; R4 counts once."""
    done = close(tmp_path, orders=UNITS, receipts=CAME)
    named = points(done, "receipt_not_counted")
    assert named == [(f"receipt R{at}", None, row) for at, row in ((1, 2), (2, 3), (3, 4), (3, 5))]
    assert told(done.gr_ir.filter(done.gr_ir["po_number"] == "1"), "open_quantity") == [("6",)]  # seven are billed


def test_a_balance_of_an_earlier_day_is_tied_and_told(tmp_path):
    done = close(
        tmp_path, balances="account,date,amount,currency\n380100,2026-09-30,-13.5,EUR\n380100,2026-10-31,0,USD\n"
    )
    assert points(done, "balance_out_of_date") == [("account 380100", "-13.5", 2)]
    rows = done.tie_out.filter(done.tie_out["step"] == "balance")
    assert told(rows, "evidence")[0] == ("the ledger (gl_balances) on 2026-09-30",)


PAID = """payment_number,supplier_id,invoice_number,payment_date,amount,currency
P1,S1,A,2026-10-28,20,EUR
P1,S1,A,2026-10-28,20,EUR
P1,S1,A,2026-10-29,15,EUR
P2,S1,A,,1,EUR
P3,S1,A,2026-10-29,x,EUR
"""


def test_a_payment_that_stands_twice_counts_once(tmp_path):
    """20 once and 15 on another day: A's 35 are paid."""
    done = close(tmp_path, **MORE | {"payments": PAID})
    assert points(done, "payment_repeated") == [("payment P1 of invoice A", "20", 3)]
    assert told(done.dues, "invoice_number", "open_amount")[0] == ("A", "0")


def test_a_row_that_could_not_be_read_says_which_column_and_what_stands_in_it(tmp_path):
    done = close(tmp_path, **MORE | {"payments": PAID})
    rejected = done.open_points.filter(done.open_points["point"] == "row_rejected")
    assert told(rejected, "row", "message") == [
        (5, "payment_date is missing"),
        (6, "amount `x`: not a number written as 1234.56"),
    ]
