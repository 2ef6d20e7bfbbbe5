"""By hand: totals, tax, charges, discounts, what is paid ahead and kept back (SPEC section 3, Compare)."""

from __future__ import annotations

import pytest

from tests import oracle
from tests.kit.worlds import world
from tests.oracle.by_hand import BILL, ORDER, RECEIVED, at_risk, codes, lines, tolerant, verdicts

TAXED = "po line qty price tax_rate\n1 10 10 5 20"
CHARGES = "no po line qty price amount line_type\n"


@pytest.mark.parametrize(
    ("columns", "cells", "found"),
    [
        ("tax_amount", "10", ""),
        ("tax_amount", "10.01", ""),
        ("tax_amount", "10.02", "tax_variance"),
        ("invoice_tax", "10", ""),
        ("invoice_tax", "12", "tax_variance"),
        ("tax_amount invoice_tax", "10 12", "tax_variance"),
        ("total", "60", ""),
        ("total", "62", "tax_variance"),
        ("invoice_net", "50", ""),
        ("invoice_net", "45", "invoice_total_variance"),
    ],
)
def test_tax_in_whatever_form_is_held_against_the_orders_rate(columns, cells, found):
    """50 at 20 %: 10, to one minor unit."""
    bill = f"no po line qty price {columns}\nA 1 10 10 5 {cells}"
    assert codes(world(TAXED, RECEIVED, bill)) == [found]


@pytest.mark.parametrize(
    ("columns", "cells", "found", "verdict"),
    [
        ("tax_amount", "10", "tax_unproven", "review"),
        ("total", "60", "tax_unproven", "review"),
        ("total tax_rate", "60 20", "tax_unproven", "pay"),
        ("total tax_rate", "62 20", "tax_variance", "hold"),
        ("total", "50", "", "pay"),
        ("total", "49", "invoice_total_variance", "hold"),
        ("tax_amount", "13.5", "tax_unproven", "review"),
        ("tax_amount", "13.51", "tax_variance", "hold"),
    ],
)
def test_tax_that_no_order_proves(columns, cells, found, verdict):
    """27 % of 50 are 13.50."""
    ledger = world(ORDER, RECEIVED, f"no po line qty price {columns}\nA 1 10 10 5 {cells}")
    assert (codes(ledger), verdicts(ledger)) == ([found], [verdict])


def test_a_documents_tax_stands_on_its_lines_and_is_at_risk_once():
    bill = "no no_line po line qty price invoice_tax\nA 1 1 10 6 5 15\nA 2 1 10 4 5 15"
    ledger = world(TAXED, RECEIVED, bill)
    assert (codes(ledger), at_risk(ledger, "tax_variance")) == (["tax_variance", "tax_variance"], [5, 0])


def test_a_tax_line_is_tax_billed():
    bill = "no po line qty price amount line_type\nA 1 10 10 5 - item\nA - - - - 10 tax"
    assert codes(world(TAXED, RECEIVED, bill)) == ["", ""]
    assert codes(world(TAXED, RECEIVED, bill.replace(" 10 tax", " 11 tax"))) == ["tax_variance", "tax_variance"]


def test_a_document_in_two_currencies_is_asked_about():
    orders = "po line qty price currency\n1 10 10 5 EUR\n1 20 10 5 USD"
    bill = "no po line qty price currency\nA 1 10 10 5 EUR\nA 1 20 10 5 USD"
    assert codes(world(orders, "po line qty\n1 10 10\n1 20 10", bill)) == ["currency_mixed", "currency_mixed"]


def test_a_discount_line_below_makes_the_price_net():
    bill = "no no_line po line qty price amount line_type\nA 1 1 10 10 6 - item\nA 2 {} - - -10 discount"
    named, following = (codes(world(ORDER, RECEIVED, bill.format(where))) for where in ("1 10", "- -"))
    assert (named, following) == (["", ""], ["", ""])
    assert codes(world(ORDER, RECEIVED, bill.format("1 10").replace("-10", "-9"))) == ["price_variance", ""]


DISCOUNT = "po line qty price amount category\n1 10 10 5 - -\n1 80 - - -8 discount"


@pytest.mark.parametrize(
    ("granted", "found"), [("-8", ["", ""]), ("-3", ["", "charge_variance"]), ("", ["charge_variance"])]
)
def test_a_planned_discount_that_is_not_granted_is_too_much(granted, found):
    bill = CHARGES + "A 1 10 10 5 - item" + (f"\nA 1 - - - {granted} discount" if granted else "")
    ledger = world(DISCOUNT, RECEIVED, bill)
    assert codes(ledger) == found
    assert [risk for risk in at_risk(ledger, "charge_variance") if risk] == (
        [] if granted == "-8" else [8 + int(granted or 0)]
    )


def test_a_planned_discount_is_due_when_the_order_is_billed_in_full():
    assert codes(world(DISCOUNT, RECEIVED, CHARGES + "A 1 10 9 5 - item")) == [""]


def test_an_ordered_rebate_billed_as_ordered_is_paid():
    orders = "po line qty price\n1 10 10 5\n1 20 -1 8"
    assert codes(world(orders, RECEIVED, CHARGES + "A 1 10 10 5 - item\nA 1 20 -1 8 - item")) == ["", ""]


def test_charges_of_one_document_are_added_before_they_are_held_against_the_limit():
    from recon.rules.rule import Limit

    rules = tolerant(charge=(Limit(absolute=10), None))
    one, two = CHARGES + "A 1 - - - 6 freight", CHARGES + "A 1 - - - 6 freight\nA 1 - - - 5 freight"
    assert codes(world(ORDER, "", one, rules)) == [""]
    assert codes(world(ORDER, "", two, rules)) == ["unplanned_charge", "unplanned_charge"]


def test_one_planned_charge_covers_an_item_line_or_a_charge_line_not_both():
    orders = "po line qty price category match_policy\n1 10 10 5 - -\n1 90 1 8 freight two_way"
    bill = CHARGES + "A 1 10 10 5 - item\nA 1 90 1 8 - item\nA 1 - - - 8 freight"
    ledger = world(orders, RECEIVED, bill)
    assert sum("charge_variance" in found for found in codes(ledger)) == 1


def test_a_stranger_who_bills_the_planned_freight_is_held_and_uses_up_nothing():
    orders = "po line qty price category\n1 10 10 5 -\n1 90 1 8 freight"
    bill = "no po line qty price amount line_type supplier\nF 1 - - - 8 freight S9\nA 1 10 10 5 - item S1\nA 1 - - - 8 freight S1"
    master = "supplier_id name\nS1 Acme\nS9 Brix"
    assert codes(world(orders, RECEIVED, bill, suppliers=master)) == ["supplier_mismatch", "", ""]


AHEAD = "no po line qty price amount line_type invoice_date\nD 1 - - - {} prepayment 2026-01-01\nA 1 10 10 5 - item 2026-01-05"


def test_a_deposit_is_taken_off_the_bill_that_bills_the_order_in_full():
    kept, taken = AHEAD.format(20), AHEAD.format(20) + "\nA 1 - - - -20 prepayment 2026-01-05"
    assert codes(world(ORDER, RECEIVED, kept)) == ["", "prepayment_not_deducted"]
    assert at_risk(world(ORDER, RECEIVED, kept), "prepayment_not_deducted") == [None, 20]
    assert codes(world(ORDER, RECEIVED, taken)) == ["", "", ""]


def test_a_deposit_above_the_orders_amount_is_held():
    ledger = world(ORDER, RECEIVED, AHEAD.format(51))
    assert (codes(ledger)[0], at_risk(ledger, "prepayment_over_ordered")[0]) == ("prepayment_over_ordered", 1)


def test_not_more_is_released_than_was_kept():
    head = "no po line qty price amount line_type invoice_date"
    bills = (
        f"{head}\nA 1 10 10 5 - item 2026-01-05\nA 1 - - - -5 retention 2026-01-05\nB 1 - - - {{}} retention 2027-01-05"
    )
    assert codes(world(ORDER, RECEIVED, bills.format(5))) == ["", "", ""]
    assert codes(world(ORDER, RECEIVED, bills.format(7))) == ["", "", "retention_over_released"]


def test_what_had_come_before_the_order_was_closed_may_be_billed_later():
    orders = "po line qty price closed_date\n1 10 10 5 2026-01-10"
    for day, verdict in (("2026-01-09", "pay"), ("2026-01-11", "review")):
        ledger = world(orders, f"po line qty receipt_date\n1 10 10 {day}", BILL + "A 1 1 10 10 5 2026-01-12")
        assert (codes(ledger), verdicts(ledger)) == (["order_closed"], [verdict])


def test_no_line_risks_more_than_it_bills():
    """Three parts of a kit of 100: the 20 wrenches of 25 are 10 over, at the kit's price 1,000."""
    bill = "no no_line po line qty price\nA 1 1 10 10 20\nA 2 1 10 20 25"
    ledger = world("po line qty price\n1 10 10 100", RECEIVED, bill)
    assert at_risk(ledger, "quantity_over_received") == [None, 500]


def test_an_order_lines_status_is_the_worst_of_its_bills():
    answer = oracle.reconcile(world(ORDER, RECEIVED, BILL + "A 1 1 10 10 6 -"))
    assert (answer.orders[0].status, lines(world(ORDER, RECEIVED, BILL + "A 1 1 10 10 5 -"))[0].status) == (
        "discrepant",
        "matched",
    )
