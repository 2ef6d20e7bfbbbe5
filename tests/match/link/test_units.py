"""Units of measure: which factor is taken, exactly; an order of 10 pieces at 5 each, worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

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


UNSTATED = "po line item qty price\n1 10 M 10 5"


def held_to(receipts, invoices, conversions="", order=UNSTATED):
    """Return the codes of invoice lines and of receipts where the order states no unit."""
    table = f"from_uom to_uom factor\n{conversions}" if conversions else ""
    done = run(world(order, f"po line qty uom\n{receipts}", f"no po line qty price uom\n{invoices}", conversions=table))
    codes = (frame.sort("row")["codes"].to_list() for frame in (done.invoice_lines, done.receipt_lines))
    return tuple([" ".join(line) for line in lines] for lines in codes)


@pytest.mark.parametrize(
    ("received", "billed", "codes"),
    [
        ("PC", "PC", ""),
        ("PC", "pc.", ""),
        ("PC", "-", ""),
        ("-", "BOX", ""),
        ("PC", "BOX", "uom_mismatch"),
        ("-", "-", ""),
    ],
)
def test_an_order_without_a_unit_has_the_one_its_receipts_name(received, billed, codes):
    assert held_to(f"1 10 10 {received}", f"A 1 10 10 5 {billed}") == ([codes], [""])


def test_what_is_billed_is_converted_to_the_unit_of_the_receipts():
    assert held_to("1 10 10 PC", "A 1 10 2 25 BOX", "BOX PC 5") == ([""], [""])
    assert held_to("1 10 10 PC", "A 1 10 10 5 BOX", "BOX PC 5")[0] == [
        "price_variance quantity_over_ordered quantity_over_received"
    ]


def test_receipts_in_several_units_leave_it_open_and_nobody_guesses():
    lines, receipts = held_to("1 10 5 PC\n1 10 5 BOX", "A 1 10 5 5 PC\nB 1 10 5 5 -", "BOX PC 5")
    assert (lines, receipts) == (["uom_mismatch", "not_received"], ["uom_mismatch", "uom_mismatch"])


def test_without_receipts_the_invoices_must_agree():
    order = "po line item qty price match_policy\n1 10 M 10 5 two_way"
    assert held_to("", "A 1 10 5 5 PC\nB 1 10 5 5 PC", order=order)[0] == ["", ""]
    assert held_to("", "A 1 10 5 5 PC\nB 1 10 4 5 BOX", order=order)[0] == ["uom_mismatch", "uom_mismatch"]


def test_what_takes_no_part_has_no_say_in_the_unit():
    """A2 is a duplicate, A3 another supplier's; either names boxes."""
    order = "po line item qty price match_policy supplier\n1 10 M 10 5 two_way S1\n2 10 M 1 1 - S2"
    bills = "supplier no po line qty price uom invoice_date\nS1 A 1 10 5 5 PC 2026-01-01\n"
    bills += "S1 A- 1 10 5 5 BOX 2026-01-02\nS2 B 1 10 5 5 BOX 2026-01-03"
    lines = run(world(order, "", bills)).invoice_lines.sort("row")
    assert lines["codes"].to_list() == [[], ["duplicate_invoice"], ["supplier_mismatch", "uom_mismatch"]]


def test_the_message_says_where_the_unit_is_from():
    done = run(world(UNSTATED, "po line qty uom\n1 10 10 PC", "no po line qty price uom\nA 1 10 10 5 BOX"))
    message = done.discrepancies.filter(code="uom_mismatch")["message"][0]
    assert "BOX on the invoice, none on the order, PC on its receipts;" in message
