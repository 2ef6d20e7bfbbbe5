"""Files of a feed, taken in once a day from a time on: what need not be there at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from recon.read.files.files import find_files
from recon.run.feeds.fetcher import Fetcher
from recon.run.feeds.taking import Fetched
from recon.run.live.clock import now
from recon.run.live.folder import take_file

if TYPE_CHECKING:
    from recon.rules.rule import Rules
    from recon.store.store import Store

EVERY = 30.0


@dataclass
class Nightly(Fetcher):
    """The files of one feed."""

    rules: Rules

    @property
    def every(self) -> float:
        """Seconds from look to look."""
        return EVERY

    def once(self, store: Store, *, probing: bool = False) -> Fetched:  # noqa: ARG002 -- files are there or not
        """Take the files in where their time has come, also one that nobody was there for. Raises SourceError."""
        day = last_due(datetime.now().astimezone(), self.feed.at)
        if (store.log.cursor(self.name) or "") >= day:
            return Fetched(self.name)
        files = find_files(self.feed.source, self.rules.path.parent)
        taken = [take_file(Path(path), self.feed, self.rules, store) for path in files]
        store.log.accept([], now(), (self.name, day))
        return Fetched(self.name, sum(t.documents for t in taken), sum(t.repeated for t in taken), len(taken))


def last_due(at: datetime, time: str) -> str:
    """Return the last day on which it was `time` already."""
    day = at.date() if f"{at:%H:%M}" >= time else at.date() - timedelta(days=1)
    return day.isoformat()
