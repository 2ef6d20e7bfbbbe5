"""Poll: what changed since the last time is asked for; what came, and how far that is, are kept together."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.errors import SourceError
from recon.read.records import inside, unparsed
from recon.run.feeds.client import Client
from recon.run.feeds.fetcher import Fetcher
from recon.run.feeds.pages import Pages
from recon.run.feeds.taking import Fetched, Taking
from recon.run.live.clock import now
from recon.run.live.events import events_or_letter
from recon.run.live.stamps import asked_since, is_to_come, newest
from recon.store.events import NOTICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.rules.pulled import PollFeed
    from recon.rules.rule import Rules
    from recon.run.feeds.stopped import Patience
    from recon.store.events import Event
    from recon.store.store import Store


@dataclass
class Poll(Fetcher):
    """One feed that is polled."""

    poll: PollFeed
    rules: Rules
    patience: Patience

    def __post_init__(self) -> None:
        self._client = Client(self.feed.name, self.poll.auth, self.patience)

    @property
    def every(self) -> float:
        """Seconds from round to round."""
        return float(self.poll.every)

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def once(self, store: Store, *, probing: bool = False) -> Fetched:
        """Ask once for all that changed, and keep it; `probing` asks one time only whether it answers again.

        Raises SourceError where not all of it came: what came is kept, and all of it is asked for again.
        """
        self._client.begin(store, probing=probing)
        taken = Taking(self.feed.name, store)
        before = store.log.cursor(self.feed.name) or ""
        pages = Pages(self.feed.name, self.poll, lambda ask: self._client.ask(ask, self.poll.url))
        until, dated = before, True
        try:
            for records in pages.read(self._since(before)):
                taken.put(self._events(records, before, store))
                stamps = self._stamps(records)
                dated &= bool(stamps or not records)
                until = newest((stamp for stamp in stamps if not is_to_come(stamp, now())), until)
        finally:
            taken.flush("" if sys.exc_info()[0] or not dated else until)
        if self.poll.cursor and not dated:
            raise SourceError(f"no record has '{self.poll.cursor.column}', which says when it changed", self.feed.name, "See to cursor of the feed. What came is kept, and asked for again.")  # fmt: skip
        return Fetched(self.feed.name, taken.documents, taken.repeated, pages.asked)

    def _events(self, records: list[dict[str, Any]], before: str, store: Store) -> list[Event]:
        mark = store.keys.mark
        events = [(event, record) for record in records for event in events_or_letter(record, self.feed, self.rules, mark)]  # fmt: skip
        return [self._once_each(event, record, before, mark) for event, record in events]

    def _once_each(self, event: Event, record: dict[str, Any], before: str, mark: Callable[[str], str]) -> Event:
        """Return a notice with an id by which it is taken once; one of the cursor's own moment twice, in two rounds: what it
        tells of may have changed again in that moment.
        """
        if event.kind != NOTICE or event.event_id:
            return event
        again = "again" if before and before in self._stamps([record]) else ""
        return replace(event, event_id=mark(f"{again}{unparsed(record)}"))

    def _since(self, before: str) -> str:
        cursor = self.poll.cursor
        if cursor is None:
            return ""
        return asked_since(before, self.poll.overlap, cursor.form) if before else asked_since(cursor.start, Decimal(0), cursor.form)  # fmt: skip

    def _stamps(self, records: list[dict[str, Any]]) -> list[str]:
        column = self.poll.cursor.column if self.poll.cursor else ""
        told = [inside(record, column) for record in records] if column else []
        return [str(stamp) for stamp in told if stamp is not None]
