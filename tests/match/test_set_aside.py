"""Which lines are set aside: decided by what hangs together, whoever else is matched in the same batch."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

ORDERS = "po line qty price supplier item order_date currency\n1 10 10 10 S M 2026-03-01 EUR\n"
RECEIPTS = "receipt_number po line qty receipt_date\nR1 1 10 5 2026-03-02\nR2 1 10 5 2026-03-03\n"
BILLS = """no supplier po line qty amount item invoice_date currency
I1 S 1 10 5 45 M 2026-03-10 EUR
I2 S 1 10 5 5 M 2026-03-11 EUR
I3 S 1 10 5 45 M 2026-03-12 EUR
"""
"""I2 bills what I1 is too cheap by and uses no receipt, so I1 and I3 have one each."""
ANOTHER = (
    "2 10 10 10 T M 2026-03-01 EUR",
    "Q1 2 10 5 2026-03-02\nQ2 2 10 5 2026-03-03",
    "J1 T 2 10 5 50 M 2026-03-10 EUR\nJ2 T 2 10 -2 -20 M 2026-03-11 EUR\nJ3 T 2 10 5 50 M 2026-03-12 EUR",
)
"""Another supplier, of whose bills something goes back."""


@pytest.mark.parametrize("another", [("", "", ""), ANOTHER], ids=["alone", "beside a credit of another supplier"])
def test_who_has_receipts_of_its_own_is_asked_with_what_moves_money_alone(another):
    tables = (some + more for some, more in zip((ORDERS, RECEIPTS, BILLS), another, strict=True))
    lines = run(world(*tables)).invoice_lines
    codes = lines.filter(invoice_number="I3")["codes"].item().to_list()
    assert codes == ["price_variance"]
