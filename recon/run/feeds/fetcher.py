"""A fetcher: one feed that is fetched, round by round."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.rules.feed import Feed
    from recon.run.feeds.taking import Fetched
    from recon.store.store import Store


@dataclass
class Fetcher(ABC):
    """What all have in common; a kind of feed says what a round is."""

    feed: Feed

    @property
    def name(self) -> str:
        """What messages and the store call it."""
        return self.feed.name

    @property
    def every(self) -> float:
        """Seconds from round to round: none where a round waits itself."""
        return 0.0

    @abstractmethod
    def once(self, store: Store, *, probing: bool = False) -> Fetched:
        """Do one round; `probing` asks one time only whether it answers again. Raises ReconError, StoppedError."""

    def close(self) -> None:  # noqa: B027 -- of most there is nothing
        """Close what is open."""
