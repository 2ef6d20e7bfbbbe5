"""Replay: the state made again from the log alone, beside the one that stands, and what differs between the two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.run.live.clock import now
from recon.run.live.mapping import told_of
from recon.store.live import Live
from recon.store.outcome import FRAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.rule import Feed, Rules
    from recon.store.state import State
    from recon.store.store import Store

AT_ONCE = 20_000


@dataclass(frozen=True)
class Difference:
    """How many rows of a frame one state has and the other has not, and one of each."""

    frame: str
    only_standing: int
    only_replayed: int
    example: Mapping[str, Any]


def replayed(store: Store, rules: Rules, feeds: Mapping[str, Feed]) -> State:
    """Return the state that follows from the log, up to where the one that stands is, in a file beside it."""
    state = store.beside()
    live = Live(state, store.keys, rules)
    until = store.state.applied_seq
    while waiting := [each for each in store.log.after(state.applied_seq, AT_ONCE) if each.seq <= until]:
        live.apply([told_of(logged, feeds, rules) for logged in waiting], now())
    state.set_fact("rules", rules.digest)
    return state


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
