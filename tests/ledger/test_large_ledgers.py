"""Large and odd ledgers: numbers past 64 bits, all lines of one order, as many suppliers as lines, nothing but variances.

What comes of them is worked out by hand; the slow ones tell that the time grows as the ledger does, and no faster.
"""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest

from recon.engine.wholes import FEW
from tests.kit.laws import run
from tests.kit.worlds import world

LINES = FEW + 50  # more than are computed in Python's numbers
SLOPE = 1.6
"""How much more than the lines the time may grow: some work grows by their logarithm, and others use the machine."""


def ledger(lines, order="{n} 10", price="5", billed="5", qty="3", supplier="S1"):
    """Return an order line a number, each received and billed in full."""
    named = [(order.format(n=n), supplier.format(n=n)) for n in range(1, lines + 1)]
    orders = "\n".join(f"{key} {who} {qty} {price}" for key, who in named)
    receipts = "\n".join(f"{key} {qty}" for key, _ in named)
    invoices = "\n".join(f"I{n} {key} {who} {qty} {billed}" for n, (key, who) in enumerate(named, 1))
    return world(
        f"po line supplier qty price\n{orders}",
        f"po line qty\n{receipts}",
        f"no po line supplier qty price\n{invoices}",
    )


def seconds(whole):
    start = process_time()
    run(whole)
    return process_time() - start


def test_numbers_past_64_bits_are_exact():
    """A value of 899,999,999,099.999 9 x 1.000 001 has 25 digits with its places: 64 bits hold 19."""
    whole = ledger(LINES, qty="899999999099.9999", price="1.000001", billed="1.000002")
    found = run(whole)
    quantity = Decimal("899999999099.9999")
    assert found.invoice_lines["price_variance_amount"].unique().to_list() == [quantity * Decimal("0.000001")]
    assert found.bridge["expected"].unique().to_list() == [quantity * Decimal("1.000001")]
    assert found.bridge["invoiced"].sum() == LINES * quantity * Decimal("1.000002")
    assert found.bridge["rounding"].sum() == 0


def test_one_outsized_number_among_many_wraps_none_of_the_others():
    whole = ledger(LINES)
    for table in (whole.orders, whole.receipts, whole.invoices):
        table[7] |= {"quantity": Decimal("899999999099.999999")}
    found = run(whole)
    assert found.invoice_lines["decision"].unique().to_list() == ["pay"]
    amounts = [Decimal("899999999099.999999") * 5, Decimal(15) * (LINES - 1)]
    assert found.bridge["invoiced"].sum() == found.bridge["expected"].sum() == sum(amounts)


@pytest.mark.parametrize("over", [0, 7])
def test_all_lines_of_one_order_line_are_used_up_in_turn(over):
    """Each bills 3 of what is ordered and received once for all; the last one is over by what lacks."""
    whole = ledger(LINES, order="1 10")
    whole.orders[:] = [whole.orders[0] | {"quantity": Decimal(3 * LINES)}]
    whole.receipts[:] = [whole.receipts[0] | {"quantity": Decimal(3 * LINES - over)}]
    codes = run(whole).invoice_lines.sort("row")["codes"].to_list()
    short = -(-over // 3)
    assert [bool(one) for one in codes] == [False] * (LINES - short) + [True] * short


def test_as_many_suppliers_as_lines_are_matched_each_on_its_own():
    found = run(ledger(LINES, supplier="S{n}", billed="6"))
    assert found.supplier_links.height == 2 * LINES
    assert found.invoice_lines["supplier_id"].n_unique() == LINES
    assert found.invoice_lines["price_variance_amount"].unique().to_list() == [3]


def test_nothing_but_variances_are_all_told():
    found = run(ledger(LINES, billed="6", qty="4"))
    assert found.discrepancies["code"].to_list() == ["price_variance"] * LINES
    assert found.discrepancies["variance"].unique().to_list() == [1]
    assert found.discrepancies["discrepancy_id"].n_unique() == LINES


KINDS = {
    "plain lines": {},
    "lines of one order": {"order": "1 {n}"},
    "as many suppliers": {"supplier": "S{n}"},
    "nothing but variances": {"billed": "6"},
    "numbers past 64 bits": {"qty": "899999999099.999999"},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_four_times_the_lines_take_four_times_the_time(kind):
    run(ledger(100))  # what is done once only
    few, many = (min(seconds(ledger(lines, **KINDS[kind])) for _ in range(2)) for lines in (5_000, 20_000))
    assert many < 4 * SLOPE * few


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_odd_lines_take_a_few_times_what_plain_ones_do(kind):
    run(ledger(100))
    plain, odd = (min(seconds(ledger(10_000, **more)) for _ in range(2)) for more in ({}, KINDS[kind]))
    assert odd < 6 * plain
