"""Freight, charges and discounts in columns become lines of their own; each case worked out by hand."""

from __future__ import annotations

from tests.kit.laws import run
from tests.kit.worlds import world

ORDER, RECEIVED = "po line qty price\n1 10 10 5\n1 20 10 5", "po line qty\n1 10 10\n1 20 10"
HEAD = "no po po_line qty price invoice_total freight_amount discount_amount\n"


def lines(rows, head=HEAD):
    """Return row, kind and amount of each line, and that what came in went out."""
    done = run(world(ORDER, RECEIVED, head + rows))
    assert all(side["difference"] == "0" for side in done.summary["conservation"].values())
    found = done.invoice_lines.sort("row", "line_type").select("row", "line_type", "amount")
    return [(row, kind, f"{amount.normalize():f}") for row, kind, amount in found.iter_rows()]


def test_freight_that_the_total_counts_once_is_the_documents():
    """100 of goods and 8 of freight are 108."""
    assert lines("A 1 10 10 5 108 8 -\nA 1 20 10 5 108 8 -") == [
        (2, "freight", "8"),
        (2, "item", "50"),
        (3, "item", "50"),
    ]


def test_freight_that_the_total_counts_twice_is_each_lines():
    """100 of goods and twice 8 are 116."""
    found = lines("A 1 10 10 5 116 8 -\nA 1 20 10 5 116 8 -")
    assert found == [(2, "freight", "8"), (2, "item", "50"), (3, "freight", "8"), (3, "item", "50")]


def test_a_discount_takes_away_however_it_is_signed():
    assert lines("A 1 10 10 5 - - 3\nA 1 20 10 5 - - -2") == [
        (2, "discount", "-3"),
        (2, "item", "50"),
        (3, "discount", "-2"),
        (3, "item", "50"),
    ]


def test_a_row_of_freight_alone_is_that_line():
    assert lines("A 1 10 10 5 - - -\nA 1 - - - - 8 -") == [(2, "item", "50"), (3, "freight", "8")]


def test_a_row_that_bills_nothing_beside_its_documents_freight_is_left_out():
    """50 of goods and 8 of freight are 58; the header repeats both below a greeting, which bills nothing."""
    done = run(world(ORDER, RECEIVED, HEAD + "A 1 10 10 5 58 8 -\nA 1 - 0 - 58 8 -\nA - - - - 58 8 -"))
    kinds = done.invoice_lines.select("row", "line_type").rows()
    assert sorted(kinds) == [(2, "freight"), (2, "item")]
    assert done.left_out.select("row", "reason").rows() == [(3, "bills nothing"), (4, "bills nothing")]
    assert (done.summary["left_out"], done.summary["inputs"]["invoices"]["left_out"]) == (2, 2)
