"""By hand: duplicates, reversals, price differences, credits (SPEC section 3, Duplicates to Allocate)."""

from __future__ import annotations

import pytest

from tests import oracle
from tests.kit.worlds import world
from tests.oracle.by_hand import BILL, ORDER, RECEIVED, at_risk, codes, verdicts

TWENTY = "po line qty price\n1 10 20 5"
CREDIT = "no po line qty price invoice_date type\n"


def test_a_suffix_of_letters_is_asked_about_however_far_apart():
    receipts = "po line qty\n1 10 20"
    for number, found in (("4711A", "possible_duplicate"), ("4712", "")):
        bills = BILL + f"4711 1 1 10 10 5 2026-01-02\n{number} 1 1 10 10 5 2026-09-02"
        assert codes(world(TWENTY, receipts, bills)) == ["", found]


def test_two_equal_deliveries_and_two_bills_are_no_duplicates():
    bills = BILL + "501 1 1 10 10 5 2026-01-02\n502 1 1 10 10 5 2026-01-09"
    assert codes(world(TWENTY, "po line qty\n1 10 10\n1 10 10", bills)) == ["", ""]
    assert codes(world(TWENTY, "po line qty\n1 10 20", bills)) == ["", "possible_duplicate"]
    assert codes(world(TWENTY, "po line qty\n1 10 5\n1 10 10\n1 10 5", bills)) == ["", "possible_duplicate"]


def test_equal_lines_that_the_total_counts_are_no_duplicates():
    bill = "no no_line po line qty price total\n6 1 1 10 10 5 {0}\n6 2 1 10 10 5 {0}"
    found = [codes(world(TWENTY, "po line qty\n1 10 20", bill.format(total))) for total in ("100", "-")]
    assert found == [["", ""], ["", "possible_duplicate"]]


def test_line_numbers_compare_as_numbers():
    bill = BILL + "6 1 1 10 10 5 -\n6 001 1 10 10 5 -"
    assert codes(world(TWENTY, "po line qty\n1 10 20", bill)) in (
        [["", "duplicate_invoice"], ["duplicate_invoice", ""]]
    )


def test_what_bills_a_reversed_document_again_is_no_duplicate():
    bills = CREDIT + (
        "I1 1 10 10 5 2026-01-02 invoice\nC1 1 10 10 5 2026-01-05 credit_note\nI2 1 10 10 5 2026-01-06 invoice"
    )
    ledger = world(ORDER, RECEIVED, bills)
    assert (codes(ledger), verdicts(ledger)) == (["reversed", "reversed", ""], ["pay", "pay", "pay"])
    assert oracle.reconcile(ledger).orders[0].invoiced == 10


def test_a_reversed_line_has_no_price_and_no_quantity_to_answer_for():
    bills = CREDIT + "I1 1 10 12 9 2026-01-02 invoice\nC1 1 10 12 9 2026-01-05 credit_note"
    assert codes(world(ORDER, RECEIVED, bills)) == ["reversed", "reversed"]


def test_two_suppliers_of_one_name_that_nothing_tells_apart_may_repeat_each_other():
    orders = "po line qty price supplier\n1 10 10 5 S1\n2 10 10 5 S2"
    bills = "no po line qty price supplier\n77 1 10 10 5 S1\n77 2 10 10 5 S2"
    receipts = "po line qty\n1 10 10\n2 10 10"
    for iban, found in (("-", ["possible_duplicate"]), ("DE2", [])):
        master = f"supplier_id name iban\nS1 Acme DE1\nS2 ACME {iban}"
        marked = oracle.reconcile(world(orders, receipts, bills, suppliers=master)).invoices
        assert sorted(code for line in marked for code in line.codes) == found


CORRECTIONS = {
    "recognised": ("6", "10 1 - credit_note item", ["", ""]),
    "declared": ("6", "- - 10 credit_note price_difference", ["", ""]),
    "a discount of another document": ("6", "- - 10 credit_note discount", ["", ""]),
    "a debit": ("4", "10 1 - invoice item", ["", ""]),
    "in part": ("6", "- - 4 credit_note price_difference", ["price_variance", "price_variance"]),
    "of a right price": ("5", "- - 4 credit_note price_difference", ["price_variance", "price_variance"]),
}


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_price_difference_moves_money_and_no_quantity(name):
    """Ten at 5 were ordered."""
    price, correction, found = CORRECTIONS[name]
    head = "no po line invoice_date qty price amount type line_type"
    bills = f"{head}\nI 1 10 2026-01-02 10 {price} - invoice item\nC 1 10 2026-01-09 {correction}"
    ledger = world(ORDER, RECEIVED, bills)
    assert (codes(ledger), oracle.reconcile(ledger).orders[0].invoiced) == (found, 10)


def test_what_a_price_difference_leaves_is_at_risk_on_both():
    head = "no po line invoice_date qty price amount type line_type"
    bills = f"{head}\nI 1 10 2026-01-02 10 6 - invoice item\nC 1 10 2026-01-09 - - 4 credit_note price_difference"
    assert at_risk(world(ORDER, RECEIVED, bills), "price_variance") == [6, 4]


def test_what_is_left_to_the_cent_is_no_variance():
    """Ordered 3 x 3.333 = 9.999; billed 12.00, credited 2.00: 10.00, which is the order's value to the cent."""
    head = "no po line invoice_date qty price amount type line_type"
    bills = f"{head}\nI 1 10 2026-01-02 3 4 - invoice item\nC 1 10 2026-01-09 - - 2 credit_note price_difference"
    assert codes(world("po line qty price\n1 10 3 3.333", "po line qty\n1 10 3", bills)) == ["", ""]


def test_a_price_difference_is_seen_where_prices_are_not_checked():
    bills = f"{CREDIT}I 1 10 10 6 2026-01-02 invoice\nC 1 10 10 1 2026-01-09 credit_note"
    ledger = world(ORDER.replace("price", "price match_policy").replace("  5", "  5 none"), RECEIVED, bills)
    assert (codes(ledger), oracle.reconcile(ledger).orders[0].invoiced) == (["", ""], 10)


def test_a_credit_in_doubt_gives_nothing_back():
    """10 came; 10 billed, 4 credited, 4 credited again under another number, 8 billed: 4 over, as long as that is open."""
    bills = (
        CREDIT
        + """
I1 1 10 10 5 2026-01-01 invoice
C1 1 10 4  5 2026-01-05 credit_note
C9 1 10 4  5 2026-01-06 credit_note
I2 1 10 8  5 2026-01-09 invoice
""".lstrip()
    )
    ledger = world(TWENTY, RECEIVED, bills)
    assert codes(ledger) == ["", "", "possible_duplicate", "quantity_over_received"]
    assert at_risk(ledger, "quantity_over_received")[3] == 20


@pytest.mark.parametrize("doubt", ["supplier_vat_id", "invoice_total", "currency"])
def test_a_credit_that_would_not_be_paid_frees_no_quantity(doubt):
    value = {"supplier_vat_id": "DE9", "invoice_total": "1", "currency": "USD"}[doubt]
    bills = f"""
no po line qty price invoice_date type {doubt}
I1 1 10 10 5 2026-01-01 invoice -
C1 1 10 4  5 2026-01-05 credit_note {value}
I2 1 10 4  5 2026-01-09 invoice -
"""
    master = "supplier_id name vat_id\nS1 Acme DE1"
    assert "quantity_over_received" in codes(world(TWENTY, RECEIVED, bills, suppliers=master))[2]


@pytest.mark.parametrize(("doubt", "found"), [("-", ""), ("1", "amount_over_ordered amount_over_received")])
def test_a_credit_in_doubt_gives_nothing_back_to_bills_by_header(doubt, found):
    """50 are ordered, came and are billed; 30 are credited, 20 billed again: 20 over as long as the credit is open."""
    bills = f"""
no po amount invoice_date type invoice_total
I1 1 50 2026-01-01 invoice -
C1 1 30 2026-01-05 credit_note {doubt}
I2 1 20 2026-01-09 invoice -
"""
    assert codes(world(ORDER, RECEIVED, bills))[2] == found


def test_a_credit_dated_before_its_bill_is_not_too_large():
    bills = CREDIT + "C 1 10 4 5 2026-01-01 credit_note\nI 1 10 10 5 2026-01-02 invoice"
    assert codes(world(ORDER, "po line qty\n1 10 6", bills)) == ["", ""]


def test_of_a_credit_too_large_what_is_too_much_is_at_risk():
    bills = CREDIT + "I 1 10 3 5 2026-01-01 invoice\nC 1 10 4 5 2026-01-02 credit_note"
    ledger = world(ORDER, RECEIVED, bills)
    assert (codes(ledger), at_risk(ledger, "credit_exceeds_invoiced")) == (["", "credit_exceeds_invoiced"], [None, 5])


def test_what_is_paid_comes_first():
    bills = "no po line qty price invoice_date paid_date\nA 1 10 8 5 2026-01-01 -\nB 1 10 8 5 2026-01-05 2026-01-20"
    ledger = world(TWENTY, "po line qty\n1 10 10", bills.replace("A 1 10 8", "A 1 10 7"))
    assert codes(ledger) == ["quantity_over_received", ""]


def test_a_return_takes_rejected_goods_first():
    orders = "po line qty price match_policy\n1 10 10 5 four_way"
    receipts = "po line qty quantity_rejected\n1 10 10 3\n1 10 {} -"
    kept = [oracle.reconcile(world(orders, receipts.format(back))).orders[0] for back in ("-3", "-5")]
    assert [(o.received, o.accepted) for o in kept] == [(7, 7), (5, 5)]


def test_rejected_goods_under_three_way_are_asked_about_where_they_are_billed():
    ledger = world(ORDER, "po line qty quantity_rejected\n1 10 10 2", BILL + "A 1 1 10 8 5 -\nB 1 1 10 2 5 -")
    assert (codes(ledger), verdicts(ledger)) == (["", "goods_rejected"], ["pay", "review"])
    assert "goods_rejected" in oracle.reconcile(ledger).orders[0].codes
