"""Which earlier line a credit takes back, where several are equal; each case worked out by hand."""

from __future__ import annotations

from tests.kit.laws import run
from tests.kit.worlds import world


def test_two_equal_bills_are_taken_back_by_two_lines_of_one_credit():
    """The first takes back the later bill, the second the earlier one; the total counts both lines."""
    bills = """
no no_line po line qty price type        invoice_date total
A  1       1  10   5   5     invoice     2026-01-01   25
B  1       1  10   5   5     invoice     2026-01-02   25
C  1       1  10   5   5     credit_note 2026-01-03   50
C  2       1  10   5   5     credit_note 2026-01-03   50
"""
    done = run(world("po line qty price\n1 10 10 5", "po line qty\n1 10 5\n1 10 5", bills))
    assert done.invoice_lines["codes"].to_list() == [["reversed"]] * 4
