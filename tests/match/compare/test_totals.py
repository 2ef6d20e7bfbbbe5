"""Each document's total, worked out by hand: net of its lines, plus the tax on top or the tax of its own lines."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from recon.kinds import EXACT
from recon.match.classify.classify import classify_lines
from recon.rules.rule import Rules
from tests.kit.laws import run
from tests.kit.worlds import world

ORDER = "po line qty price\n1 10 10 5\n1 20 4 25"
RECEIVED = "po line qty\n1 10 10\n1 20 4"
LINES = "no no_line qty price po po_line amount tax_amount line_type invoice_tax invoice_total\n"


def variance(invoices):
    """Return the total variances found, line by line; the lines' net is 50 + 100."""
    found = run(world(ORDER, RECEIVED, LINES + invoices)).discrepancies
    totals = found.filter(code="invoice_total_variance").sort("row")
    return [(expected, actual) for expected, actual in totals.select("expected", "actual").iter_rows()]


@pytest.mark.parametrize(("total", "found"), [("178.5", []), ("178.51", []), ("178.52", [("178.5", "178.52")])])
def test_tax_of_each_line_comes_on_top(total, found):
    lines = "A 1 10 5 1 10 50 9.5 item - {0}\nA 2 4 25 1 20 100 19 item - {0}"
    assert variance(lines.format(total)) == found * 2


@pytest.mark.parametrize(("total", "found"), [("178.5", []), ("150", [("178.5", "150")])])
def test_a_tax_line_counts_as_tax_and_not_as_net(total, found):
    lines = "A 1 10 5 1 10 50 - item - {0}\nA 2 4 25 1 20 100 - item - {0}\nA 3 - - - - 28.5 - tax - {0}"
    assert variance(lines.format(total)) == found * 3


@pytest.mark.parametrize(("total", "found"), [("170", []), ("178.5", [("170", "178.5")])])
def test_the_tax_of_the_whole_document_goes_before_that_of_its_lines(total, found):
    lines = "A 1 10 5 1 10 50 9.5 item 20 {0}\nA 2 4 25 1 20 100 19 item 20 {0}"
    assert variance(lines.format(total)) == found * 2


@pytest.mark.parametrize(
    ("line", "tax", "found"),
    [
        ("1 10 3 -", "1.01", 0),  # 30 % of 10 / 3 is 1, though the amount does not end; a cent is permitted
        ("1 10 3 -", "1.010001", 1),
        ("3 - 1 10", "3.01", 0),  # the price does not end, the amount is 10 as given
        ("3 - 1 10", "2.989999", 1),
    ],
)
def test_tax_is_compared_with_the_amount_as_given_or_exactly_derived(line, tax, found):
    orders = "po line qty price per tax_rate\n1 10 3 10 3 0.3"
    rules = Rules(tax_ceiling=None)
    done = run(
        world(orders, "po line qty\n1 10 3", f"no qty price per amount tax_amount po line\nA {line} {tax} 1 10", rules)
    )
    assert done.discrepancies.filter(code="tax_variance").height == found


def test_a_product_too_wide_to_compute_rejects_its_line_and_is_not_summed():
    """A reject has no amount that could be summed; its invoice is held, the other one paid."""
    bill = "no qty price po\nA 2 5 1\nB 999999999999.999999 999999999999.9999999999 1"
    done = run(world("po line qty price\n1 10 2 5", "po line qty\n1 10 2", bill))
    assert done.rejects["reason"].to_list() == ["quantity x unit price is 10^15 or more, past what an amount may be"]
    assert done.invoice_lines["decision"].to_list() == ["pay"]
    assert done.summary["inputs"]["invoices"]["amount"] == {"XXX": "10"}


def test_an_invoice_has_the_currency_of_its_first_line_that_has_one():
    """The freight comes first, has no order and so no currency; the item has that of its order."""
    bill = "no no_line qty price po amount line_type\nA 1 - - - 5 freight\nA 2 2 5 1 - item"
    done = run(world("po line qty price currency\n1 10 2 5 SEK", "po line qty\n1 10 2", bill))
    assert done.invoices["currency"].to_list() == ["SEK"]
    assert done.summary["invoices"]["hold"] == {"SEK": {"count": 1, "amount": "15"}}


def test_an_invoice_has_the_date_and_currency_of_its_first_line_in_order_of_allocation():
    bill = "no no_line qty price po invoice_date currency\nA 1 2 5 1 2026-01-03 EUR\nA 2 2 5 1 2026-01-01 USD"
    done = run(world("po line qty price\n1 10 4 5", "po line qty\n1 10 4", bill))
    assert done.invoices.select("invoice_date", "currency").row(0) == (date(2026, 1, 1), "USD")


def test_invoices_stand_in_the_order_of_their_first_lines():
    """One number on two days is two invoices."""
    rows = "A 1 1 5 1 2026-01-01\nB 1 1 5 1 2026-01-02\nA 2 1 5 1 2026-01-03"
    bill = f"no no_line qty price po invoice_date\n{rows}"
    done = run(world("po line qty price\n1 10 4 5", "po line qty\n1 10 4", bill))
    assert done.invoices["invoice_number"].to_list() == ["A", "B", "A"]


def test_an_invoice_is_as_its_worst_line_is():
    bill = "no no_line qty price po\nA 1 1 5 1\nA 2 1 6 1\nB 1 1 5 1"
    done = run(world("po line qty price\n1 10 4 5", "po line qty\n1 10 4", bill))
    told = done.invoices.select("invoice_number", "status", "decision").rows()
    assert told == [("A", "discrepant", "hold"), ("B", "matched", "pay")]


def test_a_code_without_a_severity_holds():
    """None is without one; if one were, not knowing how bad it is must not pay."""
    lines = pl.DataFrame({"line_id": [1]}, schema={"line_id": pl.Int64})
    found = {"kind": "invoice", "id": 1, "code": "price_variance", "severity": None, "amount_at_risk": None}
    types = {"id": pl.Int64, "severity": pl.String, "amount_at_risk": EXACT, "at_risk_currency": pl.String}
    told = pl.DataFrame([found | {"at_risk_currency": None, "beyond": True}], schema_overrides=types)
    assert classify_lines(lines, told, "invoice", "line_id")["decision"].to_list() == ["hold"]
