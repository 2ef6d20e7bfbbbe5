"""The limit that a discrepancy names: the variance that was permitted, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recon.rules.rule import Limit, Rules, Sides, Tolerance
from tests.kit.laws import run
from tests.kit.worlds import world

PERCENT, BOTH = Limit(Decimal(5)), Limit(Decimal(5), Decimal(2))
LOOSER, NOTHING = Limit(Decimal(5), Decimal(2), "looser"), Limit(Decimal(0))


def told(measure, limit, invoices, orders="po line qty price tax_rate\n1 10 10 2 20"):
    """The limit of the one discrepancy of that measure."""
    rules = Rules(tolerances=(Tolerance("t", {measure: Sides(limit, limit)}),))
    found = run(world(orders, "po line qty\n1 10 10", invoices, rules)).discrepancies
    return found.filter(found["measure"] == measure)["limit"].to_list()


@pytest.mark.parametrize(("limit", "permitted"), [(PERCENT, 1), (BOTH, 1), (LOOSER, 2), (NOTHING, 0)])
def test_of_an_extension_of_20(limit, permitted):
    assert told("extension", limit, "no line qty price amount po\nA 10 10 2 25 1") == [permitted]


@pytest.mark.parametrize(("limit", "permitted"), [(PERCENT, 1), (BOTH, 1), (LOOSER, 2), (NOTHING, 0)])
def test_of_a_total_of_20(limit, permitted):
    assert told("total", limit, "no line qty price total po tax_amount\nA 10 10 2 25 1 0") == [permitted]


@pytest.mark.parametrize(("limit", "permitted"), [(PERCENT, Decimal("0.2")), (BOTH, Decimal("0.2")), (LOOSER, 2)])
def test_of_a_tax_of_4(limit, permitted):
    assert told("tax", limit, "no line qty price tax_amount po\nA 10 10 2 9 1") == [permitted]


@pytest.mark.parametrize(("limit", "permitted"), [(PERCENT, 0), (BOTH, 0), (LOOSER, 2)])
def test_of_a_charge_that_no_order_planned_a_percentage_permits_nothing(limit, permitted):
    invoices = "no line qty amount po line_type\nA 10 10 20 1 item\nA 20 - 3 1 freight"
    assert told("charge", limit, invoices) == [permitted]


@pytest.mark.parametrize(("limit", "permitted"), [(PERCENT, 4), (BOTH, 2), (LOOSER, 4)])
def test_of_a_freight_planned_at_80(limit, permitted):
    orders = "po line qty price category\n1 10 10 2 -\n1 20 1 80 freight"
    assert told("charge", limit, "no line amount po line_type\nA 20 90 1 freight", orders) == [permitted]


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (Limit(Decimal(10), None), "0.5"),
        (Limit(None, Decimal(2)), "0.2"),  # 2 on a line of 10
        (Limit(Decimal(10), Decimal(2)), "0.2"),
        (Limit(Decimal(10), Decimal(2), "looser"), "0.5"),
    ],
)
@pytest.mark.parametrize(("price", "percent"), [("6", 20), ("4", -20)])
def test_of_a_price_of_5_the_limit_of_its_own_side_is_told_per_unit(limit, told, price, percent):
    other = Limit(Decimal(90), None)
    sides = Sides(limit, other) if percent > 0 else Sides(other, limit)
    rules = Rules(tolerances=(Tolerance("t", {"price": sides}),))
    ledger = world("po line qty price\n1 10 10 5", "po line qty\n1 10 10", f"no qty price po\nA 10 {price} 1", rules)
    (found,) = run(ledger).discrepancies.filter(code="price_variance").to_dicts()
    assert (found["limit"], found["variance_percent"]) == (Decimal(told), percent)
