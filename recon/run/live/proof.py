"""Proof: whether what stands in a store is what the log, or a run, gives; and what other rules would make of it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from recon.ledger.reconcile import reconcile
from recon.run.live.comparison import Difference, Switch, differences, mismatch, switches
from recon.run.live.follower import following, renewed
from recon.run.live.opened import feeds_of, open_store
from recon.run.live.replay import replay
from recon.store.documents import written
from recon.store.gathered import stored
from recon.store.outcome import MATCHED
from recon.store.store import FollowedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.rules.rule import Rules
    from recon.store.store import Store

TURNS, WAIT = 30, 1.0
"""How often, and seconds between, it is looked whether a store that another process follows has nothing that is pending."""


@contextmanager
def standing(rules: Rules) -> Iterator[Store]:
    """Give the store as it stands at one moment: caught up, or, where another process follows it, as that one has it."""
    try:
        with following(rules) as follower:
            follower.catch_up()
            yield follower.store
            return
    except FollowedError:
        pass
    with open_store(rules, write=False) as store:
        for _ in range(TURNS):
            if not store.state.pending(1):
                break
            time.sleep(WAIT)
        with store.state.snapshot():
            yield store


def compared_with_log(rules: Rules, since: int = 0) -> list[Difference]:
    """Return in what the results that stand differ from those that the log alone gives, by the same rules.

    `since`: only its events from this place on are applied anew, to what stands.
    """
    with standing(rules) as store, store.beside() as other:
        until = store.state.applied_seq
        if since > 1:
            store.state.copy_to(other)
            other.begin_again(since)
        replay(store, other, rules, feeds_of(rules), until)
        return differences(store.state, other)


def switch(rules: Rules) -> int:
    """Put the state that the log alone gives in the place of the one that stands, and return how many events it is of.

    What it changes is told as any change is. Raises OutputError where another process follows the store.
    """
    with open_store(rules) as store, store.lease():
        new = renewed(store, rules, feeds_of(rules), anyway=True)
        try:
            return new.state.applied_seq
        finally:
            new.close()


def mismatches(rules: Rules) -> list[str]:
    """Return in which frames the results that stand differ from those of a run over the same documents."""
    with standing(rules) as store:
        done = reconcile(stored(store.state), rules)
        frames = {name: getattr(done, name) for name in MATCHED}
        frames["bridge"] = frames["bridge"].filter(frames["bridge"]["source"].is_not_null())
        results = store.state.results
        return [wrong for name in MATCHED if (wrong := mismatch(name, results(name), written(frames[name])))]


def would_switch(rules: Rules) -> list[Switch]:
    """Return the invoices that these rules decide otherwise than those by which the store stands; nothing switches."""
    with open_store(rules, write=False) as store, store.state.snapshot(), store.beside() as other:
        replay(store, other, rules, feeds_of(rules), store.state.applied_seq)
        return switches(store.state, other)
