"""What is at risk, in which currency, and how a line with several codes counts in totals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

IN_EUROS = "po line item qty price currency\n1 10 M 10 84 EUR"
BILLED_AGAIN = (
    "no po line qty price currency invoice_date\nA1 1 10 10 84 EUR 2026-01-01\nA2 1 10 10 {price} USD 2026-01-02"
)


def billed_in_dollars(price):
    return run(world(IN_EUROS, "po line qty\n1 10 10", BILLED_AGAIN.format(price=price)))


def test_a_quantity_is_at_risk_in_the_currency_of_the_order_price():
    found = billed_in_dollars(83).discrepancies.filter(invoice_number="A2").sort("code")
    assert found.select("code", "amount_at_risk", "currency").rows() == [
        ("currency_mismatch", Decimal(830), "USD"),
        ("quantity_over_ordered", Decimal(840), "EUR"),
        ("quantity_over_received", Decimal(840), "EUR"),
    ]
    assert "840.00 EUR at risk" in found["message"][2]


@pytest.mark.parametrize("price", [50, 90])
def test_in_totals_a_line_counts_with_the_greatest_of_its_own_currency(price):
    """840 euros are neither more nor less than 500 dollars until somebody says at which rate."""
    done = billed_in_dollars(price)
    assert done.invoice_lines.filter(invoice_number="A2")["amount_at_risk"].to_list() == [10 * price]
    assert done.summary["amount_at_risk"] == {"USD": str(10 * price)}
    over = done.summary["discrepancies"]["quantity_over_received"]
    assert over == {"EUR": {"count": 1, "amount_at_risk": "840"}}
