"""What was fallen into once: one file for log and state, sums by floats, hashes of an engine that another release makes otherwise."""

from __future__ import annotations

import pytest

from recon.match.keys import party_mark
from recon.rules.rule import Rules
from recon.store.events import Event
from recon.store.live import Live
from tests.kit.live import AT, assert_live_is_batch, told
from tests.store.test_store import apply, committed, invoice, order

pytest.importorskip("cryptography")


def another(number, price):
    line = order().payload["lines"][0] | {"po_number": number, "quantity": "1", "unit_price": price}
    return Event("erp", "orders", number, {"lines": [line], "rejects": [], "has": []}, version="1")


def test_an_event_is_accepted_while_the_state_is_written(store):
    with store.state.transaction():
        store.state.set_fact("name", "held")
        assert [each.seq for each in store.log.accept([order()], AT)] == [1]
    assert store.log.last() == 1


def test_what_is_committed_is_added_exactly(store):
    apply(store, another("P1", "0.1"), another("P2", "0.2"), another("P3", "99999999999.000001"))
    assert committed(store) == {"EUR": "99999999999.300001"}
    apply(store, Event("erp", "orders", "P3", {}, version="2", kind="deleted"))
    assert committed(store) == {"EUR": "0.3"}


def test_what_an_engine_hashes_is_nowhere_kept(store, monkeypatch):
    apply(store, order(), invoice("I1"))
    for room in ("recon.store.world.mentions", "recon.match.normalise.lines"):
        monkeypatch.setattr(f"{room}.party_mark", lambda lines, seed=0: party_mark(lines, seed=seed + 1_000))
    live = Live(store.state, store.keys, Rules())
    store.log.accept([invoice("I2"), invoice("I3", supplier_id="S9")], AT)
    live.apply([told(each) for each in store.log.after(store.state.applied_seq)], AT)
    while live.settle(AT, store.log.at).any:
        pass
    assert store.state.dead() == []
    assert_live_is_batch(store, Rules())
