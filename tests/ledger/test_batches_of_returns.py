"""A return that meets no order is matched with the invoices that cite its number, however a ledger is split."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world


@pytest.mark.parametrize("rows", [1, 120_000])
def test_a_return_for_a_missing_order_holds_what_cites_that_order_whatever_the_batches(monkeypatch, rows):
    monkeypatch.setattr("recon.ledger.batches.BATCH_ROWS", rows)
    orders = "po line qty price supplier\n1 10 10 5 A\n2 10 10 5 B\n3 10 10 5 C"
    came = "po line qty\n1 10 10\n2 10 10\n3 10 10\n9 10 -5"
    bills = "no supplier po qty price\nI1 A 1 10 5\nI2 B 9 10 5\nI3 C 3 10 5"
    codes = dict(run(world(orders, came, bills)).invoice_lines.select("invoice_number", "codes").rows())
    assert codes == {"I1": [], "I2": ["input_rejected", "order_not_found"], "I3": []}
