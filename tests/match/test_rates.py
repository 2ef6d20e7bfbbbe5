"""Exchange rates: what a line of 50 comes to in the base currency, worked out by hand."""

from __future__ import annotations

import pytest

from recon.rules.rule import Rules, Source
from tests.kit.laws import run
from tests.kit.worlds import world

RULES = Rules(base_currency="EUR", sources={"rates": Source("rates", files=("rates.csv",))})


def in_base(rates, currency="USD", day="2026-03-10"):
    order = f"po line qty price currency\n1 10 10 5 {currency}"
    bill = f"no qty price po invoice_date\nA 10 5 1 {day}"
    done = run(world(order, "po line qty\n1 10 10", bill, RULES, rates="currency date rate\n" + rates))
    amount, codes = done.invoice_lines.select("base_amount", "codes").row(0)
    return (None if amount is None else f"{amount.normalize():f}"), "rate_missing" in codes


@pytest.mark.parametrize(
    ("rates", "amount"),
    [
        ("USD 2026-01-01 0.8\nUSD 2026-03-10 0.9\nUSD 2026-03-11 0.7", "45"),
        ("USD 2026-01-01 0.8\nUSD 2026-03-11 0.7", "40"),
        ("USD - 0.5\nUSD 2026-03-11 0.7", "25"),
        ("USD - 0.5\nUSD 2026-03-01 0.7", "35"),
        ("USD 2026-03-01 0.7\nUSD 2026-03-01 0.7", "35"),
        ("USD 2026-03-01 0.123456789", "6.17283945"),
    ],
)
def test_the_latest_rate_up_to_the_invoice_is_taken_else_one_without_a_date(rates, amount):
    assert in_base(rates) == (amount, False)


@pytest.mark.parametrize(
    "rates", ["USD 2026-03-11 0.7", "CHF - 0.9", "USD - 0.5\nUSD - 0.6", "USD 2026-03-01 0.5\nUSD 2026-03-01 0.6"]
)
def test_no_rate_or_two_are_missing(rates):
    assert in_base(rates) == (None, True)


def test_the_base_currency_needs_no_rate():
    assert in_base("EUR - 3", currency="EUR") == ("50", False)


def test_an_invoice_without_a_date_takes_the_rate_without_one():
    assert in_base("USD 2026-01-01 0.8\nUSD - 0.5", day="-") == ("25", False)
