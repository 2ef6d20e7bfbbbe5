"""Why a group is not split by what hangs together in it: a line without a usable order number looks at all orders of its supplier."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

BILLS = (
    "no supplier po qty price item invoice_date currency\nI1 S 1 10 5 M 2026-03-10 EUR\nI2 S - 10 5 M 2026-03-11 EUR"
)


@pytest.mark.parametrize(
    ("orders", "found"),
    [
        (("1", "2"), ("link_ambiguous", None)),  # the whole group: either order fits
        (("1",), ("link_suggested", "1")),  # split, with the one: a certainty that there is not
        ((), ("no_reference", None)),  # split by numbers alone: nothing fits
    ],
)  # fmt: skip
def test_what_a_line_without_a_number_may_mean_only_the_whole_group_tells(orders, found):
    ordered = "\n".join(f"{number} 10 10 5 S M 2026-03-01 EUR" for number in ("3", *orders))
    header = "po line qty price supplier item order_date currency\n"
    lines = run(world(header + ordered.replace("3 10 10 5 S M", "3 10 10 5 S N"), "", BILLS)).invoice_lines
    codes, number = lines.filter(invoice_number="I2").select("codes", "order_po_number").row(0)
    assert (codes[0], number) == found
