"""Facts: what a state knows of itself as a whole, and how anything in it is read and kept."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from recon.store.databases.database import added, transaction, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from recon.store.databases.database import Database
    from recon.store.events import Logged
    from recon.store.keys import Keyring

MOST_TICKS = 1000
MOST_VALUES = 500
"""How many values stand in one query."""


class Facts:
    """A state in its database."""

    def __init__(self, database: Database, keys: Keyring) -> None:
        self.database, self._keys = database, keys

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is done in the block, or nothing of it. Raises OutputError where it cannot be kept (a full disk)."""
        with transaction(self.database, "the state could not be written", "What is in the log is applied later."):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let what is read in the block be of one moment, whatever another process writes."""
        self.database.begin(reads=True)
        try:
            yield
        finally:
            self.database.rollback()

    def copy_to(self, other: Facts) -> None:
        """Make another state what this one is."""
        self.database.copy_to(other.database)

    def begin_again(self, seq: int) -> None:
        """Let the events from a place in the log be applied anew."""
        with self.transaction():
            self.set_fact("applied_seq", str(seq - 1))

    def fact(self, name: str, otherwise: str = "") -> str:
        """Return a fact about the state as a whole."""
        row = self.database.execute("select value from meta where name = ?", (name,)).fetchone()
        return str(row[0]) if row else otherwise

    def set_fact(self, name: str, value: str) -> None:
        """Keep a fact about the state as a whole."""
        self.database.execute(upsert("meta", "name", "value"), (name, value))

    @property
    def applied_seq(self) -> int:
        """The place in the log up to which events are applied."""
        return int(self.fact("applied_seq", "0"))

    @property
    def outbox_id(self) -> str:
        """The name under which the ids of changes rise: another one where the state was made again from the log alone."""
        return self.fact("outbox")

    def begin_outbox(self) -> None:
        """Give a new state its `outbox_id`."""
        if not self.outbox_id:
            self.database.execute(
                "insert into meta values ('outbox', ?) on conflict do nothing", (secrets.token_hex(8),)
            )

    def last_change(self) -> int:
        """Return the id of the last change in the outbox; 0 where there is none."""
        return int(self.database.execute("select coalesce(max(id), 0) from outbox").fetchone()[0])

    def note_tick(self, at: str, events: int, seconds: float, oldest: str) -> None:
        """Note how long some events took together, and when the oldest of them came; the last MOST_TICKS are kept."""
        row = (at, events, seconds, oldest)
        last = added(self.database, "insert into tick(at, events, seconds, oldest) values (?, ?, ?, ?)", row)
        self.database.execute("delete from tick where id <= ?", (last - MOST_TICKS,))

    def ticks(self) -> list[tuple[str, int, float, str]]:
        """Return the last ticks: when, how many events, how many seconds, and when the oldest of them had come."""
        return self.database.execute("select at, events, seconds, oldest from tick order by id").fetchall()

    def count(self, of: str) -> int:
        """Return how many rows a table has: `dead where state = 'waiting'`."""
        return int(self.database.execute(f"select count(*) from {of}").fetchone()[0])

    def bury(self, logged: Logged, why: str, mend: str, at: str) -> None:
        """Put an event among the dead letters."""
        event = logged.event
        row = (logged.seq, event.feed, event.key, f"{event.feed}#{logged.seq}", why, mend, at, "waiting")
        self.database.execute(upsert("dead", "seq", "feed, key, place, why, mend, at, state"), row)

    def dead(self) -> list[tuple[int, str, str, str, str, str]]:
        """Return the dead letters that wait: place in the log, feed, document, why, how to mend it, since when."""
        return self.database.execute("select seq, feed, key, why, mend, at from dead where state = 'waiting' order by seq").fetchall()  # fmt: skip

    def settle_dead(self, seq: int, state: str) -> None:
        """Say what became of a dead letter."""
        self.database.execute("update dead set state = ? where seq = ?", (state, seq))

    def forget(self, table: str, documents: Iterable[int]) -> None:
        """Take away what a table says of the documents."""
        self.database.executemany(f"delete from {table} where document = ?", [(d,) for d in documents])

    def chosen(self, query: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query that ends in `in`, for any number of values."""
        return [
            row
            for some in chunks(list(values))
            for row in self.database.execute(f"{query} ({','.join('?' * len(some))})", some)
        ]


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + MOST_VALUES] for at in range(0, len(values), MOST_VALUES))
