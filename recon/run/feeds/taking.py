"""What a round of a feed gave, and how it comes into the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.report.words import several
from recon.run.live.clock import now
from recon.run.live.words import taken_in

if TYPE_CHECKING:
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
        return f"{self.feed}: {taken_in(self.documents, self.repeated)}, in {several(self.answers, 'answer')}"


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
            accepted = self.store.log.accept(self._waiting, now(), cursor)
            self.documents += len(accepted)
            self.repeated += sum(each.repeated for each in accepted)
        self._waiting = []
