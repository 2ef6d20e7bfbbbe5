"""Dead letters: shown, tried again, dropped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from recon.errors import RulesError, SourceError
from recon.read.records import parsed
from recon.run.live.clock import now
from recon.run.live.events import events_of_json
from recon.run.live.follower import following
from recon.run.live.mapping import told_of
from recon.run.live.opened import open_store

if TYPE_CHECKING:
    from recon.rules.rule import Rules
    from recon.run.live.follower import Follower
    from recon.store.events import Logged
    from recon.store.store import Store

Letter = tuple[int, str, str, str, str, str]


def letter(rules: Rules, seq: int) -> str:
    """Return what is wrong with a dead letter, how to mend it, and what it holds."""
    with open_store(rules, write=False) as store:
        _, feed, key, why, mend, at = _found(store, seq)
        logged = store.log.at(seq)
    payload = json.dumps(logged.payload if logged else None, ensure_ascii=False, indent=2)
    return f"{feed}#{seq}: {key}\n  {why}\n  {mend}\n  since {at}\n{payload}"


def retry(rules: Rules, seq: int | None) -> tuple[int, int]:
    """Apply a dead letter again, or all; return how many were mended and how many still wait.

    Where none waits nobody need follow the store. Raises FollowedError where another process does.
    """
    if seq is None and not _waiting(rules):
        return 0, 0
    with following(rules) as follower:
        state = follower.store.state
        chosen = [_found(follower.store, seq)] if seq is not None else state.dead()
        for number, *_ in chosen:
            logged = follower.store.log.at(number)
            if logged is not None and "unread" in (logged.payload or {}):
                _read_again(follower, logged)
                continue
            told = told_of(logged, follower.feeds, rules) if logged else None
            if told is not None and told.body is not None:
                state.settle_dead(number, "mended")
                follower.live.apply([told], now(), again=True)
        left = len({number for number, *_ in state.dead()} & {number for number, *_ in chosen})
        return len(chosen) - left, left


def _waiting(rules: Rules) -> bool:
    with open_store(rules, write=False) as store:
        return bool(store.state.dead())


def _read_again(follower: Follower, logged: Logged) -> None:
    """Read what came and could not be read, by the rules as they are now; what it says comes as if it came now."""
    feed = follower.feeds.get(logged.event.feed)
    if feed is None or logged.payload is None:
        return
    try:
        told = parsed(logged.payload["unread"], feed.name)
        events = events_of_json(told, feed, follower.rules, follower.store.keys.mark)
    except SourceError:
        return
    follower.store.log.accept(events, now())
    follower.store.state.settle_dead(logged.seq, "mended")
    follower.catch_up()


def untold(rules: Rules) -> list[tuple[str, int, int]]:
    """Return what a target refused for good: target, change, how often it was told."""
    with open_store(rules, write=False) as store:
        deliveries = store.sent(write=False)
        try:
            return deliveries.dead()
        finally:
            deliveries.close()


def tell_again(rules: Rules) -> int:
    """Let the targets be told again what they refused for good; return how much that is."""
    refused = untold(rules)
    with open_store(rules, write=False) as store:
        deliveries = store.sent()
        try:
            for target, change, _ in refused:
                deliveries.retry(target, change)
        finally:
            deliveries.close()
    return len(refused)


def drop(rules: Rules, seq: int) -> None:
    """Leave a dead letter for good."""
    with following(rules) as follower:
        _found(follower.store, seq)
        follower.store.state.settle_dead(seq, "dropped")


def _found(store: Store, seq: int) -> Letter:
    found = next((each for each in store.state.dead() if each[0] == seq), None)
    if found is None:
        raise RulesError(f"no event {seq} waits among the dead letters", hint="`recon dead RULES list` lists them.")
    return found
