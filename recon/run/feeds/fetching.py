"""Fetching: every feed that recon asks itself, each in a thread of its own, so that none waits for another, nor the match."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.run.feeds.client import WaitError
from recon.run.feeds.kafka import Kafka
from recon.run.feeds.nightly import Nightly
from recon.run.feeds.notices import Notices
from recon.run.feeds.poll import Poll
from recon.run.feeds.sql import Sql
from recon.run.feeds.sqs import Sqs
from recon.run.feeds.stopped import Patience, StoppedError
from recon.run.live.clock import now
from recon.run.live.opened import open_store
from recon.store.applied import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recon.rules.feed import Feed
    from recon.rules.rule import Rules
    from recon.run.feeds.fetcher import Fetcher
    from recon.run.feeds.taking import Fetched
    from recon.store.store import Store

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0
"""Seconds until a feed that fails is asked again: twice as long each time."""
OPEN_AFTER = 3
"""After so many failures in a row it is asked once, not several times, until it answers again."""
NOTE_EVERY = 10.0
"""Seconds after which it is kept again that a feed answers."""
MOST_WAITING = 50_000
"""While more events wait to be matched, none are fetched."""


def is_fetched(feed: Feed) -> bool:
    """Return whether recon fetches it, or its documents, itself."""
    return any((feed.poll, feed.fetch, feed.sql, feed.kafka, feed.sqs, feed.at))


def fetchers(feed: Feed, rules: Rules, patience: Patience) -> list[Fetcher]:
    """Return what fetches a feed, in the order in which one gives to the next. Raises RulesError where a library is missing."""
    found: list[Fetcher] = []
    if feed.poll is not None:
        found.append(Poll(feed, feed.poll, rules, patience))
    if feed.sql is not None:
        found.append(Sql(feed, feed.sql, rules))
    if feed.kafka is not None:
        found.append(Kafka(feed, feed.kafka, rules))
    if feed.sqs is not None:
        found.append(Sqs(feed, feed.sqs, rules))
    if feed.at:
        found.append(Nightly(feed, rules))
    if feed.fetch is not None:
        found.append(Notices(feed, feed.fetch, rules, patience))
    return found


@contextmanager
def fetching(rules: Rules, say: Callable[[str], None]) -> Iterator[None]:
    """Fetch all feeds of the rules that are fetched, while the block lasts.

    What comes is in the log; who follows the store applies it. On leaving, rounds that are under way end where that loses
    nothing. `say` is called from the threads of the feeds.
    """
    stopped = threading.Event()
    found = [each for feed in rules.feeds for each in fetchers(feed, rules, Patience(stopped))]
    threads = [
        threading.Thread(target=Rounds(each, rules, say, stopped).run, name=f"feed {each.name}") for each in found
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def fetch_once(feed: Feed, rules: Rules, store: Store) -> list[Fetched]:
    """Do one round of a feed now. Raises ReconError."""
    found = fetchers(feed, rules, Patience())
    try:
        return [_noted(each, store) for each in found]
    finally:
        for each in found:
            each.close()


def _noted(each: Fetcher, store: Store, *, probing: bool = False, quiet: bool = False) -> Fetched:
    """Do a round, and keep with the store how it went; `quiet`: only what went wrong."""
    try:
        fetched = each.once(store, probing=probing)
    except StoppedError:
        raise
    except Exception as error:
        store.log.note(each.name, now(), reason(error))
        raise
    if not quiet:
        store.log.note(each.name, now())
    return fetched


@dataclass
class Rounds:
    """The rounds of one feed, until it is stopped; what goes wrong is told, kept with the store, and tried again."""

    fetcher: Fetcher
    rules: Rules
    say: Callable[[str], None]
    stopped: threading.Event
    failures: int = 0
    noted: float = 0.0

    def run(self) -> None:
        """Go round until stopped; where the store cannot be opened, or a bug ends it, begin anew after a while."""
        try:
            while not self.stopped.is_set():
                try:
                    self._rounds()
                except StoppedError:
                    break
                except Exception as error:  # noqa: BLE001 -- a feed that fails stops no other
                    self.stopped.wait(self._failed(error))
        finally:
            self.fetcher.close()

    def _rounds(self) -> None:
        with open_store(self.rules) as store:
            while not self.stopped.is_set():
                store = store.fresh()  # noqa: PLW2901 -- who follows the store may have switched to another state
                behind = store.log.last() - store.state.applied_seq
                self.stopped.wait(1.0 if behind > MOST_WAITING else self._round(store))

    def _round(self, store: Store) -> float:
        """Do a round, and return the seconds until the next."""
        try:
            quiet = not self.failures and time.monotonic() < self.noted + NOTE_EVERY
            fetched = _noted(self.fetcher, store, probing=self.failures >= OPEN_AFTER, quiet=quiet)
            self.noted = self.noted if quiet else time.monotonic()
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 -- a feed that fails stops no other
            return self._failed(error)
        self.failures = 0
        if fetched.documents > fetched.repeated:
            self.say(fetched.told())
        return self.fetcher.every

    def _failed(self, error: Exception) -> float:
        self.failures += 1
        self.say(f"{self.fetcher.name}: {reason(error)}")
        pause: float = min(FIRST_PAUSE * 2.0 ** min(self.failures - 1, 20), max(LONGEST_PAUSE, self.fetcher.every))
        return max(pause, error.seconds if isinstance(error, WaitError) else 0.0)
