"""Replay: a state made again from the log alone, by rules that may be others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from recon.errors import RulesError
from recon.report.folder.manifest import version
from recon.rules.meaning import feed_digest, match_digest
from recon.run.live.clock import now
from recon.run.live.mapping import told_of
from recon.store.live import MOST_FILLED, Live

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.store.events import Logged
    from recon.store.state import State
    from recon.store.store import Store

AT_ONCE = 10_000


def replay(store: Store, state: State, rules: Rules, feeds: Mapping[str, Feed], until: int) -> None:
    """Make a state follow from the log, from the place to which it does up to another; nothing of it is told to anybody yet.

    Raises RulesError where the rules no longer have a feed whose records the log holds.
    """
    live = Live(state, store.keys, rules, tells=False)
    while waiting := store.log.after(state.applied_seq, min(AT_ONCE, until - state.applied_seq)):
        _refuse_without_feed(waiting, feeds, rules)
        live.fill([told_of(logged, feeds, rules) for logged in waiting], now())
    live.filled()
    while live.settle(now(), store.log.at, MOST_FILLED).any:
        pass
    state.set_fact("rules", meaning(rules, feeds))


def _refuse_without_feed(waiting: Sequence[Logged], feeds: Mapping[str, Feed], rules: Rules) -> None:
    lost = sorted({e.event.feed for e in waiting if e.event.feed not in feeds and "records" in (e.payload or {})})
    if lost:
        hint = "Keep the feed without what brings new documents (webhook, poll, ...): what it brought is read by it."
        raise RulesError(f"the store holds documents of the feed '{lost[0]}', which the rules do not have", str(rules.path), hint)  # fmt: skip


def meaning(rules: Rules, feeds: Mapping[str, Feed]) -> str:
    """Return what of the rules decides results, to be compared by `means_else`: recon itself, the match, how feeds are read."""
    told = {"recon": version(), "match": match_digest(rules), "feeds": {n: feed_digest(f) for n, f in feeds.items()}}
    return json.dumps(told, sort_keys=True)


def means_else(store: Store, rules: Rules, feeds: Mapping[str, Feed]) -> bool:
    """Return whether the state that stands was made by rules that decide otherwise.

    A feed that has brought nothing says nothing, and one that is gone leaves what it brought as it was read.
    """
    fact = store.state.fact("rules")
    made_by = json.loads(fact) if fact.startswith("{") else {}
    now_ = json.loads(meaning(rules, feeds))
    if any(made_by.get(name) != now_[name] for name in ("recon", "match")):
        return True
    brought = set(store.log.names()) & set(feeds)
    return any(made_by["feeds"].get(name, now_["feeds"][name]) != now_["feeds"][name] for name in brought)
