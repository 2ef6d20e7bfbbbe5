"""What discrepancies say, word by word, of small ledgers worked out by hand."""

from __future__ import annotations

import pytest

from tests.laws import run
from tests.worlds import world


def said(code, *tables, **more):
    """Return what is said of each discrepancy of the code, without what clears it, by row."""
    found = run(world(*tables, **more)).discrepancies.filter(code=code).sort("row")
    return [message.partition(". Clears with:")[0] for message in found["message"]]


@pytest.mark.parametrize(("order_price", "word"), [("0.3333333333", "more"), ("0.3333333334", "less")])
def test_a_price_a_hair_off_is_told_in_its_right_direction(order_price, word):
    """A third is more than its ten places; the variance, a third of 1E-10, is 0 in ten places."""
    order = f"po line qty price currency\n1 10 3 {order_price} JPY"
    (message,) = said("price_variance", order, "po line qty\n1 10 3", "no po line qty amount currency\nA 1 10 3 1 JPY")
    assert f" {word} than the {order_price} of order 1/10" in message
