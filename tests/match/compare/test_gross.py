"""Prices that have tax in them: fractions in every comparison, each case worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from recon.rules.rule import Limit, Rules, Sides, Source, Tolerance
from tests.kit.laws import run
from tests.kit.worlds import world

GROSS = Rules(sources={"invoices": Source("invoices", prices="gross")})
BOTH = Rules(sources={name: Source(name, prices="gross") for name in ("orders", "invoices")})
RECEIVED = "po line qty\n1 10 30"
HEAD = "no no_line po line qty price amount line_type tax_rate invoice_total\n"


def verdicts(orders, invoices, rules=GROSS, received=RECEIVED):
    done = run(replace(world(orders, received, HEAD + invoices), rules=rules))
    return [" ".join(codes) for codes in done.invoice_lines.sort("row")["codes"]]


def test_the_orders_value_with_its_tax_to_the_cent_is_no_variance():
    """8.40 x 1.19 = 9.996, billed 10.00; 10.01 would be 0.01 too much."""
    order = "po line qty price\n1 10 30 8.40"
    assert verdicts(order, "A 1 1 10 1 10.00 10.00 - 19 -") == [""]
    assert verdicts(order, "A 1 1 10 1 10.01 10.01 - 19 -") == ["price_variance"]


def test_a_discount_line_below_leaves_exactly_the_ordered_price():
    """10.00 and -0.48 with 19 % in them are 9.52 = 8.00 x 1.19, though neither ends without it."""
    lines = "A 1 1 10 1 10.00 10.00 - 19 -\nA 2 1 10 - - -0.48 discount 19 -"
    assert verdicts("po line qty price\n1 10 30 8.00", lines) == ["", ""]


def test_thirds_of_an_order_by_amount_come_to_all_of_it():
    """Three times 10.00 of 30.00, all with 19 % in them: rounded up thrice they would be over."""
    order = "po line qty price amount tax_rate match_policy\n1 10 - - 30.00 19 two_way"
    lines = "\n".join(f"{number} 1 1 10 - - 10.00 - 19 -" for number in ("A", "B7", "C99"))
    found = verdicts(order, lines, BOTH, "")
    assert [codes.replace("possible_duplicate", "") for codes in found] == ["", "", ""]


@pytest.mark.parametrize(("tax", "codes"), [("190", ""), ("200", "tax_variance")])
def test_a_line_that_is_a_tax_has_none_in_it(tax, codes):
    """1,190 with 19 % in them are 1,000; the tax line says 190 of them."""
    lines = f"A 1 1 10 10 119 1190 item 19 {1000 + int(tax)}\nA 2 - - - - {tax} tax - {1000 + int(tax)}"
    order = "po line qty price tax_rate\n1 10 30 100 19"
    assert verdicts(order, lines) == [codes, codes]


@pytest.mark.parametrize(("figures", "codes"), [("119 19", "tax_unproven"), ("120 19", "price_variance tax_unproven")])
def test_without_a_rate_the_tax_that_is_billed_is_taken_off(figures, codes):
    """119 less 19 are 100 for ten, as ordered; 120 less 19 are 101."""
    amount, tax = figures.split()
    head = "no no_line po line qty amount tax_amount\n"
    done = run(
        replace(world("po line qty price\n1 10 30 10", RECEIVED, head + f"A 1 1 10 10 {amount} {tax}"), rules=GROSS)
    )
    assert [" ".join(each) for each in done.invoice_lines["codes"]] == [codes]


@pytest.mark.parametrize("figures", ["10 119 19", "- 19 119", "- -119 19", "- 119 -"])
def test_where_nothing_tells_what_is_net_the_line_is_a_reject(figures):
    """A gross price beside it, a tax above the amount, two signs, no tax at all."""
    price, amount, tax = figures.split()
    head = "no no_line po line qty price amount tax_amount\n"
    line = f"A 1 1 10 10 {price} {amount} {tax}"
    done = run(replace(world("po line qty price\n1 10 30 10", RECEIVED, head + line), rules=GROSS))
    assert (done.invoice_lines.height, done.rejects.height) == (0, 1)


def test_the_tax_that_a_total_implies_is_a_fraction_too():
    """2.67 with 19 % in them are 2.67 / 1.19 and 0.19 times that: to no tolerance at all, it is exactly the tax."""
    nothing = Sides(Limit(absolute=Decimal(0)), Limit(absolute=Decimal(0)))
    rules = replace(GROSS, tolerances=(Tolerance("exactly", {"tax": nothing}),))
    order = "po line qty price tax_rate\n1 10 30 2.2436974789 19"
    assert verdicts(order, "A 1 1 10 1 - 2.67 - 19 2.67", rules) == [""]
    assert verdicts(order, "A 1 1 10 1 - 2.67 - 7 2.67", rules) == ["price_variance tax_variance"]


def test_halves_of_a_planned_freight_come_to_all_of_it():
    """10.00 of freight planned, twice 5.00 billed, all with 19 % in them: rounded, the halves were a hair more."""
    order = "po line qty price amount category tax_rate\n1 10 30 1 - goods 19\n1 20 - - 10 freight 19"
    bills = "A 1 1 20 - - 5.00 freight 19 -\nB 1 1 20 - - 5.00 freight 19 -"
    assert verdicts(order, bills, BOTH) == ["", ""]
    assert "charge_variance" in verdicts(order, bills.replace("5.00", "5.01"), BOTH)[1]


def test_a_bill_by_header_of_three_lines_comes_to_all_of_them():
    """Three lines of 10.00 and one bill of 30.00, all with 19 % in them: 30 / 1.19 is thrice 10 / 1.19."""
    order = "po line qty price tax_rate match_policy\n1 10 1 10 19 two_way\n1 20 1 10 19 two_way\n1 30 1 10 19 two_way"
    assert verdicts(order, "A - 1 - - - 30.00 - 19 -", BOTH, "") == [""]
    assert verdicts(order, "A - 1 - - - 30.01 - 19 -", BOTH, "") == ["amount_over_ordered"]


def test_what_was_paid_ahead_with_tax_in_it_is_taken_off_in_thirds():
    """30.00 ahead, three times 10.00 taken off: nothing is left. Of 9.99 once, 0.01 / 1.19 is."""
    order = "po line qty price tax_rate match_policy\n1 10 3 20 19 two_way"
    head = "A 1 1 - - - 30.00 prepayment 19 -\n"
    less = "\n".join(f"{no} 1 1 - - - -10.00 prepayment 19 -" for no in ("B", "C", "D"))
    bill = "\nE 1 1 10 3 20 - item 19 -"
    assert verdicts(order, head + less + bill, BOTH, "")[-1] == ""
    assert verdicts(order, head + less.replace("10.00", "9.99", 1) + bill, BOTH, "")[-1] == "prepayment_not_deducted"


@pytest.mark.parametrize(("rest", "found"), [("9", ""), ("9.000001", "charge_variance")])
def test_freight_of_four_rates_is_used_up_to_the_last_digit(rest, found):
    """10.00 with 19 % in them are planned; 1.00 and 9.00, each without it and rounded to ten places, would be more."""
    rates = "20 10 19\n1 30 10 7\n1 40 10 5\n1 50 10 16"
    order = "po line amount tax_rate category quantity unit_price\n" + "\n".join(
        f"{line} freight - -" for line in f"1 {rates}".splitlines()
    )
    order += "\n1 10 - 19 - 30 1"
    lines = "A 1 1 10 30 1 - item 19 -\n" + "".join(
        f"A 9 1 - - - {amount} freight {rate} -\n"
        for amount, rate in (("1", 19), (rest, 19), ("10", 7), ("10", 5), ("10", 16))
    )
    assert {*verdicts(order, lines, BOTH)} == {"", found}
