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


ORDER = "po line item qty price\n1 10 M 10 5"
BILLED = "no po line qty price type invoice_date\n"
PAST = "limit 0, no rule gives another"


def test_what_is_too_many_is_told_in_all_and_on_this_line():
    """Of 12 that came 10 were ordered, 11 may come. The third six are all too many, but the first too many is the second's."""
    order = "po line item qty price over_delivery_percent\n1 10 M 10 5 10"
    told = said("quantity_over_ordered", order, "po line qty\n1 10 12", BILLED + "A 1 10 6 5 - -\n" * 3)
    second, third = (
        f"Billed {n} of item M in all, {n - 6} before this line, ordered 11 on order 1/10" for n in (12, 18)
    )
    assert told == [
        f"{second}: 1 too many, 5.00 EUR at risk; {PAST}",
        f"{third}: 7 too many, 6 of them on this line, 30.00 EUR at risk; {PAST}",
    ]


def test_what_is_billed_of_what_never_came_is_told_in_all_and_on_this_line():
    assert said("not_received", ORDER, "", BILLED + "A 1 10 3 5 - 2026-01-01\nB 1 10 4 5 - 2026-01-02") == [
        f"Billed 3 of item M on order 1/10, nothing received: 15.00 EUR at risk; {PAST}",
        f"Billed 7 of item M on order 1/10 in all, 3 before this line, nothing received: 4 on this line, 20.00 EUR at risk; {PAST}",
    ]


@pytest.mark.parametrize(
    ("received", "code", "told"),
    [
        ("1 10 10", "quantity_over_received", "Billed 17 of item M, received 10 (receipts 502): 2 too many after later credits, 10.00 EUR"),
        ("1 10 0", "not_received", "Billed 17 of item M on order 1/10, nothing received: 12 on this line after later credits, 60.00 EUR"),
    ],
)  # fmt: skip
def test_what_a_later_credit_takes_back_is_said(received, code, told):
    bills = BILLED + "A 1 10 17 5 invoice 2026-01-01\nB 1 10 -5 5 credit_note 2026-01-02"
    assert said(code, ORDER, f"po line qty\n{received}", bills) == [f"{told} at risk; {PAST}"]


def test_an_amount_too_much_is_told_in_all_and_on_this_line():
    bills = "no po line amount qty price invoice_date\n" + "A 1 10 60 1 60 2026-01-01\n" * 3
    order = "po line amount match_policy\n1 10 100 two_way"
    assert said("amount_over_ordered", order, "", bills)[1] == (
        "Billed 180.00 EUR in all, 120.00 EUR before this line, against 100.00 EUR ordered on order 1/10: "
        f"80.00 EUR too much, 60.00 EUR of it on this line; {PAST}"
    )
