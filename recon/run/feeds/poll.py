"""Poll: what changed since the last time is asked for; what came, and how far that is, are kept together."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.errors import SourceError
from recon.read.records import inside, unparsed
from recon.rules.pulled import Auth
from recon.run.feeds.client import TRIES, Client
from recon.run.feeds.pages import Pages, records_of
from recon.run.feeds.template import fetch_ask
from recon.run.live.clock import now
from recon.run.live.mapping import events_or_letter
from recon.run.live.stamps import asked_since, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.rules.pulled import Fetch, PollFeed
    from recon.rules.rule import Feed, Rules
    from recon.run.feeds.stopped import Patience
    from recon.store.events import Event
    from recon.store.store import Store


@dataclass(frozen=True)
class Fetched:
    """What a round of a feed gave: how many documents, how many of them were known already, in how many answers."""

    feed: str
    documents: int = 0
    repeated: int = 0
    answers: int = 0

    def told(self) -> str:
        """Return it in words."""
        return (
            f"{self.feed}: {self.documents:,} documents, {self.repeated:,} known already, in {self.answers:,} answers"
        )


@dataclass
class Taking:
    """Takes what comes page by page into the log; the last of it together with how far was read."""

    feed: str
    store: Store
    documents: int = 0
    repeated: int = 0
    _waiting: list[Event] = field(default_factory=list)

    def put(self, events: list[Event]) -> None:
        """Keep events; they are durable with the next ones, or when it is flushed."""
        self.flush()
        self._waiting = events

    def flush(self, until: str = "") -> None:
        """Make what was put durable, and `until` with it. Raises OutputError where it cannot be written."""
        cursor = (self.feed, until) if until else None
        if self._waiting or cursor:
            accepted = self.store.accept(self._waiting, now(), cursor)
            self.documents += len(accepted)
            self.repeated += sum(each.repeated for each in accepted)
        self._waiting = []


@dataclass
class Poll:
    """One feed that is polled."""

    feed: Feed
    poll: PollFeed
    rules: Rules
    patience: Patience
    _known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = Client(self.feed.name, self.poll.auth, self.patience)
        fetch = self.feed.fetch
        self._documents = Client(self.feed.name, fetch.auth, self.patience) if fetch and fetch.auth != Auth() else self._client  # fmt: skip

    @property
    def every(self) -> float:
        """Seconds from round to round."""
        return float(self.poll.every)

    def close(self) -> None:
        """Close what is open."""
        self._client.close()
        self._documents.close()

    def once(self, store: Store, *, probing: bool = False) -> Fetched:
        """Ask once for all that changed, and keep it; `probing` asks one time only whether it answers again.

        Raises SourceError where not all of it came: what came is kept, and all of it is asked for again.
        """
        self._client.tries = self._documents.tries = 1 if probing else TRIES
        taken = Taking(self.feed.name, store)
        before = store.log.cursor(self.feed.name) or ""
        pages = Pages(self.feed.name, self.poll, lambda ask: self._client.ask(ask, self.poll.url))
        until, dated = before, True
        try:
            for records in pages.read(self._since(before)):
                taken.put(self._events(records, store))
                stamps = self._stamps(records)
                dated &= bool(stamps or not records)
                until = newest(stamps, until)
        finally:
            taken.flush("" if sys.exc_info()[0] or not dated else until)
        if self.poll.cursor and not dated:
            raise SourceError(f"no record has '{self.poll.cursor.column}', which says when it changed", self.feed.name, "See to cursor of the feed. What came is kept, and asked for again.")  # fmt: skip
        return Fetched(self.feed.name, taken.documents, taken.repeated, pages.asked)

    def _events(self, records: list[dict[str, Any]], store: Store) -> list[Event]:
        mark = store.keys.mark
        return [event for record in self._whole(records) for event in events_or_letter(record, self.feed, self.rules, mark)]  # fmt: skip

    def _since(self, before: str) -> str:
        cursor = self.poll.cursor
        if cursor is None:
            return ""
        return asked_since(before, self.poll.overlap, cursor.form) if before else asked_since(cursor.start, Decimal(0), cursor.form)  # fmt: skip

    def _stamps(self, records: list[dict[str, Any]]) -> list[str]:
        column = self.poll.cursor.column if self.poll.cursor else ""
        told = [inside(record, column) for record in records] if column else []
        return [str(stamp) for stamp in told if stamp is not None]

    def _whole(self, records: list[dict[str, Any]]) -> Iterator[Any]:
        """Yield the documents: the records, or what is fetched for each that is not known as it is."""
        fetch = self.feed.fetch
        if fetch is None:
            yield from records
            return
        for notice in records:
            name, said = unparsed(notice), ""
            if self._known.get(name) is None:
                yield from self._fetched(fetch, notice)
                self._known[name] = said

    def _fetched(self, fetch: Fetch, notice: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._documents.ask(fetch_ask(fetch, notice, self.feed.name), fetch.url)
        return records_of(answer, fetch.records, self.feed.name)
