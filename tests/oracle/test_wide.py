"""Rows that no column holds exactly are rejects for engine and oracle alike, and what depends on them is held."""

from __future__ import annotations

import pytest

from tests import oracle
from tests.kit.worlds import world
from tests.oracle.agreement import differences
from tests.oracle.wide import needless

ORDERS = "po line qty price uom\n1 10 1 0.1234567891 EA\n2 10 5 5 EA"
CAME = "po line qty uom\n1 10 1 EA\n2 10 5 EA"
BILLS = "no po line qty price uom\nB 2 10 5 5 EA\nC 1 10 1 0.1234567891 EA"
BOXES = "from_uom to_uom factor\nEA BX 0.0000000007"
"""A box is 1 / 0.0000000007 pieces: 7 x 10^10 boxes are 10^20 pieces, which no column holds."""


@pytest.mark.parametrize("boxes", ["999999999999.999999", "71999999999", "69999999999", "1"])
@pytest.mark.parametrize("table", ["receipts", "invoices"])
def test_engine_and_oracle_agree_on_wide_rows(table, boxes):
    came, bills = CAME, BILLS
    if table == "receipts":
        came += f"\n1 10 {boxes} BX"
    else:
        bills += f"\nA 1 10 {boxes} 0.1234567891 BX"
    assert differences(world(ORDERS, came, bills, conversions=BOXES)) == []


@pytest.mark.parametrize("other", ["3 EA", "999999999999 BX", "999999999999.999999 BX"])
def test_they_agree_where_wide_receipts_repeat_or_contradict_one_another(other):
    came = "receipt_number receipt_line po line qty uom\nG1 1 1 10 999999999999.999999 BX\nG2 1 2 10 5 EA\nG1 1 1 10 "
    assert differences(world(ORDERS, came + other, BILLS, conversions=BOXES)) == []


def test_they_agree_that_a_supplier_of_a_wide_order_row_is_known():
    orders = "po line supplier qty price over_delivery_percent\n1 10 S9 99999999999 0.0001 99999999999\n2 10 S1 5 5 0"
    bills = "no supplier po line qty price\nB S1 2 10 5 5\nC S9 1 10 5 0.0001\nD S9 - - 1 1\nE S9 2 10 1 5"
    assert differences(world(orders, "po line qty\n1 10 5\n2 10 5", bills)) == []


def test_the_receipt_is_to_blame_and_not_its_order_line():
    ledger = world(ORDERS, f"{CAME}\n1 10 999999999999 BX", BILLS, conversions=BOXES)
    rows = {("order_lines", ("orders.csv", 2)), ("receipt_lines", ("receipts.csv", 4))}
    assert needless(oracle.reconcile(ledger), rows) == {("order_lines", ("orders.csv", 2))}


@pytest.mark.parametrize(("boxes", "needed"), [("71999999999", True), ("1", False)])
def test_a_reject_is_needed_only_where_a_number_is_too_wide(boxes, needed):
    ledger = world(ORDERS, CAME, f"{BILLS}\nA 1 10 {boxes} 0.1234567891 BX", conversions=BOXES)
    row = {("invoice_lines", ("invoices.csv", 4))}
    assert needless(oracle.reconcile(ledger), row) == (set() if needed else row)
