"""How the service stands: each feed of the rules with what came of it, how long the oldest event waits, the metrics of it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from recon.run.live.status import feeds_told, status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client import Metric

    from recon.rules.rule import Rules
    from recon.run.serve.asked import Refusals
    from recon.run.serve.intake import Intake
    from recon.run.serve.reader import Reader
    from recon.store.store import Store

BEHIND = 60.0
"""Seconds after which an event that still waits says that nobody follows the store."""


def behind(store: Store) -> float:
    """Return how many seconds the oldest event waits that is not applied; 0 where none does."""
    waiting = store.log.after(store.state.applied_seq, 1)
    return max(0.0, _ago(waiting[0].received_at)) if waiting else 0.0


def _ago(at: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()


@dataclass(frozen=True, eq=False)
class Metrics:
    """What Prometheus is told; of money nothing, for its numbers are no exact ones."""

    reader: Reader
    rules: Rules
    intake: Intake
    refusals: Refusals

    def text(self) -> bytes:
        """Return all metrics as they are now."""
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of the receiver, and those of the store."""
        took = CounterMetricFamily("recon_pushed_events", "Events that were pushed, by what became of them", labels=["feed", "result"])  # fmt: skip
        for labels, count in sorted(self.intake.counts.items()):
            took.add_metric(list(labels), count)
        refused = CounterMetricFamily("recon_requests_refused", "Requests that were refused", labels=["route", "status"])  # fmt: skip
        for (route, code), count in sorted(self.refusals.counts.items()):
            refused.add_metric([route, str(code)], count)
        yield took
        yield refused
        yield GaugeMetricFamily("recon_ingest_queue", "Events that wait for their commit", self.intake.writer.waiting)
        with self.reader.look() as store:
            yield from self._of_store(store)

    def _of_store(self, store: Store) -> Iterator[Metric]:
        told = status(store)
        yield CounterMetricFamily("recon_events", "Events in the log", told.events)
        yield CounterMetricFamily("recon_events_applied", "Events applied", told.events - told.waiting)
        yield GaugeMetricFamily("recon_lag_seconds", "How long the oldest event waits that is not applied", behind(store))  # fmt: skip
        yield GaugeMetricFamily("recon_documents", "Documents that stand", told.documents)
        yield GaugeMetricFamily("recon_dirty", "Documents that could not be matched", told.unmatched)
        yield GaugeMetricFamily("recon_dead_letters", "Events that could not be applied", told.dead)
        yield GaugeMetricFamily("recon_store_bytes", "Size of the store", told.bytes)
        yield GaugeMetricFamily("recon_data_tick_rate", "Events a second of the last ticks", told.rate)
        waits = GaugeMetricFamily("recon_event_to_verdict_seconds", "From arrival to verdict, in the last ticks", labels=["quantile"])  # fmt: skip
        waits.add_metric(["0.5"], told.p50)
        waits.add_metric(["0.99"], told.p99)
        yield waits
        yield _labelled("recon_undelivered_changes", "Changes that a target was not sent yet", "target", told.outbox)
        rows = feeds_told(store, self.rules)
        yield _labelled("recon_feed_events", "Events that a feed gave", "feed", {r["feed"]: r["events"] for r in rows})
        silent = {r["feed"]: _ago(r["last_at"]) for r in rows if r["last_at"]}
        yield _labelled("recon_source_silent_seconds", "How long ago a feed gave its last event", "feed", silent)
        failing = {r["feed"]: r["failures"] for r in rows if "failures" in r}
        yield _labelled("recon_feed_failures", "How often in a row a feed could not be read", "feed", failing)


def _labelled(name: str, about: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
