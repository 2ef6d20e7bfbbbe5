"""Notices: a feed that says which document changed, and does not hold it: the document is fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from recon.read.records import inside, parsed
from recon.rules.pulled import Auth
from recon.run.feeds.client import Client, GoneError
from recon.run.feeds.fetcher import Fetcher
from recon.run.feeds.pages import records_of
from recon.run.feeds.taking import Fetched, Taking
from recon.run.feeds.template import UntoldError, fetch_ask
from recon.run.live.events import events_or_letter, gone_of, unread

if TYPE_CHECKING:
    from recon.rules.feed import Feed
    from recon.rules.pulled import Fetch
    from recon.rules.rule import Rules
    from recon.run.feeds.stopped import Patience
    from recon.store.events import Event, Logged
    from recon.store.store import Store

AT_ONCE = 100
EVERY = 1.0


@dataclass
class Notices(Fetcher):
    """Fetches the documents of a feed's notices, in their order; how far it is stands with what came of them."""

    fetch: Fetch
    rules: Rules
    patience: Patience

    def __post_init__(self) -> None:
        poll = self.feed.poll
        auth = poll.auth if poll and self.fetch.auth == Auth() else self.fetch.auth
        self._client = Client(self.feed.name, auth, self.patience)
        self._plain = replace(self.feed, fetch=None)

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.feed.name}, documents"

    @property
    def every(self) -> float:
        """Seconds from round to round."""
        return EVERY

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def once(self, store: Store, *, probing: bool = False) -> Fetched:
        """Fetch what waits. Raises SourceError where the system does not answer: it is fetched later."""
        self._client.begin(store, probing=probing)
        taken, asked = Taking(self.name, store), 0
        while some := store.log.notices(self.feed.name, int(store.log.cursor(self.name) or 0), AT_ONCE):
            for notice in _last_of_each(some):
                taken.put(self._events(notice, store))
                taken.flush(str(notice.seq))
                asked += 1
            taken.flush(str(some[-1].seq))
        return Fetched(self.name, taken.documents, taken.repeated, asked)

    def _events(self, logged: Logged, store: Store) -> list[Event]:
        if logged.payload is None:
            return []
        raw, mark = logged.payload["notice"], store.keys.mark
        notice = parsed(raw, self.feed.name)
        if gone := gone_of(notice, logged.event.key, self.feed):
            return [gone]
        try:
            records = self._records(notice)
        except (GoneError, UntoldError) as error:
            return [unread(raw, self.feed, error, mark)]
        told = [_known_by(logged.event.key, records[0], self.feed)] if len(records) == 1 else records
        return [event for each in told for event in events_or_letter(each, self._plain, self.rules, mark)]

    def _records(self, notice: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._client.ask(fetch_ask(self.fetch, notice, self.feed.name), self.fetch.url)
        return records_of(answer, self.fetch.records, self.feed.name)


def _known_by(key: str, record: dict[str, Any], feed: Feed) -> dict[str, Any]:
    """Return a document that was fetched, under its notice's key where it says none: QuickBooks' notices say `id`, its bills `Id`."""
    says = all(inside(record, name) for name in feed.key)
    return record if says or not key else {"key": key, "record": record}


def _last_of_each(some: list[Logged]) -> list[Logged]:
    """Return the last notice of each document: what is fetched is what it is now."""
    last = {logged.event.key: logged for logged in some}
    return sorted(last.values(), key=lambda logged: logged.seq)
