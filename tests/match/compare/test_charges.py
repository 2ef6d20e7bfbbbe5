"""Charges and discounts, one order each, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.rules.rule import Limit, Rules, Sides, Tolerance
from tests.kit.laws import run
from tests.kit.worlds import world

ORDER = "po line qty price amount category\n1 10 10 5 - -\n1 20 - - 8 freight"
BILLED = "no line qty price po amount line_type\nA 10 10 5 1 - item\n"


def codes(invoices, order=ORDER):
    lines = run(world(order, "po line qty\n1 10 10", BILLED + invoices)).invoice_lines.sort("row")
    return lines["codes"].to_list()[1:]


@pytest.mark.parametrize(
    ("amount", "found"), [("8", []), ("8.000001", ["charge_variance"]), ("7.999999", ["charge_variance"])]
)
def test_freight_is_held_against_what_was_planned(amount, found):
    assert codes(f"A - - - 1 {amount} freight") == [found]


def test_freight_as_planned_does_not_vary():
    """Of 8 planned 8 are billed: matched, not tolerated."""
    lines = run(world(ORDER, "po line qty\n1 10 10", BILLED + "A - - - 1 8 freight")).invoice_lines
    assert lines["status"].to_list() == ["matched", "matched"]


def test_freight_is_used_up_over_lines_and_given_back():
    """Lines of one invoice without a line number are used up by their amounts, the least first."""
    assert codes("A - - - 1 6 freight\nA - - - 1 3 freight") == [["charge_variance"], []]
    assert codes("A - - - 1 6 freight\nB - - - 1 3 freight") == [[], ["charge_variance"]]
    assert codes("A - - - 1 6 freight\nB - - - 1 3 freight\nC - - - 1 -1 freight") == [[], [], []]


def test_the_last_line_of_a_freight_below_plan_carries_what_is_missing():
    """Of 8 planned 3 and 4 are billed; a tolerance of 1 below plan lets that be, one of 0.99 does not."""
    assert codes("A - - - 1 3 freight\nB - - - 1 4 freight") == [[], ["charge_variance"]]
    found = run(world(ORDER, "po line qty\n1 10 10", BILLED + "A - - - 1 7 freight")).discrepancies
    (short,) = found.filter(code="charge_variance").to_dicts()
    assert (short["expected"], short["actual"], short["variance"], short["amount_at_risk"]) == ("8", "7", -1, -1)
    assert "Freight billed 7.00 in all, 8.00 planned on the order: 1.00 less" in short["message"]


@pytest.mark.parametrize(("absolute", "found"), [("1", []), ("0.99", ["charge_variance"])])
def test_a_charge_below_plan_has_a_limit_of_its_own(absolute, found):
    under = Tolerance("freight", {"charge": Sides(under=Limit(absolute=Decimal(absolute)))})
    ledger = world(ORDER, "po line qty\n1 10 10", BILLED + "A - - - 1 7 freight", Rules(tolerances=(under,)))
    assert run(ledger).invoice_lines.sort("row")["codes"].to_list()[1] == found


@pytest.mark.parametrize(("amount", "found"), [("-5", []), ("0.01", ["unplanned_charge"]), ("5", ["unplanned_charge"])])
def test_a_discount_is_a_charge_only_where_it_is_positive(amount, found):
    assert codes(f"A - - - 1 {amount} discount") == [found]


@pytest.mark.parametrize(("amount", "found"), [("0.01", ["unplanned_charge"]), ("-5", ["unplanned_charge"])])
def test_a_charge_that_no_order_planned(amount, found):
    assert codes(f"A - - - 1 {amount} charge") == [found]


TWO = "po line qty price amount category\n1 10 10 5 - -\n1 20 10 5 - -"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("- - -5 discount", ["no_reference"]),
        ("- - 5 tax", ["no_reference", "tax_variance"]),  # tax on nothing
        ("- - -5 freight", ["no_reference", "unplanned_charge"]),
        ("9 - 5 tax", ["order_not_found", "tax_variance"]),
        ("1 - 5 tax", ["order_line_not_found", "tax_variance"]),
        ("1 - -5 discount", ["order_line_not_found"]),
        ("1 - -5 freight", ["unplanned_charge"]),  # held to what order 1 planned, of which it has none
        ("1 - 5 freight", ["unplanned_charge"]),
        ("1 10 5 tax", ["tax_variance"]),
    ],
)
def test_an_invoice_of_which_no_line_has_an_order_is_not_paid_whatever_its_lines_are(line, found):
    bill = f"no po line amount line_type\nA {line}"
    (codes,) = run(world(TWO, "po line qty\n1 10 10\n1 20 10", bill)).invoice_lines["codes"].to_list()
    assert codes == found


@pytest.mark.parametrize(
    ("line", "found"), [("- - 5 tax", []), ("1 - -5 discount", []), ("9 - 5 tax", ["order_not_found"])]
)
def test_beside_a_line_that_has_an_order_tax_and_discounts_need_none(line, found):
    po, po_line, amount, kind = line.split()
    bill = f"no po line qty price amount line_type\nA 1 10 10 5 50 item\nA {po} {po_line} - - {amount} {kind}"
    lines = run(world(TWO, "po line qty\n1 10 10\n1 20 10", bill)).invoice_lines.sort("row")
    assert [[code for code in codes if code != "tax_unproven"] for codes in lines["codes"].to_list()] == [[], found]


@pytest.mark.parametrize(("company", "found"), [("C1", []), ("-", []), ("C2", ["order_not_found", "unplanned_charge"])])
def test_a_charge_belongs_to_the_order_it_cites_in_its_company(company, found):
    """Order 1 plans 8 of freight and has a second line, so that the freight links to no line of it."""
    order = "po line qty price amount category company\n1 10 10 5 - - C1\n1 20 - - 8 freight C1\n1 30 1 1 - - C1"
    bill = f"no po amount line_type company\nA 1 8 freight {company}"
    (codes,) = run(world(order, "po line qty\n1 10 10", bill)).invoice_lines["codes"].to_list()
    assert codes == sorted(found)


def test_a_charge_that_could_be_of_two_orders_is_planned_by_neither():
    order = "po line amount category company\n1 20 8 freight C1\n1 20 8 freight C2\n1 30 8 freight C1"
    (codes,) = run(world(order, "", "no po amount line_type\nA 1 8 freight")).invoice_lines["codes"].to_list()
    assert "unplanned_charge" in codes


def test_a_charge_in_another_currency_says_so_once():
    """Linked to the order line that plans it, in dollars: one discrepancy with 8 at risk, not two."""
    order = "po line qty price amount category currency\n1 10 10 5 - - EUR\n1 20 - - 8 freight EUR"
    bill = "no po line amount line_type currency\nA 1 20 8 freight USD"
    found = run(world(order, "", bill)).discrepancies.filter(code="currency_mismatch")
    assert found["amount_at_risk"].to_list() == [8]


def test_only_goods_and_services_are_compared_by_price():
    """Two freights at 4 were planned, one at 8 is billed: as much as planned. The order by amount has no price."""
    order = "po line qty price amount category\n1 10 - 4 10 -\n1 20 2 4 8 freight"
    bill = "no line qty price po po_line amount line_type\nA 10 1 10 1 10 10 item\nA 20 1 8 1 20 8 freight"
    lines = run(world(order, "po line qty\n1 10 10", bill)).invoice_lines.sort("row")
    assert lines["price_variance"].to_list() == [None, None]
    assert lines["codes"].to_list() == [[], []]


@pytest.mark.parametrize(("amount", "found"), [("8 EUR", []), ("5 USD", ["currency_mismatch"])])
def test_freight_planned_in_two_currencies_is_planned_in_the_first(amount, found):
    order = (
        "po line qty price amount category currency\n1 10 10 5 - - EUR\n1 20 - - 8 freight EUR\n1 30 - - 5 freight USD"
    )
    bill = f"no line qty price po amount currency line_type\nA 10 10 5 1 - EUR item\nA - - - 1 {amount} freight"
    lines = run(world(order, "po line qty\n1 10 10", bill)).invoice_lines.sort("row")
    assert [[code for code in codes if code != "currency_mixed"] for codes in lines["codes"].to_list()] == [[], found]


PLANNED = "po line qty price amount category\n1 10 10 5 - -\n1 20 - - -8 discount"
TAKEN_BACK = "no type po line qty price invoice_date\nB invoice 1 10 10 5 2026-01-01\nC credit_note 1 10 10 5 2026-01-02\nA invoice 1 10 10 5 2026-01-0"


@pytest.mark.parametrize("day", ["1", "9"])
def test_a_discount_that_is_not_granted_is_told_on_a_bill_that_stands(day):
    """B is taken back by C in full, and A bills all ten: whichever of A and B is the later, A lacks the discount."""
    lines = run(world(PLANNED, "po line qty\n1 10 10", TAKEN_BACK + day)).invoice_lines.sort("invoice_number")
    assert lines["codes"].to_list() == [["charge_variance"], ["reversed"], ["reversed"]]
