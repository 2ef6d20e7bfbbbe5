"""Status: how far each feed is, what waits, how fast events become verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from recon.run.live.clock import now
from recon.store.positions import balances

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.store.store import Store


@dataclass(frozen=True)
class Status:
    """The store at this moment.

    `feeds`: of each its events, how many of them `lately`, when the last came and how many seconds ago (`silent`).
    `coming`: events a second that came lately; `rate`: events a second that the last ticks took while they worked; `p50`,
    `p99`: seconds from arrival to verdict.
    """

    feeds: Sequence[Mapping[str, Any]]
    events: int
    waiting: int
    documents: int
    dead: int
    unmatched: int
    pending: int
    outbox: Mapping[str, int]
    bytes: int
    coming: float
    rate: float
    p50: float
    p99: float
    balances: Mapping[str, Mapping[str, Decimal]]
    targets: Mapping[str, str]
    """What is wrong with those that are told."""
    health: Mapping[str, Mapping[str, Any]]
    """Of each feed that is fetched when it was asked, when it answered last, how often in a row it did not, and why."""


def status(store: Store) -> Status:
    """Return how the store stands."""
    count, feeds, first = store.state.count, store.log.feeds(), store.log.since_lately()
    here = _seconds(now())
    ticks = store.state.ticks()
    waits = sorted(_seconds(at) - _seconds(oldest) for at, _, _, oldest in ticks)
    outbox, troubles = _undelivered(store)
    spent = sum(seconds for _, _, seconds, _ in ticks)
    return Status(
        feeds=[{**feed, "silent": max(0.0, here - _seconds(feed["last_at"]))} for feed in feeds],
        events=store.log.last(),
        waiting=store.log.last() - store.state.applied_seq,
        documents=count("document where deleted = 0"),
        dead=count("dead where state = 'waiting'"),
        unmatched=count("dirty"),
        pending=count("due"),
        outbox=outbox,
        targets=troubles,
        bytes=store.size,
        coming=sum(feed["lately"] for feed in feeds) / max(1.0, here - _seconds(first)) if first else 0.0,
        rate=sum(events for _, events, _, _ in ticks) / spent if spent else 0.0,
        p50=_at(waits, 50),
        p99=_at(waits, 99),
        balances=balances(store.state),
        health=store.log.health(),
    )


def feeds_told(store: Store, rules: Rules) -> list[dict[str, Any]]:
    """Return each feed, of the rules or of the log: how it comes, what it gave, how it does where it is asked."""
    gave = {row["feed"]: row for row in store.log.feeds()}
    does = store.log.health()
    ways = {feed.name: way(feed) for feed in rules.feeds}
    names = [*ways, *(name for name in gave if name not in ways)]
    return [{"feed": name, "way": ways.get(name, "files"), "events": 0, "last_at": None, "last_seq": None, **gave.get(name, {}), **does.get(name, {})} for name in names]  # fmt: skip


def way(feed: Feed) -> str:
    """Return how a feed comes, in a word or two and without an address: that may hold what is secret."""
    ways = ("folder", "webhook", "poll", "sql", "kafka", "sqs", "at")
    return ", ".join(name for name in ways if getattr(feed, name, None)) or "files"


def _undelivered(store: Store) -> tuple[Mapping[str, int], Mapping[str, str]]:
    deliveries = store.sent(write=False)
    try:
        return deliveries.waiting(store.state), deliveries.troubles()
    finally:
        deliveries.close()


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _at(values: Sequence[float], percent: int) -> float:
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0
