"""Which earlier line a price difference puts right, each case worked out by hand."""

from __future__ import annotations

import pytest

from tests.kit.laws import run
from tests.kit.worlds import world

HEAD = "no po line qty price amount type line_type invoice_date\n"


def codes(ordered, *bills):
    """The codes of each bill of an order line of `ordered` pieces and price, all of which came; one bill a day."""
    dated = (f"{no} 1 10 {bill} 2026-01-{no:02}" for no, bill in enumerate(bills, start=1))
    order, came = f"po line qty price\n1 10 {ordered}", f"po line qty\n1 10 {ordered.split()[0]}"
    lines = run(world(order, came, HEAD + "\n".join(dated))).invoice_lines.sort("row")
    return [" ".join(each) for each in lines["codes"]]


def test_a_difference_may_be_one():
    """1 at 3 for 2 is 1 too much; the credit of 1 is 1 below the price as well, and puts it right."""
    assert codes("1 2", "1 3 - invoice item", "1 1 - credit_note item") == ["", ""]


def test_a_line_at_half_the_price_does_not_put_itself_right():
    """It bills 25 and lacks 25."""
    assert codes("10 5", "10 2.5 - invoice item") == ["price_variance"]


@pytest.mark.parametrize(("kind", "sign"), [("price_difference", ""), ("discount", "-")])
def test_the_latest_line_whose_variance_it_takes_is_put_right(kind, sign):
    """10 at 6 for 5 are 10 too much; the five behind them are right."""
    assert codes(
        "15 5",
        "10 6 - invoice item",
        "5 5 - invoice item",
        f"- - {sign}10 {'invoice' if sign else 'credit_note'} {kind}",
    ) == ["", "", ""]


def test_what_is_put_right_once_is_left_alone_by_the_next_credit():
    """5 at 8 for 5 are 15 too much, 10 at 6 are 10: the first credit is of the later line, the second of the other."""
    bills = "10 6 - invoice item", "5 8 - invoice item"
    assert (
        codes("15 5", *bills, "- - 15 credit_note price_difference", "- - 10 credit_note price_difference") == [""] * 4
    )


def test_two_credits_put_one_line_right_whatever_stands_behind_it():
    bills = "10 6 - invoice item", "5 5 - invoice item"
    given_back = (f"- - {amount} credit_note price_difference" for amount in (4, 6))
    assert codes("15 5", *bills, *given_back) == [""] * 4


def test_a_credit_less_a_discount_puts_right_what_both_come_to():
    """10 at 6 for 5 are 10 too much; 10 at 1.10 less 1 are 10, so that nothing is left. A debit of 2 is then of the latest line."""
    bills = """
no no_line po line qty price amount type        line_type        invoice_date
A  1       1  10   10  6     -      invoice     item             2026-01-01
B  1       1  10   5   5     -      invoice     item             2026-01-02
C  1       1  10   10  1.1   -      credit_note item             2026-01-03
C  2       1  10   -   -     -1     credit_note discount         2026-01-03
D  1       1  10   -   -     2      invoice     price_difference 2026-01-04
"""
    lines = run(world("po line qty price\n1 10 15 5", "po line qty\n1 10 15", bills)).invoice_lines.sort("row")
    varied = [["price_variance"]]
    assert lines["codes"].to_list() == [[], *varied, [], [], *varied]
