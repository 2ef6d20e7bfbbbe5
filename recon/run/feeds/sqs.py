"""A queue of Amazon SQS: a message is taken from it when what it says is durable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from recon.errors import RulesError, SourceError
from recon.run.feeds.fetcher import Fetcher
from recon.run.feeds.messages import events_of_message
from recon.run.feeds.taking import Fetched
from recon.run.live.clock import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.pulled import SqsFeed
    from recon.rules.rule import Rules
    from recon.store.events import Event
    from recon.store.store import Store

PATIENCE = 2
"""Seconds that a round waits for messages."""


@dataclass
class Sqs(Fetcher):
    """One queue that is read. It gives messages more than once, and in no order: versions in records say which counts."""

    sqs: SqsFeed
    rules: Rules
    _client: Any = field(default=None, init=False)

    def __post_init__(self) -> None:
        try:
            import boto3
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise RulesError("reading SQS needs boto3, which is not installed", self.name, "Install it with `pip install 'recon[sqs]'`.") from None  # fmt: skip
        self._failed = BotoCoreError, ClientError
        try:
            self._client = boto3.client(
                "sqs", region_name=self.sqs.region or None, endpoint_url=self.sqs.endpoint or None
            )
        except self._failed as error:
            raise RulesError(f"SQS cannot be asked: {type(error).__name__}", self.name, "See to region and credentials.") from None  # fmt: skip

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def once(self, store: Store, *, probing: bool = False) -> Fetched:  # noqa: ARG002 -- boto3 has its own patience
        """Take what waits, make it durable, then take it from the queue. Raises SourceError."""
        try:
            messages = self._client.receive_message(QueueUrl=self.sqs.queue, MaxNumberOfMessages=10, WaitTimeSeconds=PATIENCE).get("Messages", [])  # fmt: skip
            accepted = store.log.accept([event for one in messages for event in self._events(one, store)], now())
            self._delete(messages)
        except self._failed as error:
            raise SourceError(f"SQS does not answer: {type(error).__name__}", self.name, "See to queue and credentials.") from None  # fmt: skip
        return Fetched(self.name, len(accepted), sum(each.repeated for each in accepted), len(messages))

    def _events(self, message: dict[str, Any], store: Store) -> list[Event]:
        """Return what a message says, known by the message's id: it may come again after a newer one."""
        events = events_of_message(message["Body"].encode(), self.feed, self.rules, store.keys.mark)
        of = [f"{message['MessageId']}/{at}" for at in range(len(events))]
        return [
            event if event.event_id else replace(event, event_id=name) for event, name in zip(events, of, strict=True)
        ]

    def _delete(self, messages: Sequence[dict[str, Any]]) -> None:
        if messages:
            entries = [{"Id": str(at), "ReceiptHandle": one["ReceiptHandle"]} for at, one in enumerate(messages)]
            self._client.delete_message_batch(QueueUrl=self.sqs.queue, Entries=entries)
