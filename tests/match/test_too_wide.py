"""Rows whose numbers no column holds exactly: they are rejects, what cites their order is held, and all others are matched."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

ORDERS = "po line qty price uom\n1 10 {} 0.1234567891 EA\n2 10 5 5 EA"
CAME = "po line qty uom\n1 10 1 EA\n2 10 5 EA"
BILLS = "no po line qty price uom\nA 1 10 999999999999.999999 0.1234567891 BX\nB 2 10 5 5 EA\nC 1 10 1 0.1234567891 EA"


@pytest.fixture(scope="module")
def done():
    """999999999999.999999 boxes of 1 / 0.0000000007 pieces: 1.4 x 10^21 pieces."""
    return run(world(ORDERS.format(1), CAME, BILLS, conversions="from_uom to_uom factor\nEA BX 0.0000000007"))


def test_the_row_is_a_reject_that_says_why(done):
    assert done.rejects["invoice_number"].to_list() == ["A"]
    assert done.rejects["reason"].str.contains("more than 37 digits").to_list() == [True]
    assert (done.summary["rejects"], done.summary["inputs"]["invoices"]["rejects"]) == (1, 1)


def test_all_others_are_matched(done):
    lines = done.invoice_lines.sort("row")["invoice_number", "decision"].rows()
    assert lines == [("B", "pay"), ("C", "pay")]


BOXES = "from_uom to_uom factor\nEA BX 0.0000000007"
BILLED = "no po line qty price uom\nB 2 10 5 5 EA\nC 1 10 1 0.1234567891 EA"
OWN = "receipt_number receipt_line po line qty uom\nG2 1 2 10 5 EA\nG1 1 1 10 999999999999.999999 BX"


def rejected(orders, came, **more):
    done = run(world(orders, came, BILLED, **more))
    told = done.rejects.sort("row")["table", "row", "column", "value"].rows()
    return told, dict(done.invoice_lines["invoice_number", "decision"].rows()), done.order_lines.height


@pytest.mark.parametrize("boxes", ["999999999999.999999", "-999999999999.999999"])
def test_a_receipt_too_wide_is_the_reject_and_not_its_order_line(boxes):
    told, decisions, orders = rejected(ORDERS.format(1), f"{CAME}\n1 10 {boxes} BX", conversions=BOXES)
    assert told == [("receipt_lines", 4, "quantity", boxes)]
    assert (decisions, orders) == ({"B": "pay", "C": "hold"}, 2)


def test_receipts_too_wide_together_are_all_rejects():
    """10^10 pieces at 90000000 are 9 x 10^17; twice that is past what sums have room for."""
    orders, came = (
        ORDERS.format(1).replace("0.1234567891", "90000000"),
        CAME.replace("1 10 1 EA", "1 10 10000000000 EA"),
    )
    assert rejected(orders, came)[0] == []
    told, decisions, orders = rejected(orders, f"{came}\n1 10 10000000000 EA")
    assert [row for _, row, *_ in told] == [2, 4]
    assert (decisions, orders) == ({"B": "pay", "C": "hold"}, 2)


@pytest.mark.parametrize("pieces", ["100000000000", "10000000"])
def test_a_receipt_worth_too_much_at_its_orders_price_is_the_reject(pieces):
    """10^7 pieces at 9 x 10^11 are 9 x 10^18, which a column still holds and a sum of it does not."""
    orders = "po line qty price uom\n1 10 1 900000000000 EA\n2 10 5 5 EA"
    assert rejected(orders, f"{CAME}\n1 10 {pieces} EA")[0] == [("receipt_lines", 4, "quantity", pieces)]


def test_receipts_that_contradict_one_another_count_nowhere_however_wide():
    told, decisions, _ = rejected(ORDERS.format(1), f"{OWN}\nG1 1 1 10 3 EA", conversions=BOXES)
    assert (told, decisions) == ([], {"B": "pay", "C": "hold"})


def test_of_wide_receipts_of_one_order_line_only_those_that_count_are_rejects():
    told, decisions, _ = rejected(
        ORDERS.format(1), f"{OWN}\nG1 1 1 10 3 EA\nG3 1 1 10 999999999999 BX", conversions=BOXES
    )
    assert told == [("receipt_lines", 5, "quantity", "999999999999")]
    assert decisions == {"B": "pay", "C": "hold"}


def test_an_order_line_too_wide_by_itself_stays_the_reject_whatever_came_of_it():
    orders = "po line qty price uom over_delivery_percent\n1 10 99999999999 0.0001 EA 99999999999\n2 10 5 5 EA 0"
    told, decisions, _ = rejected(orders, CAME)
    assert told == [("order_lines", 2, "quantity", "99999999999")]
    assert decisions == {"B": "pay", "C": "hold"}
