"""Charges and discounts, one order each, worked out by hand."""

from __future__ import annotations

import pytest

from tests.laws import run
from tests.worlds import world

ORDER = "po line qty price amount category\n1 10 10 5 - -\n1 20 - - 8 freight"
BILLED = "no line qty price po amount line_type\nA 10 10 5 1 - item\n"


def codes(invoices, order=ORDER):
    lines = run(world(order, "po line qty\n1 10 10", BILLED + invoices)).invoice_lines.sort("row")
    return lines["codes"].to_list()[1:]


@pytest.mark.parametrize(("amount", "found"), [("8", []), ("8.000001", ["charge_variance"]), ("7", [])])
def test_freight_is_held_against_what_was_planned(amount, found):
    assert codes(f"A - - - 1 {amount} freight") == [found]


def test_freight_is_used_up_over_lines_and_given_back():
    """Lines of one invoice without a line number are used up by their amounts, the least first."""
    assert codes("A - - - 1 6 freight\nA - - - 1 3 freight") == [["charge_variance"], []]
    assert codes("A - - - 1 6 freight\nB - - - 1 3 freight") == [[], ["charge_variance"]]
    assert codes("A - - - 1 6 freight\nB - - - 1 3 freight\nC - - - 1 -1 freight") == [[], [], []]


@pytest.mark.parametrize(
    ("amount", "found"), [("-5", []), ("0", []), ("0.01", ["unplanned_charge"]), ("5", ["unplanned_charge"])]
)
def test_a_discount_is_a_charge_only_where_it_is_positive(amount, found):
    assert codes(f"A - - - 1 {amount} discount") == [found]


@pytest.mark.parametrize(("amount", "found"), [("0.01", ["unplanned_charge"]), ("-5", [])])
def test_a_charge_that_no_order_planned(amount, found):
    assert codes(f"A - - - 1 {amount} charge") == [found]
