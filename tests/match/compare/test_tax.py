"""Tax of a document at its edges: what its lines come to, what its total leaves for tax; each worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recon.rules.rule import Rules, Source
from tests.kit.laws import run
from tests.kit.worlds import world

CAME = "po line qty\n1 10 10\n1 20 10"


def codes(orders, invoices, rules=None):
    lines = run(world(orders, CAME, invoices, rules or Rules())).invoice_lines.sort("row")
    return [" ".join(each) for each in lines["codes"]]


@pytest.mark.parametrize(("tax", "found"), [("10", ""), ("12", "tax_variance")])
def test_what_is_free_needs_no_rate(tax, found):
    """20 % of 50 are 10; the ten pieces for nothing are of no rate."""
    orders = "po line qty price tax_rate\n1 10 10 5 20\n1 20 10 0 -"
    bill = f"no no_line po line qty price invoice_tax\nA 1 1 10 10 5 {tax}\nA 2 1 20 10 0 {tax}"
    assert codes(orders, bill) == [found, found]


def test_a_line_that_tells_of_no_tax_needs_no_rate_to_prove_one():
    """10 of tax on 50 at the 20 % that were agreed; of the other 50 nobody says a rate, and no tax is billed of them."""
    orders = "po line qty price tax_rate\n1 10 10 5 20\n1 20 10 5 -"
    bill = "no no_line po line qty price tax_amount\nA 1 1 10 10 5 10\nA 2 1 20 10 5 {}"
    assert codes(orders, bill.format("-")) == ["", ""]
    assert codes(orders, bill.format("1")) == ["tax_unproven", "tax_unproven"]


def test_what_is_billed_at_one_is_taxed():
    """10 % of 1 are 0.10; 0.12 are billed, and a cent is permitted."""
    orders = "po line qty price tax_rate\n1 10 1 1 10"
    assert codes(orders, "no po line qty price tax_amount\nA 1 10 1 1 0.12") == ["tax_variance"]
    assert codes(orders, "no po line qty price invoice_tax\nA 1 10 1 1 0.12") == ["tax_variance"]


@pytest.mark.parametrize(
    ("amounts", "total", "found"),
    [
        ("10 -10", "5", "tax_variance"),  # 5 of tax on nothing, and 27 % of nothing are nothing
        ("10 -10", "-5", "invoice_total_variance"),  # below nothing is not above the lines
        ("10 -9.5", "5", "tax_variance"),  # 4.50 of tax on 0.50
        ("10 -9.5", "-5", "invoice_total_variance"),
        ("9.5 -10", "-5", "tax_variance"),
        ("9.5 -10", "5", "invoice_total_variance"),
        ("9.5 -10", "-0.5", ""),
    ],
)
def test_what_a_total_is_above_its_lines_is_tax_on_their_side_of_nothing(amounts, total, found):
    rows = "\n".join(f"A {no} {amount} {total} invoice" for no, amount in enumerate(amounts.split(), start=1))
    told = codes("", f"no no_line amount total type\n{rows}")
    assert [[c for c in one.split() if "tax" in c or "total" in c] for one in told] == [found.split()] * 2


def test_a_total_of_the_lines_alone_tells_of_no_tax():
    assert codes("po line qty price tax_rate\n1 10 10 5 20", "no po line qty price total\nA 1 10 10 5 50") == [""]


@pytest.mark.parametrize(("rate", "tax"), [("19", "19"), ("100", "59.5")])
def test_the_tax_that_is_told_of_gross_prices_is_the_tax_of_the_bill(rate, tax):
    """Of 119 with its tax 19 are tax at 19 %, and half at 100 %; the order agreed on 7."""
    rules = Rules(sources={"invoices": Source("invoices", prices="gross")}, tax_ceiling=None)
    bill = f"no po line qty amount tax_rate total\nA 1 10 10 119 {rate} 119"
    done = run(replace(world("po line qty price tax_rate\n1 10 10 10 7", CAME, bill), rules=rules))
    assert done.discrepancies.filter(code="tax_variance")["actual"].to_list() == [tax]
