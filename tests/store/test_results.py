"""Results by what a person must look at first: the most at risk in base currency, of those the oldest, a page at a time."""

from __future__ import annotations

import pytest

from recon.rules.rule import Rules, Source
from recon.run.serve.query import Query
from recon.run.serve.views import invoices_at_risk
from recon.store.live import Live
from recon.store.results import most_at_risk
from recon.store.state import NO_RATE, Result
from tests.kit.live import AT, told
from tests.store.test_rates import rate
from tests.store.test_store import invoice

pytest.importorskip("cryptography")


def held(at, name, risk, day=""):
    row = {"invoice_key": name, **({"invoice_date": day} if day else {})}
    return Result(at, "invoices", name, "hold", row, risk)


def pages(state, size):
    """Return the names of all on hold, page by page."""
    after, found = None, []
    while page := most_at_risk(state, "hold", after, size):
        after = page[-1][0]
        found.append([place[2] for place, _ in page])
    return found


ORDER = ["most", "older", "later", "no day", "no rate"]


@pytest.fixture
def full(store):
    rows = [
        held(1, "no rate", NO_RATE, "2020-01-01"),
        held(2, "no day", 70.0),
        held(3, "later", 70.0, "2026-03-02"),
        held(4, "older", 70.0, "2026-03-01"),
        held(5, "most", 900.5, "2026-03-09"),
        Result(6, "invoices", "paid", "pay", {}, 5000.0),
    ]
    store.state.replace_results(("invoices",), range(9), rows, 1)
    return store


@pytest.mark.parametrize("size", [1, 2, 100])
def test_the_most_at_risk_come_first_and_of_equals_the_oldest(full, size):
    found = pages(full.state, size)
    assert [name for page in found for name in page] == ORDER
    assert all(len(page) == size for page in found[:-1])


@pytest.mark.parametrize("word", ["", "o"])
def test_the_page_lists_them_so_and_goes_on_where_it_ended(full, word):
    """`o` is in all names but `later`."""
    cursor, found = "", []
    while cursor is not None:
        told = {"limit": "2", "q": word, "cursor": cursor}
        page = invoices_at_risk(full, Query(told, {}, tuple(told)), "hold")
        found += [row["invoice_key"] for row in page["invoices"]]
        cursor = page["next"]
    assert found == [name for name in ORDER if word in name]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_is_at_risk_is_told_apart_by_its_worth_and_not_by_its_number(store):
    """Each bills 50.00 that no order knows: a dollar is 0.9 of a euro, a yen 0.01 of one, and nobody says what a franc is.

    One names no currency, a day later.
    """
    rules = Rules(sources={"rates": Source("rates")})
    rates = [rate("", value, "1", currency=code) for code, value in (("USD", "0.9"), ("JPY", "0.01"))]
    bills = [invoice(f"I-{code}", invoice_date="2026-03-01", currency=code) for code in ("CHF", "JPY", "USD", "EUR")]
    store.log.accept([*rates, *bills, invoice("I-none", invoice_date="2026-03-02")], AT)
    live = Live(store.state, store.keys, rules)
    live.apply([told(each) for each in store.log.after(0)], AT)
    while live.settle(AT, store.log.at).any:
        pass
    found = most_at_risk(store.state, "hold", None, 9)
    assert [row.get("currency") for _, row in found] == ["EUR", None, "USD", "JPY", "CHF"]
    assert [-place[0] for place, _ in found] == pytest.approx([50.0, 50.0, 45.0, 0.5, NO_RATE])
