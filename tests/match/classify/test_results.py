"""What results say of receipts: how much of each is used, in its own unit, and which are named; worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

BY_PRICE = "po line qty price uom\n1 10 24 5 EA"


def used(order, receipts, bill, **more):
    done = run(world(order, "po line qty uom receipt_date\n" + receipts, "no qty price po\n" + bill, **more))
    return [f"{quantity.normalize():f}" for quantity in done.receipt_lines.sort("row")["quantity_used"]]


@pytest.mark.parametrize(
    ("billed", "quantities"), [("8", ["6", "2", "0"]), ("6", ["6", "0", "0"]), ("30", ["6", "10", "1"])]
)
def test_receipts_are_used_first_in_first_out(billed, quantities):
    receipts = "1 10 6 EA 2026-01-01\n1 10 10 EA 2026-01-02\n1 10 1 EA 2026-01-03"
    assert used(BY_PRICE, receipts, f"A {billed} 5 1") == quantities


def test_what_is_used_of_a_receipt_is_in_its_own_unit():
    """18 pieces of two dozens are a dozen and a half."""
    conversions = "from_uom to_uom factor\nDZ EA 12"
    assert used(BY_PRICE, "1 10 2 DZ -", "A 18 5 1", conversions=conversions) == ["1.5"]


@pytest.mark.parametrize(
    ("ordered", "came", "quantity"),
    [
        ("4", "2", "1"),  # 2 of 4 came, which allow 50 of 100; 25 of them are half of the 2
        ("1", "0.5", "0.25"),
        ("-", "50", "25"),  # without an ordered quantity a receipt is an amount itself
        ("0", "50", "25"),
    ],
)
def test_of_a_receipt_for_an_amount_its_share_is_used(ordered, came, quantity):
    order = f"po line qty amount uom match_policy\n1 10 {ordered} 100 - three_way"
    assert used(order, f"1 10 {came} - -", "A 1 25 1") == [quantity]


@pytest.mark.parametrize(
    ("count", "named"), [(5, "502, 503, 504, 505, 506)"), (7, "502, 503, 504, 505, 506 and 2 more)")]
)
def test_five_receipts_are_named_and_the_rest_counted(count, named):
    receipts = "po line qty\n" + "1 10 1\n" * count
    found = run(world(BY_PRICE, receipts, "no qty price po\nA 24 5 1")).discrepancies
    (message,) = found.filter(code="quantity_over_received")["message"]
    assert f"(receipts {named}" in message


@pytest.mark.parametrize(
    ("receipts", "repeated"),
    [
        ("G1 1 1 10 4\nG1 2 1 10 4\nG2 1 1 10 4", 0),
        ("G1 1 1 10 4\nG1 1 1 10 4\nG1 1 1 10 4", 2),  # the first is none that repeats
        ("G1 1 1 10 4\nG1 1 1 10 5", 0),
        ("G1 1 1 10 4\nG1 1 1 20 4", 0),
        ("G1 - 1 10 4\nG1 - 1 10 4", 0),  # two lines of one receipt, for all that is known
        ("G1 1 9 10 4\nG1 1 9 10 4", 1),  # of no order
    ],
)
def test_receipts_that_repeat_another_are_counted(receipts, repeated):
    """They still count as received: nothing says that they are not meant, but the summary tells."""
    got = "receipt_number receipt_line po line qty\n" + receipts
    done = run(world("po line qty price\n1 10 10 5\n1 20 10 5", got))
    assert done.summary["repeated_receipts"] == repeated
    assert done.receipt_lines.height == len(receipts.splitlines())
