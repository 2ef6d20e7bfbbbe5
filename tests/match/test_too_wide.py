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
