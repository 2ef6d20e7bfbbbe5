"""Replay: the state made again from the log alone, beside the one that stands, and what differs between the two."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError
from recon.report.folder.manifest import version
from recon.rules.meaning import feed_digest, match_digest
from recon.run.live.clock import now
from recon.run.live.mapping import told_of
from recon.store.live import MOST_FILLED, Live
from recon.store.outcome import FRAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.rules.rule import Feed, Rules
    from recon.store.events import Logged
    from recon.store.state import State
    from recon.store.store import Store

AT_ONCE = 10_000


@dataclass(frozen=True)
class Difference:
    """How many rows of a frame one state has and the other has not, and one of each."""

    frame: str
    only_standing: int
    only_replayed: int
    example: Mapping[str, Any]


def replay(store: Store, state: State, rules: Rules, feeds: Mapping[str, Feed], until: int) -> None:
    """Make an empty state follow from the log, up to a place in it; nothing of it is told to anybody yet.

    Raises RulesError where the rules no longer have a feed whose records the log holds.
    """
    live = Live(state, store.keys, rules, tells=False)
    while waiting := [each for each in store.log.after(state.applied_seq, AT_ONCE) if each.seq <= until]:
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
    brought = {feed["feed"] for feed in store.log.feeds()} & set(feeds)
    return any(made_by["feeds"].get(name, now_["feeds"][name]) != now_["feeds"][name] for name in brought)


def differences(standing: State, other: State) -> list[Difference]:
    """Return in which frames two states differ."""
    found = []
    for frame in FRAMES:
        here, there = _rows(standing, frame), _rows(other, frame)
        lost, new = here - there, there - here
        if lost or new:
            example = dict(next(iter(lost or new)))
            found.append(Difference(frame, lost.total(), new.total(), example))
    return found


def _rows(state: State, frame: str) -> Counter[tuple[tuple[str, Any], ...]]:
    return Counter(tuple(sorted(row.items())) for row in state.results(frame))
