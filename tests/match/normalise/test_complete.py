"""Of quantity, unit price and amount two give the third; each case worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

ORDER, RECEIVED = "po line qty price\n1 10 10 5", "po line qty\n1 10 10"
NOTHING = "bills nothing"
ZERO = "a number cannot be derived by dividing by 0"


def completed(line):
    """Return what the line becomes, as plain numbers, or why it is a reject."""
    done = run(world(ORDER, RECEIVED, f"no po line_type qty price per amount\nA 1 {line}"))
    if done.rejects.height + done.left_out.height:
        return (done.rejects if done.rejects.height else done.left_out)["reason"][0]
    numbers = done.invoice_lines.select("quantity", "unit_price", "amount").row(0)
    return " ".join("-" if number is None else f"{number.normalize():f}" for number in numbers)


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("item 10 5 - -", "10 5 50"),
        ("item 10 500 100 -", "10 500 50"),
        ("item 10 - - 50", "10 5 50"),
        ("item 10 - 100 50", "10 500 50"),
        ("item - 5 - 50", "10 5 50"),
        ("item - 1 - 50", "50 1 50"),
        ("item - 500 100 50", "10 500 50"),
        ("item 3 - - 1", "3 0.3333333333 1"),
        ("item 10 5 - 51", "10 5 51"),
        ("item 0 5 - -", NOTHING),
        ("item 0 5 - 0", NOTHING),
        ("item - - - 0", NOTHING),
        ("item 10 - - 0", "10 0 0"),
        ("item - 5 - -", NOTHING),
        ("item 0 - - 50", ZERO),
        ("item - 0 - 50", ZERO),
        ("item 10 - - -", NOTHING),
        ("item - - - 50", "- - 50"),
        ("freight - - - 7", "- - 7"),
        ("freight 2 3.5 - -", "2 3.5 7"),
        ("freight 2 - - -", NOTHING),
        ("freight - 3.5 - -", NOTHING),
    ],
)
def test_two_give_the_third(line, becomes):
    assert completed(line) == becomes


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("item 999999999999 1000 - -", False),  # 999,999,999,999,000: just below 10^15
        ("item 999999999999 1001 - -", True),
        ("item 1000000000 1000000 - -", True),  # 10^15 to the unit
        ("item 999999999999 1001 10 -", False),
        ("item 0.000001 - - 999999.999999", False),  # a price just below 10^12
        ("item 0.000001 - - 1000000", True),
        ("item - 0.000001 - 999999.999999", False),
        ("item - 0.000001 - 1000000", True),
        ("item - 1 1000 999999999.999999", False),  # a price per thousand
        ("item - 1 1000 1000000000", True),
    ],
)
def test_what_is_derived_stays_within_what_a_number_may_be(line, refused):
    assert (" 10^1" in completed(line)) is refused


@pytest.mark.parametrize(
    ("numbers", "amount"),
    [
        ("3 0.3333333333 - -", "0.9999999999"),
        ("12 50 100 -", "6"),
        ("1 1 3 -", "0.3333333333"),
        ("1 1 3 7", "7"),
        ("- 5 - -", None),
        ("999999999999 999999999999 - -", None),
    ],
)
def test_what_is_left_out_has_its_amount_and_the_summary_adds_up(numbers, amount):
    bill = f"no po line qty price per amount currency invoice_date\nA 1 10 {numbers} EUR 2026-01-02"
    done = run(world("po line qty price\n1 10 10 5", "", bill, as_of=date(2026, 1, 1)))
    assert done.left_out["amount"].to_list() == [amount and Decimal(amount)]
    assert done.summary["inputs"]["invoices"]["amount"] == ({"EUR": amount} if amount else {})
    kept = {"EUR": {"in": amount, "out": amount, "difference": "0"}} if amount else {}
    assert done.summary["conservation"] == kept
