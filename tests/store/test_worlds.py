"""The world that is found out of what events touch is the one that all documents give: who everybody is, and who hangs together."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from polars.testing import assert_frame_equal

from recon.rules.rule import Rules
from recon.store.events import DELETED, DOCUMENT, Event
from recon.store.live import Live
from recon.store.world.world import World
from tests.kit.batches import random_batch
from tests.kit.live import AT, documents, earlier, event, new_store, told
from tests.store.test_store import invoice, order

pytest.importorskip("cryptography")
WITHIN = ("party", "identity", "weighed", "hits", "order_id", "order_score")
"""How parties are numbered, and what is looked at on the way to a decision: of one that is sure, it depends on who else was asked for."""


def assert_same(one: World, other: World) -> None:
    for name in ("groups", "suppliers", "unsure", "received"):
        assert getattr(one, name) == getattr(other, name), name
    for side in ("orders", "invoices"):
        frames = [getattr(each.parties, side).drop(WITHIN).sort("party_mark") for each in (one, other)]
        assert_frame_equal(*frames, check_exact=True)
        weighed = [{mark: set(some or ()) for mark, some in getattr(each.parties, side).select("party_mark", "weighed").iter_rows()} for each in (one, other)]  # fmt: skip
        assert weighed[0] == weighed[1]
    twins = [each.parties.name_twins.sort("one", "other") for each in (one, other)]
    assert_frame_equal(*twins)
    for table, ids in one.ids.items():
        assert sorted(ids.rows()) == sorted(other.ids[table].rows())
    for name in ("suppliers", "rates", "conversions"):
        assert_frame_equal(*(getattr(each.masters, name) for each in (one, other)))


def follows(place, seed, size, most):
    """Let documents change, citing others' orders now and then, go, and come again; return how often all were found out from all."""
    dice = Random(seed)
    ledger = replace(random_batch(dice, size, version=2).whole, as_of=None)
    docs = documents(ledger).bodies
    numbers = [line["po_number"] for (table, _), body in docs.items() if table == "orders" for line in body["lines"]]
    store = new_store(place)
    there = {of for of in docs if dice.random() < 0.8}
    store.log.accept([event(*of, docs[of], 1) for of in docs if of in there], AT)
    live, anew = Live(store.state, store.keys, ledger.rules), []
    live.apply([told(each) for each in store.log.after(0, 10_000)], AT)
    real = World.of.__func__
    World.of = classmethod(lambda cls, *of: (anew.append(of), real(cls, *of))[1])
    for version in range(2, most + 2):
        for of in dice.sample(list(docs), dice.choice((1, 1, 1, 2, 5))):
            kind = DELETED if dice.random() < 0.15 else DOCUMENT
            store.log.accept([event(*of, another(docs[of], numbers, dice), version, kind=kind)], AT)
        live.apply([told(each) for each in store.log.after(store.state.applied_seq)], AT)
        assert store.state.dead() == []
        assert_same(live._world, real(World, store.state, store.keys, ledger.rules))
    World.of = classmethod(real)
    store.close()
    return len(anew)


def another(body, numbers, dice):
    if dice.random() < 0.4:
        return body
    if dice.random() < 0.5 or not numbers:
        return earlier(body, dice)
    return body | {"lines": [{**line, "po_number": dice.choice(numbers)} if "po_number" in line else line for line in body["lines"]]}  # fmt: skip


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_events_touch_tells_who_everybody_is(place):
    assert follows(place, 1, 8, 14) == 0


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_order_that_comes_decides_who_an_uncertain_name_is(store):
    masters = [Event("m", "suppliers", key, {"lines": [{"supplier_id": key, "name": "Bolt AG", "source": "s", "row": at}], "rejects": [], "has": []}) for at, key in enumerate(("S2", "S3"))]  # fmt: skip
    bill = invoice("I1", po_number="P9")
    bill.payload["lines"][0].pop("supplier_id")
    bill.payload["lines"][0]["supplier_name"] = "Bolt AG"
    store.log.accept([*masters, order_of("P1", "S2"), order_of("P8", "S3"), bill], AT)
    live = Live(store.state, store.keys, Rules())
    live.apply([told(each) for each in store.log.after(0)], AT)
    for event_, supplier in ((order_of("P9", "S3"), "S3"), (order_of("P9", "S2", "2"), "S2")):
        store.log.accept([event_], AT)
        live.apply([told(each) for each in store.log.after(store.state.applied_seq)], AT)
        assert_same(live._world, World.of(store.state, store.keys, Rules()))
        assert live._world.parties.invoices["supplier_id"].to_list() == [supplier]


def order_of(number, supplier, version="1"):
    line = order().payload["lines"][0] | {"po_number": number, "supplier_id": supplier}
    return Event("erp", "orders", number, {"lines": [line], "rejects": [], "has": []}, version=version)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(500, 540))
def test_what_events_touch_tells_who_everybody_is_on_many_ledgers(place, seed):
    follows(place, seed, 16, 30)
