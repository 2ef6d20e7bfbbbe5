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


@pytest.mark.parametrize(("boxes", "needed"), [("71999999999", True), ("1", False)])
def test_a_reject_is_needed_only_where_a_number_is_too_wide(boxes, needed):
    ledger = world(ORDERS, CAME, f"{BILLS}\nA 1 10 {boxes} 0.1234567891 BX", conversions=BOXES)
    row = {("invoice_lines", ("invoices.csv", 4))}
    assert needless(oracle.reconcile(ledger), row) == (set() if needed else row)
