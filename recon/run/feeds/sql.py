"""A database that is asked for what changed: nothing is passed over that is committed late, nothing taken twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.errors import SourceError
from recon.read.typed.asked import Changed, ask
from recon.run.feeds.fetcher import Fetcher
from recon.run.feeds.taking import Fetched, Taking
from recon.run.live.clock import now
from recon.run.live.events import events_of_rows
from recon.run.live.stamps import asked_since, is_to_come, newest

if TYPE_CHECKING:
    from recon.rules.pulled import SqlFeed
    from recon.rules.rule import Rules
    from recon.store.store import Store


@dataclass(frozen=True)
class Mark:
    """How far a database was read: `since` is asked for; `last` is the newest that was seen.

    `held`: what was the newest at earlier rounds, each with the transaction before which all must have ended until it can be
    asked from there on: one that runs may still bring what is older than the newest that is seen.
    """

    since: str
    last: str = ""
    held: tuple[tuple[str, int], ...] = ()

    @classmethod
    def read(cls, text: str | None, start: str) -> Mark:
        """Return what the store keeps; the start where it keeps nothing."""
        told: dict[str, Any] = json.loads(text) if text else {"since": start}
        return cls(told["since"], told.get("last", ""), tuple((stamp, int(xid)) for stamp, xid in told.get("held", ())))

    def written(self) -> str:
        """Return it as the store keeps it."""
        return json.dumps({"since": self.since, "last": self.last, "held": self.held})

    def moved(self, seen: str, oldest: int, next_: int) -> Mark:
        """Return the mark after a round that saw up to `seen`, while `oldest` was the oldest transaction that ran and `next_`
        the next to begin.

        What the round before saw is held until all that ran in this round has ended: who had taken a number and no
        transaction yet in that round has one now.
        """
        held = self.held
        if self.last and self.last not in (self.since, *(stamp for stamp, _ in held)):
            held = (*held, (self.last, next_))
        ended = [stamp for stamp, xid in held if xid <= oldest]
        since = newest(ended, self.since) if ended else self.since
        return Mark(since, seen, tuple(each for each in held if each[1] > oldest))


@dataclass
class Sql(Fetcher):
    """One feed that asks a database."""

    sql: SqlFeed
    rules: Rules

    @property
    def every(self) -> float:
        """Seconds from round to round."""
        return float(self.sql.every)

    def once(self, store: Store, *, probing: bool = False) -> Fetched:  # noqa: ARG002 -- a query is asked once
        """Ask for what changed and keep it, and how far that is, together. Raises SourceError."""
        kept = store.log.cursor(self.name)
        mark = Mark.read(kept, self.sql.start)
        since = asked_since(mark.since, self.sql.overlap if kept and mark.since != self.sql.start else Decimal(0))
        changed = ask(self.sql.connection, self.sql.query, since, self.rules.path.parent, self.name)
        seen = newest(self._stamps(changed), mark.last)
        taken = Taking(self.name, store)
        taken.put(events_of_rows(changed.rows, self.feed, self.rules, store.keys.mark))
        taken.flush(mark.moved(seen, changed.oldest, changed.next).written())
        return Fetched(self.name, taken.documents, taken.repeated, 1)

    def _stamps(self, changed: Changed) -> list[str]:
        if self.sql.cursor not in changed.names:
            raise SourceError(f"the query gives no column '{self.sql.cursor}'", self.name, f"It gives: {', '.join(changed.names)}.")  # fmt: skip
        stamps: list[Any] = [row[self.sql.cursor] for row in changed.rows]
        return [str(stamp) for stamp in stamps if stamp is not None and not is_to_come(str(stamp), now())]
