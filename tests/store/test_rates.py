"""A new exchange rate reaches the bills that it rates and nothing else, live stays batch, and no event waits for what is many."""

from __future__ import annotations

import pytest

from recon.rules.rule import Rules, Source
from recon.store import live as live_
from recon.store.events import DELETED, Event
from recon.store.live import Live
from tests.kit.live import AT, assert_live_is_batch, told
from tests.store.test_store import invoice, order

pytest.importorskip("cryptography")
RULES = Rules(sources={"rates": Source("rates")})


def bill(number, day, currency="USD"):
    return invoice(number, invoice_date=day, **({"currency": currency} if currency else {}))


def rate(day, value, version, kind="document", currency="USD"):
    line = {"currency": currency, "rate": value, "source": "r", "row": 2} | ({"date": day} if day else {})
    return Event("bank", "rates", f"{currency}/{day}", {"lines": [line], "rejects": [], "has": []}, version=version, kind=kind)  # fmt: skip


@pytest.fixture
def follow(store):
    """A store with bills of four days, one in the base currency and one in none; how many documents an event lets be matched."""
    live = Live(store.state, store.keys, RULES)

    def do(*events):
        store.log.accept(list(events), AT)
        done = (
            live.apply([told(each) for each in store.log.after(store.state.applied_seq)], AT).matched if events else 0
        )
        while more := live.settle(AT, store.log.at).matched:
            done += more
        assert_live_is_batch(store, RULES)
        return done

    days = enumerate(("2026-03-01", "2026-03-02", "2026-03-09"), start=1)
    others = bill("E1", "2026-03-09", "EUR"), bill("C1", "2026-03-09", "CHF"), bill("N1", "2026-03-02", "")
    do(*(bill(f"I{at}", day) for at, day in days), *others)
    return do


def base_amounts(store):
    return {row["invoice_number"]: row.get("base_amount") for row in store.state.results("invoice_lines")}


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("events", "rated"),
    [
        ([rate("2026-03-02", "0.9", "1")], {"I2": "45.00", "I3": "45.00", "N1": None}),
        ([rate("2026-03-02", "0.9", "1"), rate("2026-03-05", "0.8", "1")], {"I2": "45.00", "I3": "40.00"}),
        ([rate("", "0.5", "1")], {"I1": "25.00", "I2": "25.00", "I3": "25.00"}),
        ([rate("", "0.5", "1"), rate("2026-03-05", "0.8", "1"), rate("2026-03-05", "0.8", "2", DELETED)], {"I3": "25.00"}),
        ([rate("2026-03-01", "0.9", "1", currency="CHF")], {"C1": "45.00", "I1": None}),
        ([rate("2026-04-01", "0.9", "1")], {"I3": None}),
    ],
)  # fmt: skip
def test_a_rate_reaches_the_bills_of_its_days(store, follow, events, rated):
    follow(*events[:-1])
    follow(events[-1])
    told_ = base_amounts(store)
    assert {number: told_[number] and f"{float(told_[number]):.2f}" for number in rated} == rated


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_rate_lets_only_those_be_matched(follow):
    follow(order_of("P2"), order_of("P3"), bill_of("P2", "USD"), bill_of("P3", "EUR"))
    assert follow(rate("2026-06-01", "0.9", "1")) == 2  # the bill of June and its order
    assert follow(rate("2026-06-02", "0.9", "1")) == 0


def order_of(number):
    event = order()
    line = event.payload["lines"][0] | {"po_number": number}
    return Event("erp", "orders", number, event.payload | {"lines": [line]}, version="1")


def bill_of(po_number, currency):
    return invoice(f"of {po_number}", po_number=po_number, invoice_date="2026-06-01", currency=currency)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("most", ["MOST_RATED", "MOST_SETTLED"])
def test_where_what_is_reached_is_much_it_waits(store, follow, monkeypatch, most):
    monkeypatch.setattr(live_, most, 1)
    event = rate("", "0.5", "1") if most == "MOST_RATED" else factor()
    store.log.accept([event], AT)
    live = Live(store.state, store.keys, RULES)
    assert live.apply([told(each) for each in store.log.after(store.state.applied_seq)], AT).matched == 0
    assert len(store.state.pending(99)) >= 3
    follow(rate("2020-01-01", "1", "1", currency="JPY"))
    assert store.state.pending(99) == []


def factor():
    line = {"from_uom": "BOX", "to_uom": "EA", "factor": "12", "source": "c", "row": 2}
    return Event("erp", "conversions", "BOX/EA", {"lines": [line], "rejects": [], "has": []})
