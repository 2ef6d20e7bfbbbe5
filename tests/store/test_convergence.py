"""Live equals batch: in whatever order documents come, how often and in how many pieces."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from recon.store.events import DELETED, DOCUMENT
from recon.store.live import Live
from tests.kit.batches import random_batch
from tests.kit.live import (
    AT,
    assert_holds,
    assert_live_is_batch,
    catch_up,
    documents,
    earlier,
    event,
    hostile,
    new_store,
)
from tests.kit.random_ledgers import random_ledger

pytest.importorskip("cryptography")
slow_on_postgres = pytest.mark.parametrize("place", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)  # fmt: skip


def converges(place, seed):
    dice = Random(seed)
    ledger = replace(random_ledger(dice, version=2), as_of=None)
    store = new_store(place)
    for each in hostile(documents(ledger), dice):
        store.log.accept([each], AT)
    catch_up(store, Live(store.state, store.keys, ledger.rules), dice)
    assert_holds(store, ledger)
    assert_live_is_batch(store, ledger.rules)
    store.close()


@slow_on_postgres
@pytest.mark.parametrize("seed", [1, 2])
def test_live_is_batch_whatever_the_order_of_arrival(place, seed):
    converges(place, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_live_is_batch_on_many_ledgers(place, seed):
    converges(place, seed)


def changes_one_by_one(place, seed, size, most):
    """Load a ledger of many suppliers, then change documents, rates and masters, or take them away, one by one: each touches little."""
    dice = Random(seed)
    ledger = replace(random_batch(dice, size, version=2).whole, as_of=None)
    docs = documents(ledger).bodies
    store = new_store(place)
    store.log.accept([event(*of, body, 1) for of, body in docs.items()], AT)
    live = Live(store.state, store.keys, ledger.rules)
    catch_up(store, live, dice, 10_000)
    for version, of in enumerate(dice.sample(list(docs), min(most, len(docs))), start=2):
        kind = DELETED if dice.random() < 0.1 else DOCUMENT
        store.log.accept([event(*of, earlier(docs[of], dice), version, kind=kind)], AT)
        catch_up(store, live, dice)
    assert_live_is_batch(store, ledger.rules)
    store.close()


def cites_others(place, seed, size, most):
    """Let bills cite any order, one after the other, and now and then their own again: groups grow together and come apart."""
    dice = Random(seed)
    ledger = replace(random_batch(dice, size, version=2).whole, as_of=None)
    docs = documents(ledger).bodies
    numbers = [line["po_number"] for (table, _), body in docs.items() if table == "orders" for line in body["lines"]]
    bills = [of for of, body in docs.items() if of[0] == "invoices" and body["lines"]]
    store = new_store(place)
    store.log.accept([event(*of, body, 1) for of, body in docs.items()], AT)
    live = Live(store.state, store.keys, ledger.rules)
    catch_up(store, live, dice, 10_000)
    for version in range(2, most + 2):
        of = dice.choice(bills)
        lines = [{**line, "po_number": dice.choice(numbers)} for line in docs[of]["lines"]]
        body = docs[of] | ({"lines": lines} if dice.random() < 0.8 else {})
        store.log.accept([event(*of, body, version)], AT)
        catch_up(store, live, dice)
        if version % 5 == 0:
            assert_live_is_batch(store, ledger.rules)
    store.close()


@slow_on_postgres
@pytest.mark.parametrize("seed", [4])
def test_bills_that_cite_another_s_order_make_one_group_of_two(place, seed):
    cites_others(place, seed, 12, 15)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(400, 440))
def test_bills_that_cite_another_s_order_make_one_group_of_two_on_many_ledgers(place, seed):
    cites_others(place, seed, 20, 40)


@slow_on_postgres
@pytest.mark.parametrize("seed", [3])
def test_what_is_matched_alone_is_what_the_whole_gives(place, seed):
    changes_one_by_one(place, seed, 12, 25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300, 340))
def test_what_is_matched_alone_is_what_the_whole_gives_on_many_ledgers(place, seed):
    changes_one_by_one(place, seed, 20, 60)
