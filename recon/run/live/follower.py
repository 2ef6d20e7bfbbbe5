"""The follower: who applies the log of a store to its state, and makes that again where other rules made it."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.report.words import several
from recon.run.live.clock import now
from recon.run.live.mapping import told_of
from recon.run.live.opened import feeds_of, open_store
from recon.run.live.replay import meaning, means_else, replay
from recon.store.applied import Applied, Told
from recon.store.changes import carry_over
from recon.store.live import MOST_SETTLED, Live

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.store.store import Store

AT_ONCE = 200
"""How many events are applied in one transaction: their match costs little more than one's."""
TAKING = 0.1
"""Seconds of taking events after which they are matched."""
MOST_LINES = 5_000
"""About how many lines of events are matched at once."""
PATIENCE = 5.0
"""Seconds after which what waits for its group is matched although events go on coming."""
MANY, MOST = 1_000, 10_000
"""Where more than MANY wait, and more than half of what is there, the store is filled, MOST at once, and matched at the end."""
FEW_SETTLED, MANY_WAIT, QUIET = 200, 1_000, 30.0
"""About how many documents of the second queue are matched at once, for an event that comes meanwhile waits for them; more where
so many wait, and for so many seconds nothing came, that the store was just filled."""


@dataclass
class Follower:
    """Who applies the log to the state: the only one, while it has the store's lease."""

    store: Store
    rules: Rules
    live: Live
    feeds: Mapping[str, Feed]
    written: bool = False
    settled: float = field(default_factory=time.perf_counter)
    came: float = -math.inf
    anew: int = 0
    """How many events were applied as it began: of a state that is new, or was lost, or that other rules had made."""

    @classmethod
    def of(cls, store: Store, rules: Rules) -> Follower:
        """Return a follower that knows the store as it stands; what other rules made is made again first, and then switched."""
        feeds = feeds_of(rules)
        opened = renewed(store, rules, feeds)
        opened.state.set_fact("rules", meaning(rules, feeds))
        anew = 0 if opened is store else opened.state.applied_seq
        return cls(opened, rules, Live(opened.state, opened.keys, rules), feeds, anew=anew)

    def begun(self) -> str:
        """Return in words what was done as it began, to be said behind that it did; nothing where nothing was."""
        return f": {several(self.anew, 'event')} of the log applied as it was opened" if self.anew else ""

    def tick(self) -> Applied:
        """Apply the next events of the log, or else match some of what waits for its group; return what became of them."""
        started = time.perf_counter()
        done = self.store.state.applied_seq
        behind = self.store.log.last() - done
        fills = behind > MANY and (self.live.filling or behind > self.store.state.count("document") // 2)
        if self.live.filling and not fills:
            self.live.filled()
        if not behind or (started - self.settled > PATIENCE and self.live.waits):
            return self._settle()
        told = self._next(done, MOST) if fills else self._next(done, AT_ONCE, started + TAKING)
        applied = self.live.fill(told, now()) if fills else self.live.apply(told, now())
        self.written = True
        self.came = self.came if fills else time.perf_counter()
        oldest = told[0].logged.received_at
        self.store.state.note_tick(now(), applied.events, time.perf_counter() - started, oldest)
        return applied

    def _next(self, done: int, most: int, until: float = math.inf) -> list[Told]:
        """Return the next events with what they say: until the time is over, or one match would hold too many lines."""
        told: list[Told] = []
        lines = 0
        for logged in self.store.log.after(done, most):
            told.append(told_of(logged, self.feeds, self.rules))
            lines += len(told[-1].body.lines) if told[-1].body else 0
            if time.perf_counter() > until or (lines > MOST_LINES and most == AT_ONCE):
                break
        return told

    def _settle(self) -> Applied:
        """Match some of what waits for its group; where nothing does, tidy up."""
        quiet = time.perf_counter() - self.came > QUIET
        many = quiet and len(self.store.state.pending(MANY_WAIT)) == MANY_WAIT
        settled = self.live.settle(now(), self.store.log.at, MOST_SETTLED if many else FEW_SETTLED)
        self.settled = time.perf_counter()
        self.written = self.written or settled.any
        if not settled.any and self.written:
            self.store.tidy()
            self.written = False
        return settled

    def catch_up(self) -> Applied:
        """Apply all that is in the log, and match all that waits for its group."""
        whole = Applied()
        while (applied := self.tick()).any:
            whole += applied
            self.came = -math.inf  # nobody waits for the next event
        return whole


def renewed(store: Store, rules: Rules, feeds: Mapping[str, Feed], *, anyway: bool = False) -> Store:
    """Return the store with a state that these rules made: a new generation where other rules did, where it was lost, or `anyway`."""
    last = store.log.last()
    lost = not store.state.applied_seq and last > 0
    if not (anyway or lost or (store.state.applied_seq and means_else(store, rules, feeds))):
        return store
    with store.beside() as new:
        replay(store, new, rules, feeds, last)
        carry_over(store.state, new, last)
        return store.switched(new)


@contextmanager
def following(rules: Rules) -> Iterator[Follower]:
    """Follow the store of the rules while the block lasts. Raises OutputError where another process does."""
    with open_store(rules) as store, store.lease():
        follower = Follower.of(store, rules)
        try:
            yield follower
        finally:
            follower.store.close()
