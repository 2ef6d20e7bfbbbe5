"""What discrepancies say of what stands elsewhere in the ledger and may explain them."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

BILL = "no po line qty price invoice_date\n"


def said(code, *tables):
    """Return the end of what is said of the one discrepancy of the code, from its first semicolon on."""
    (message,) = run(world(*tables)).discrepancies.filter(code=code)["message"]
    return message.partition(". Clears with:")[0].partition("; ")[2]


def test_a_receipt_booked_on_another_line_of_the_item_is_named():
    """Ten nuts came on line 20, which nobody bills; bolts on line 30 are no help, nor is what is billed of 40."""
    orders = "po line item qty price\n1 10 NUT 10 5\n1 20 NUT 10 5\n1 30 BOLT 10 5\n2 40 NUT 5 5"
    receipts = "po line qty\n1 20 10\n1 30 10\n2 40 5"
    told = said("not_received", orders, receipts, BILL + "A 1 10 10 5 -\nB 2 40 5 5 -")
    assert told == "limit 0, no rule gives another; received elsewhere and not billed: 1/20 x 10"


def test_receipts_that_fit_several_lines_are_told_of():
    orders = "po line item qty price\n1 10 NUT 10 5\n1 20 NUT 10 5"
    told = said("not_received", orders, "po line item qty\n1 - NUT 10", BILL + "A 1 10 10 5 -")
    assert told == (
        "limit 0, no rule gives another; not counted, for it is of no one line of the order or in another unit: 502"
    )


@pytest.mark.parametrize(
    ("ordered", "billed", "told"),
    [
        ("0.84", "84", "; it fits if the invoice's price is per 100"),
        ("0.84", "84.2", "; it fits if the invoice's price is per 100"),
        ("840", "0.84", "; it fits if the order's price is per 1,000"),
        ("0.84", "85", ""),
        ("0.84", "8.4", ""),
    ],
)
def test_a_price_that_fits_per_hundred_or_thousand_is_said_to(ordered, billed, told):
    orders = f"po line qty price\n1 10 10 {ordered}"
    assert said("price_variance", orders, "po line qty\n1 10 10", BILL + f"A 1 10 10 {billed} -") == (
        f"limit 0, no rule gives another{told}"
    )


def test_a_duplicate_after_a_credit_may_be_the_correction():
    bills = "no type po line qty price invoice_date\nA invoice 1 10 10 5 2026-01-01\nC credit_note 1 10 4 5 2026-01-05\nB invoice 1 10 10 5 2026-01-09"
    told = said("possible_duplicate", "po line qty price\n1 10 20 5", "po line qty\n1 10 16", bills)
    assert told == "50.00 EUR at risk; C credited some of it before: this may be the correction"


def test_an_order_of_another_company_is_named_and_no_number_may_mean_itself():
    orders = "po line qty price company\n8406 10 10 5 20\n8407 10 10 5 10"
    told = said("order_not_found", orders, "", "no po line qty price company\nA 8406 10 10 5 10")
    assert told == "the supplier may mean 8406 of company 20, 8407"


def test_a_charge_beyond_no_plan_names_no_currency_that_is_none():
    orders = "po line qty price category\n1 10 10 5 -\n1 20 1 0 freight"
    bill = "no po line qty price amount line_type\nA 1 10 10 5 - -\nA 1 - - - 8 freight"
    found = run(world(orders, "po line qty\n1 10 10", bill)).discrepancies.filter(code="charge_variance")
    assert found["message"][0].startswith("Freight billed 8.00 in all, none planned on the order: 8.00 too much;")


@pytest.mark.parametrize(
    ("line", "told"), [("40", "1, which has no line that fits; its lines are 10, 20"), ("-", "2, which is not there")]
)
def test_a_receipt_is_told_whether_its_order_is_there(line, told):
    orders = "po line qty price\n1 10 10 5\n1 20 10 5"
    receipt = f"po line qty\n{told[0]} {line} 5"
    (message,) = run(world(orders, receipt, "")).discrepancies.filter(code="receipt_without_order")["message"]
    assert message.startswith(f"Receipt cites order {told}. Clears with:")
