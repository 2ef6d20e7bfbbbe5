"""The bridge from what was expected to what was invoiced, one order each, worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

ORDER = "po line qty price uom match_policy currency\n1 10 10 5 EA {} EUR"
HEAD = "no qty price po type currency amount line_type uom\n"


def spans(policy, invoices, received="1 10 10"):
    return spans_of(world(ORDER.format(policy), "po line qty\n" + received, HEAD + invoices))


def spans_of(ledger):
    """Return, row by row, the parts that are not 0, as text."""
    bridge = run(ledger).bridge
    numbers = [c for c, kind in bridge.schema.items() if kind.is_decimal()]
    plain = ({c: f"{row[c].normalize():f}" for c in numbers if row[c]} for row in bridge.iter_rows(named=True))
    return list(plain)


@pytest.mark.parametrize(
    ("policy", "invoices", "parts"),
    [
        ("two_way", "A 4 5 1 invoice - - - -", {"expected": "20", "invoiced": "20"}),
        ("two_way", "A 12 5 1 invoice - - - -", {"expected": "50", "quantity": "10", "invoiced": "60"}),
        ("two_way", "A -2 5 1 credit_note - - - -", {"quantity": "-10", "invoiced": "-10"}),
        ("none", "A -2 5 1 credit_note - - - -", {"quantity": "-10", "invoiced": "-10"}),
        ("three_way", "A 4 5 1 invoice - - - -", {"expected": "50", "quantity": "-30", "invoiced": "20"}),
        ("three_way", "A 10 6 1 invoice - - - -", {"expected": "50", "price": "10", "invoiced": "60"}),
        ("three_way", "A 10 5 1 invoice - 50.07 - -", {"expected": "50", "price": "0.07", "invoiced": "50.07"}),
        ("three_way", "A 10 5 1 invoice USD - - -", {"currency_part": "50", "invoiced": "50"}),
        ("three_way", "A 10 5 1 invoice - - - BX", {"expected": "50", "quantity": "-50", "unit": "50", "invoiced": "50"}),
    ],
)  # fmt: skip
def test_one_line_on_its_order(policy, invoices, parts):
    assert parts in spans(policy, invoices)


def test_goods_that_all_went_back_are_expected_at_nothing():
    assert spans("three_way", "A 1 5 1 invoice - - - -", "1 10 3\n1 10 -4") == [{"quantity": "5", "invoiced": "5"}]


def test_an_order_that_nobody_billed_is_expected_at_what_was_received():
    assert {"expected": "50", "quantity": "-50"} in spans("three_way", "A 1 5 9 invoice - - - -")


def test_charges_and_tax_and_what_has_no_order_stand_by_themselves():
    lines = "A 10 5 1 invoice - - - -\nA - - 1 invoice - 7 freight -\nA - - 1 invoice - 9.5 tax -\nA 2 3 9 invoice EUR - - -"
    loose = {"charge": "7", "tax": "9.5", "unlinked": "6", "invoiced": "22.5"}
    assert spans("three_way", lines) == [{"expected": "50", "invoiced": "50"}, loose]


@pytest.mark.parametrize(
    ("billed", "parts"),
    [
        ("80", {"expected": "80", "invoiced": "80"}),
        ("120", {"expected": "100", "quantity": "20", "invoiced": "120"}),
    ],
)
def test_an_order_by_amount_has_no_price_to_vary_from(billed, parts):
    order = "po line amount match_policy currency\n1 10 100 two_way EUR"
    assert spans_of(world(order, "", f"no qty price po\nA 1 {billed} 1")) == [parts]
