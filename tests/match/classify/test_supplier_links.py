"""Supplier links: for how much each party is named, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world


@pytest.mark.parametrize(
    ("orders", "amount"),
    [
        ("10 5 - -", "50"),
        ("200 12.5 100 -", "25"),
        ("10 5 - 60", "60"),
        ("- - - 60", "60"),
        ("3 0.0000000001 - -", "0.0000000003"),
        ("1 1 3 -\n1 20 10 5 - 7", "7.3333333333"),
    ],
)
def test_an_order_counts_at_its_amount_or_else_at_quantity_and_price(orders, amount):
    links = run(
        world(f"po line qty price per amount\n1 10 {orders}", "", "no po line qty price\nA 1 10 1 1")
    ).supplier_links
    found = dict(links.select("side", "amount").iter_rows())
    assert found == {"order": Decimal(amount), "invoice": 1}
