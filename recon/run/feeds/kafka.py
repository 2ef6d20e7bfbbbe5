"""A topic of Kafka: how far it was read stands in the store, with what came; what the brokers know of it is for others."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError, SourceError
from recon.run.feeds.fetcher import Fetcher
from recon.run.feeds.messages import events_of_message
from recon.run.feeds.taking import Fetched
from recon.run.live.clock import now
from recon.run.live.secrets import revealed
from recon.store.events import DELETED, Event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.rules.pulled import KafkaFeed
    from recon.rules.rule import Rules
    from recon.store.store import Store

AT_ONCE = 500
PATIENCE = 1.0
"""Seconds that a round waits for messages."""
NEVER = -1001
"""What librdkafka calls an offset that is not known."""


@dataclass
class Kafka(Fetcher):
    """One topic that is read. Messages of one partition come in their order; that is the order of a key."""

    kafka: KafkaFeed
    rules: Rules
    _consumer: Any = field(default=None, init=False)
    _read: dict[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        try:
            import confluent_kafka  # noqa: F401 -- said now, not when the first message would come
        except ImportError:
            raise RulesError("reading Kafka needs confluent-kafka, which is not installed", self.name, "Install it with `pip install 'recon[kafka]'`.") from None  # fmt: skip

    def close(self) -> None:
        """Leave the group."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def once(self, store: Store, *, probing: bool = False) -> Fetched:  # noqa: ARG002 -- librdkafka has its own patience
        """Take what waits, and keep it with how far that is; then tell the brokers. Raises SourceError."""
        if self._consumer is None:
            self._begin(store)
        messages = self._consumer.consume(AT_ONCE, PATIENCE)
        events: list[Event] = []
        until = dict(self._read)
        for message in messages:
            self._refuse_failed(message)
            events += self._events(message, store)
            until[f"{message.topic()}/{message.partition()}"] = message.offset() + 1
        if not messages:
            return Fetched(self.name)
        try:
            accepted = store.log.accept(events, now(), (self.name, json.dumps(until, sort_keys=True)))
        except BaseException:
            self.close()  # what was consumed and is not kept is consumed again
            raise
        self._read = until
        self._consumer.commit(offsets=self._places(until), asynchronous=True)
        return Fetched(self.name, len(accepted), sum(each.repeated for each in accepted), len(messages))

    def _begin(self, store: Store) -> None:
        from confluent_kafka import Consumer

        self._read = json.loads(store.log.cursor(self.name) or "{}")
        settings = {name: revealed(value, self.name) for name, value in self.kafka.options.items()}
        own = {"bootstrap.servers": self.kafka.servers, "group.id": self.kafka.group, "enable.auto.commit": False, "auto.offset.reset": "earliest"}  # fmt: skip
        self._consumer = Consumer({"client.id": "recon", **settings, **own})
        self._consumer.subscribe([self.kafka.topic], on_assign=self._assigned)

    def _assigned(self, consumer: Any, partitions: Sequence[Any]) -> None:
        """Go on where the store is, whatever the brokers think."""
        for partition in partitions:
            partition.offset = self._read.get(f"{partition.topic}/{partition.partition}", NEVER)
        consumer.assign(partitions)

    def _refuse_failed(self, message: Any) -> None:
        if (error := message.error()) is not None:
            self.close()
            raise SourceError(f"Kafka says: {error.str()}", self.name, "It is asked again.")

    def _events(self, message: Any, store: Store) -> list[Event]:
        value, key = message.value(), message.key()
        if value is None:  # a tombstone: the key's document is gone
            return [Event(self.name, self.feed.table, key.decode(errors="replace"), {}, kind=DELETED)] if key else []
        return events_of_message(value, self.feed, self.rules, store.keys.mark)

    def _places(self, until: Mapping[str, int]) -> list[Any]:
        from confluent_kafka import TopicPartition

        split = [(*place.rpartition("/"), offset) for place, offset in until.items()]
        assigned = {(each.topic, each.partition) for each in self._consumer.assignment()}
        return [TopicPartition(topic, int(n), offset) for topic, _, n, offset in split if (topic, int(n)) in assigned]
