"""Fetching: every feed that recon asks itself, each in a thread of its own, so that none waits for another, nor the match."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from recon.errors import InvariantError, ReconError
from recon.run.feeds.client import WaitError
from recon.run.feeds.poll import Fetched, Poll
from recon.run.feeds.stopped import Patience, StoppedError
from recon.run.live.clock import now
from recon.run.live.desk import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recon.rules.rule import Feed, Rules
    from recon.store.store import Store

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0
"""Seconds until a feed that fails is asked again: twice as long each time."""
OPEN_AFTER = 3
"""After so many failures in a row it is asked once, not several times, until it answers again."""
MOST_WAITING = 50_000
"""While more events wait to be matched, none are fetched."""


class Fetcher(Protocol):
    """One feed that is fetched, round by round."""

    feed: Feed

    @property
    def every(self) -> float:
        """Seconds from round to round."""

    def once(self, store: Store, *, probing: bool = False) -> Fetched:
        """Do one round. Raises ReconError, StoppedError."""

    def close(self) -> None:
        """Close what is open."""


def is_fetched(feed: Feed) -> bool:
    """Return whether recon fetches it itself."""
    return feed.poll is not None


def fetcher(feed: Feed, rules: Rules, patience: Patience) -> Fetcher:
    """Return what fetches a feed. Raises RulesError where it lacks a library."""
    if feed.poll is None:
        raise InvariantError(f"the feed '{feed.name}' is not one that is fetched")
    return Poll(feed, feed.poll, rules, patience)


@contextmanager
def fetching(rules: Rules, say: Callable[[str], None]) -> Iterator[list[str]]:
    """Fetch all feeds of the rules that are fetched, while the block lasts; gives their names.

    What comes is in the log; who follows the store applies it. On leaving, rounds that are under way end where that loses
    nothing. `say` is called from the threads of the feeds.
    """
    stopped = threading.Event()
    feeds = [feed for feed in rules.feeds if is_fetched(feed)]
    rounds = [Rounds(fetcher(feed, rules, Patience(stopped)), rules, say, stopped) for feed in feeds]
    threads = [threading.Thread(target=each.run, name=f"feed {each.fetcher.feed.name}") for each in rounds]
    for thread in threads:
        thread.start()
    try:
        yield [feed.name for feed in feeds]
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def fetch_once(feed: Feed, rules: Rules, store: Store) -> Fetched:
    """Do one round of a feed now. Raises ReconError."""
    one = fetcher(feed, rules, Patience())
    try:
        return one.once(store)
    finally:
        one.close()


@dataclass
class Rounds:
    """The rounds of one feed, until it is stopped; what goes wrong is told, kept with the store, and tried again."""

    fetcher: Fetcher
    rules: Rules
    say: Callable[[str], None]
    stopped: threading.Event
    failures: int = 0

    def run(self) -> None:
        """Go round until stopped."""
        name = self.fetcher.feed.name
        try:
            with open_store(self.rules) as store:
                while not self.stopped.is_set():
                    store = store.fresh()  # noqa: PLW2901 -- who follows the store may have switched to another state
                    behind = store.log.last() - store.state.applied_seq
                    self.stopped.wait(1.0 if behind > MOST_WAITING else self._round(store))
        except StoppedError:
            pass
        except Exception as error:  # noqa: BLE001 -- a feed that fails stops no other
            self.say(f"{name}: stopped: {_told(error)}")
        finally:
            self.fetcher.close()

    def _round(self, store: Store) -> float:
        """Do a round, and return the seconds until the next."""
        try:
            fetched = self.fetcher.once(store, probing=self.failures >= OPEN_AFTER)
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 -- a feed that fails stops no other
            return self._failed(store, error)
        self.failures = 0
        store.log.note(self.fetcher.feed.name, now())
        if fetched.documents > fetched.repeated:
            self.say(fetched.told())
        return self.fetcher.every

    def _failed(self, store: Store, error: Exception) -> float:
        self.failures += 1
        told = _told(error)
        self.say(f"{self.fetcher.feed.name}: {told}")
        store.log.note(self.fetcher.feed.name, now(), told)
        pause: float = min(FIRST_PAUSE * 2.0 ** min(self.failures - 1, 20), max(LONGEST_PAUSE, self.fetcher.every))
        return max(pause, error.seconds if isinstance(error, WaitError) else 0.0)


def _told(error: Exception) -> str:
    """Return what went wrong; of a bug its kind alone, for its text may hold what came."""
    return error.message if isinstance(error, ReconError) else f"a bug in recon ({type(error).__name__})"
