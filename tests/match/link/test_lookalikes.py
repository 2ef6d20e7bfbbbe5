"""Which orders of the supplier a number that is not found may have meant; each case worked out by hand."""

from __future__ import annotations

import re

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

ORDERS = "po line qty price supplier\n5001 10 10 5 S1\n700 10 10 5 S1\nA17 10 10 5 S1\n6001 10 10 5 S2\n"


def named(cited, orders=ORDERS):
    """Return the orders that the message on an invoice of S1 names."""
    done = run(world(orders, "", f"no qty price po line supplier\nA 10 5 {cited} 10 S1"))
    messages = done.discrepancies.filter(code="order_not_found")["message"].to_list()
    return [found[1] for message in messages if (found := re.search(r"the supplier may mean ([^.]*)\.", message))]


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        ("501", ["5001"]),  # a digit left out
        ("50011", ["5001"]),  # one too many
        ("5081", ["5001"]),  # another
        ("S001", ["5001"]),  # a letter for a digit, which is one edit too
        ("SOOI", ["5001"]),  # drawn alike throughout
        ("A1", ["A17"]),
        ("5010", []),  # two turned round are two edits
        ("51", []),
        ("5001/700", ["5001, 700"]),
        ("5001;x", ["5001"]),
        ("6002", []),  # near an order of another supplier
        ("9999", []),
        ("7001", ["5001, 700"]),  # one edit from each
    ],
)
def test_orders_that_may_be_meant_are_named(cited, found):
    assert named(cited) == found


def test_no_more_than_five_are_named():
    orders = "po line qty price supplier\n" + "".join(f"123{n} 10 10 5 S1\n" for n in range(7))
    assert named("1239", orders) == ["1230, 1231, 1232, 1233, 1234"]
