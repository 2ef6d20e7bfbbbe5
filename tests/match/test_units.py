"""Units of measure: which factor is taken, exactly; an order of 10 pieces at 5 each, worked out by hand."""

from __future__ import annotations

import pytest

from tests.laws import run
from tests.worlds import world

ORDER, RECEIVED = "po line item qty uom price\n1 10 M 10 EA 5", "po line qty uom\n1 10 10 EA"
TABLE = "item supplier from_uom to_uom factor\n"


def billed(conversions, quantity, price, uom="BX"):
    """Return what the order line counts as invoiced, and the line's codes."""
    bill = f"no qty uom price po\nA {quantity} {uom} {price} 1"
    done = run(world(ORDER, RECEIVED, bill, conversions=TABLE + conversions if conversions else ""))
    return f"{done.order_lines['invoiced'][0].normalize():f}", " ".join(done.invoice_lines["codes"][0])


@pytest.mark.parametrize(
    ("conversions", "pieces"),
    [
        ("- - BX EA 10", "10"),
        ("- - bx. ea 10", "10"),
        ("- - EA BX 0.1", "10"),
        ("- - BX EA 0.5", "0.5"),
        ("- - BX EA 12\n- - EA BX 0.1", "12"),
        ("- - BX EA 12\nM - BX EA 10", "10"),
        ("- - BX EA 12\n- S1 BX EA 10", "10"),
        ("- S1 BX EA 12\nM - BX EA 10", "10"),
        ("M - BX EA 12\nM S1 BX EA 10", "10"),
        ("- - BX EA 12\nM - EA BX 0.1", "10"),
        ("- - BX EA 10\nN - BX EA 12\n- S2 BX EA 12\nM S2 BX EA 12", "10"),
        ("- - BX EA 10\n- - BX EA 10", "10"),
        ("- - BX EA 10\n- - BX EA 0\n- - BX EA -3", "10"),
    ],
)
def test_the_most_specific_factor_is_taken_and_the_given_direction_first(conversions, pieces):
    assert billed(conversions, 1, 50)[0] == pieces


@pytest.mark.parametrize(
    "conversions",
    [
        "",
        "- - PAL EA 10",
        "- - BX EA 10\n- - BX EA 12",
        "- - BX EA 10\nM - BX EA 10\nM - BX EA 12",  # a doubt of the item's own is not settled by the general factor
        "- - BX EA 0",
        "N - BX EA 10",
        "- S2 BX EA 10",
    ],
)
def test_without_a_factor_or_with_two_nothing_is_compared(conversions):
    assert billed(conversions, 1, 50) == ("0", "uom_mismatch")


def test_factors_are_exact():
    """Three packs of a third of ten are ten, at fifty for all of them."""
    assert billed("- - EA BX 0.3", 3, "16.6666666667") == ("10", "price_variance")
    assert billed("- - EA BX 0.3", 3, "15") == ("10", "price_variance")
    assert billed("- - EA BX 0.25", 2.5, "20") == ("10", "")


@pytest.mark.parametrize(("uom", "codes"), [("EA", ""), ("ea.", ""), ("-", ""), ("KG", "uom_mismatch")])
def test_a_unit_that_is_absent_is_the_orders(uom, codes):
    assert billed("", 10, 5, uom)[1] == codes


@pytest.mark.parametrize(
    ("received", "amount", "line_codes", "receipt_codes"),
    [
        ("1 BX", "70", [], []),
        ("1 BX", "70.01", ["amount_over_received"], []),
        ("14 EA", "140", [], []),
        ("14 KG", "140", ["amount_over_received"], ["uom_mismatch"]),  # not seven times what was ordered
    ],
)
def test_the_received_share_of_an_amount_counts_in_the_orders_unit(received, amount, line_codes, receipt_codes):
    """140.00 are ordered for 2 boxes of 7 pieces."""
    conversions = "from_uom to_uom factor\nBX EA 7"
    ledger = world(
        "po line qty amount uom\n1 10 2 140 BX",
        f"po line qty uom\n1 10 {received}",
        f"no amount qty po line\nA {amount} 1 1 10",
        conversions=conversions,
    )
    done = run(ledger)
    assert (done.invoice_lines["codes"].to_list(), done.receipt_lines["codes"].to_list()) == (
        [line_codes],
        [receipt_codes],
    )
