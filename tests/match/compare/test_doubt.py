"""What is a credit in doubt, and what is none; each case worked out by hand."""

from __future__ import annotations

from tests.kit.laws import run
from tests.kit.worlds import world


def test_what_costs_money_for_no_quantity_is_no_credit():
    """25 for nothing, to another bank account, and 50 for the whole order of 50: 25 too much."""
    bills = """
no po line qty price amount iban invoice_date
A  1  10   0   5     25     DE2  2026-01-01
B  1  -    -   -     50     -    2026-01-02
"""
    ledger = world(
        "po line qty price\n1 10 10 5", "po line qty\n1 10 10", bills, suppliers="supplier_id name iban\nS1 Acme DE1"
    )
    found = run(ledger).discrepancies.filter(code="amount_over_ordered")
    assert found.select("invoice_number", "variance").rows() == [("B", 25)]
