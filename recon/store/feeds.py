"""What the log knows of its feeds: how far each was read, how it does, how much it gave."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from recon.store.databases.database import FailedError

if TYPE_CHECKING:
    from recon.store.databases.database import Database

LATELY = 10_000
"""Of how many events, the last, the rate is told."""


class Feeds:
    """The feeds of a log, in its database."""

    database: Database

    def last(self) -> int:
        """Return the place of the last event; 0 where there is none."""
        return int(self.database.execute("select coalesce(max(seq), 0) from event").fetchone()[0])

    def cursor(self, feed: str) -> str | None:
        """Return how far a feed was read."""
        row = self.database.execute("select value from cursor where feed = ?", (feed,)).fetchone()
        return str(row[0]) if row else None

    def note(self, feed: str, at: str, problem: str = "") -> None:
        """Note that a feed was asked, and what was wrong with it; how often in a row something was is counted.

        Where it cannot be written (a full disk) it is not.
        """
        ok, failed = (at, 0) if not problem else ("", 1)
        with suppress(FailedError):
            self.database.execute(
                "insert into health values (?, ?, ?, ?, ?) on conflict(feed) do update set tried_at = excluded.tried_at,"
                " ok_at = case excluded.problem when '' then excluded.ok_at else health.ok_at end,"
                " failures = case excluded.problem when '' then 0 else health.failures + 1 end, problem = excluded.problem",
                (feed, at, ok, failed, problem),
            )

    def health(self) -> dict[str, dict[str, Any]]:
        """Return of each feed that is asked when it was, when it answered last, how often in a row it did not, and why."""
        rows = self.database.execute("select feed, tried_at, ok_at, failures, problem from health")
        return {
            feed: dict(zip(("tried_at", "ok_at", "failures", "problem"), told, strict=True)) for feed, *told in rows
        }

    def feeds(self) -> list[dict[str, Any]]:
        """Return for each feed how many events it gave, `lately` among the last LATELY of all, and when the last came."""
        since = self.last() - LATELY
        lately = dict(self.database.execute("select feed, count(*) from event where seq > ? group by feed", (since,)))
        return [{**self._feed(name), "lately": lately.get(name, 0)} for name in self.names()]

    def names(self) -> list[str]:
        """Return the feeds that gave events: a step for each, not for each event."""
        found: list[str] = []
        query = "select feed from event where feed > ? order by feed limit 1"
        while row := self.database.execute(query, (found[-1] if found else "",)).fetchone():
            found.append(str(row[0]))
        return found

    def _feed(self, name: str) -> dict[str, Any]:
        counted = "select count(*), max(seq) from event where feed = ?"
        events, last = self.database.execute(counted, (name,)).fetchone()
        at = self.database.execute("select received_at from event where seq = ?", (last,)).fetchone()[0]
        return {"feed": name, "events": events, "last_at": at, "last_seq": last}

    def since_lately(self) -> str:
        """Return when the first of the last LATELY events came; nothing where there are none."""
        query = "select received_at from event where seq > ? order by seq limit 1"
        row = self.database.execute(query, (self.last() - LATELY,)).fetchone()
        return str(row[0]) if row else ""
