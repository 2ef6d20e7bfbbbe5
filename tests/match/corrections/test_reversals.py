"""Which earlier line a credit takes back, where several are equal; each case worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from recon.rules.rule import Limit
from tests.kit.laws import run
from tests.kit.worlds import world
from tests.oracle.by_hand import tolerant


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


def test_money_for_no_quantity_is_taken_back_as_well():
    """Where the rules tolerate such arithmetic: else the credit is in doubt."""
    bills = """
no po line qty price amount type        invoice_date
A  1  10   0   5     25     invoice     2026-01-01
B  1  10   0   5     25     credit_note 2026-01-02
"""
    rules = tolerant(extension=(Limit(absolute=Decimal(25)), Limit(absolute=Decimal(25))))
    done = run(world("po line qty price\n1 10 10 5", "po line qty\n1 10 10", bills, rules))
    assert done.invoice_lines["codes"].to_list() == [["reversed"]] * 2
