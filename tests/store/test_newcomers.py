"""Who was never seen before is decided alone where nobody else is another through it, and live stays batch."""

from __future__ import annotations

import pytest

from recon.rules.rule import Rules
from recon.store.events import Event
from recon.store.live import Live
from recon.store.world.world import World
from tests.kit.live import AT, assert_live_is_batch, told
from tests.store.test_store import apply, invoice, order

pytest.importorskip("cryptography")


@pytest.fixture
def anew(store, monkeypatch):
    """How often all parties were decided anew, once the store is followed."""
    apply(store, order(), invoice("I1"))
    live, count = Live(store.state, store.keys, Rules()), []
    of = World.of
    monkeypatch.setattr(World, "of", lambda *told: (count.append(1), of(*told))[1])

    def do(event):
        store.log.accept([event], AT)
        live.apply([told(each) for each in store.log.after(store.state.applied_seq)], AT)
        while live.settle(AT, store.log.at).matched:
            pass
        monkeypatch.undo()
        assert_live_is_batch(store, Rules())
        monkeypatch.setattr(World, "of", lambda *told: (count.append(1), of(*told))[1])
        return len(count)

    return do


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("event", "times"),
    [
        (invoice("I2", supplier_name="Acme, written anew"), 0),
        (invoice("I2", supplier_id=None, supplier_name="Nobody", po_number=None), 0),
        (invoice("I2", supplier_id=None, supplier_name="Nobody"), 0),  # ties itself to the order's supplier
        (invoice("I2", supplier_id="S9"), 0),
        (invoice("I2", iban="DE89370400440532013000"), 0),
    ],
)
def test_only_who_may_make_somebody_another_lets_all_be_decided_anew(anew, event, times):
    lines = [{name: value for name, value in line.items() if value is not None} for line in event.payload["lines"]]
    assert anew(Event("erp", "invoices", event.key, {**event.payload, "lines": lines})) == times
