"""Deliveries and what is open, one order line each, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from recon.rules.rule import Limit, Rules, Sides, Tolerance
from tests.kit.laws import run
from tests.kit.worlds import world

OWN_TEN = "po line qty price over_delivery_percent under_delivery_percent closed\n1 10 10 5 10 10 true"
BARE = "po line qty price closed\n1 10 10 5 true"


def delivery(order, received, limit=None, **more):
    """What is said of the order's delivery: code, expected, actual, variance, percent, limit, at risk."""
    sides = {"delivery": Sides(limit, limit)}
    rules = Rules(tolerances=(Tolerance("t", sides),)) if limit else Rules()
    done = run(world(order, f"po line qty\n1 10 {received}", rules=rules, **more)).discrepancies
    found = done.filter(done["code"].str.ends_with("_delivery"))
    columns = ("code", "expected", "actual", "variance", "variance_percent", "limit", "amount_at_risk")
    return [tuple(row[c] for c in columns) for row in found.iter_rows(named=True)]


def test_an_over_delivery_is_told_against_what_was_ordered():
    assert delivery(OWN_TEN, "12") == [("over_delivery", "10", "12", 2, 20, 1, 10)]


def test_an_under_delivery_is_told_against_what_was_ordered():
    told = ("under_delivery", "10", "8.5", Decimal("-1.5"), -15, 1, Decimal("7.5"))
    assert delivery(OWN_TEN, "8.5") == [told]


@pytest.mark.parametrize(
    ("received", "found"), [("10", []), ("10.000001", ["over_delivery"]), ("9.999999", ["under_delivery"])]
)
def test_without_a_limit_of_its_own_an_order_is_exact(received, found):
    assert [told[0] for told in delivery(BARE, received)] == found


@pytest.mark.parametrize(
    ("limit", "passes", "fails"),
    [
        (Limit(Decimal(5), None), "11.5", "11.500001"),  # 5 % of the ordered 10, beyond the order's own 11
        (Limit(None, Decimal(1)), "12", "12.000001"),
    ],
)
def test_a_tolerance_widens_the_orders_own_limit_above(limit, passes, fails):
    assert delivery(OWN_TEN, passes, limit) == []
    assert [told[0] for told in delivery(OWN_TEN, fails, limit)] == ["over_delivery"]


@pytest.mark.parametrize(
    ("limit", "passes", "fails"),
    [(Limit(Decimal(5), None), "8.5", "8.499999"), (Limit(None, Decimal(1)), "8", "7.999999")],
)
def test_a_tolerance_widens_the_orders_own_limit_below(limit, passes, fails):
    assert delivery(OWN_TEN, passes, limit) == []
    assert [told[0] for told in delivery(OWN_TEN, fails, limit)] == ["under_delivery"]


def test_the_limit_told_is_the_variance_that_was_permitted_the_orders_own_and_the_tolerance():
    both = Limit(Decimal(5), Decimal(2))  # of 10 ordered: 1 of the order's own, and 0.5, which is stricter than 2
    assert delivery(OWN_TEN, "12", both)[0][5] == Decimal("1.5")
    assert delivery(OWN_TEN, "14", Limit(Decimal(5), Decimal(2), "looser"))[0][5] == 3


@pytest.mark.parametrize(
    ("received", "found"),
    [("-10", []), ("-9", []), ("-11", []), ("-8.9", []), ("-11.1", ["under_delivery"])],
)
def test_of_an_ordered_return_of_10_no_more_than_11_may_go_back(received, found):
    back = "po line qty price over_delivery_percent under_delivery_percent closed\n1 10 -10 5 10 10 true"
    assert [told[0] for told in delivery(back, received)] == found


@pytest.mark.parametrize(
    ("over", "under", "found"),
    [("-10", "-", ["over_delivery"]), ("-", "-10", ["under_delivery"]), ("-10", "-10", ["over_delivery", "under_delivery"])],
)  # fmt: skip
def test_a_percentage_below_0_moves_the_limit_past_what_was_ordered(over, under, found):
    """Of 10 ordered at most 9 may come, or at least 11 must: 10 received are too many, or too few."""
    order = f"po line qty price over_delivery_percent under_delivery_percent closed\n1 10 10 5 {over} {under} true"
    assert sorted(told[0] for told in delivery(order, "10")) == found


@pytest.mark.parametrize(("day", "found"), [(10, []), (11, ["under_delivery"])])
def test_a_delivery_is_short_only_when_its_day_is_over(day, found):
    order = "po line qty price due_date\n1 10 10 5 2026-01-10"
    assert [told[0] for told in delivery(order, "9", as_of=date(2026, 1, day))] == found


def test_what_was_received_and_not_invoiced_is_a_variance_below():
    done = run(world(BARE, "po line qty\n1 10 10", "no line qty price po\nA 10 4 5 1")).discrepancies
    found = done.filter(done["code"] == "received_not_invoiced")
    assert found.select("expected", "actual", "variance", "amount_at_risk").rows() == [
        ("10", "4", Decimal(-6), Decimal(30))
    ]


def test_what_went_back_and_was_not_credited_is_a_variance_above():
    receipts = "po line qty\n1 10 10\n1 10 -4"
    done = run(world(BARE, receipts, "no line qty price po\nA 10 10 5 1")).discrepancies
    found = done.filter(done["code"] == "returned_not_credited")
    assert found.select("expected", "actual", "variance", "amount_at_risk").rows() == [
        ("6", "10", Decimal(4), Decimal(20))
    ]


def test_a_credit_beyond_what_was_invoiced_accrues_no_more_than_was_received():
    bill = "no line qty price po type\nA 10 -14 5 1 credit_note"
    done = run(world(BARE, "po line qty\n1 10 10", bill))
    found = done.discrepancies.filter(code="received_not_invoiced")
    told = found.select("expected", "actual", "variance", "amount_at_risk").rows()
    assert (told, done.order_lines["invoiced"].to_list()) == ([("10", "0", Decimal(-10), Decimal(50))], [-14])


@pytest.mark.parametrize(("received", "still"), [("4", 6), ("10", 0), ("12", 0)])
def test_what_is_still_to_come_is_open(received, still):
    done = run(world("po line qty price\n1 10 10 5", f"po line qty\n1 10 {received}"))
    assert done.order_lines["open_to_receive"].to_list() == [still]


@pytest.mark.parametrize(("received", "found"), [("0", []), ("-2", []), ("-5", []), ("3", ["over_delivery"])])
def test_what_is_ordered_to_go_back_is_no_delivery(received, found):
    """Five are ordered back: that none or two went is nothing delivered too much; three that come are."""
    assert [code for code, *_ in delivery("po line qty price\n1 10 -5 3", received)] == found
