"""Databases: what the store asks of one, whichever it is; all that differs between them is in `sqlite.py` and `postgres.py`."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

EVERY = 2**60
"""A `limit` that is none."""


class FailedError(OutputError):
    """A database could not do what it was asked."""


class LostError(FailedError):
    """The connection to a database is gone, and what was known of it with it: open the store again."""


class UnfitError(ValueError):
    """A value is one that a database cannot hold: its event is a dead letter, and stops no other."""


class Answer(Protocol):
    """The rows that a query gives."""

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """One of the databases of a store: queries with `?` for what they are asked with. Everything raises FailedError."""

    name: str

    @property
    def in_transaction(self) -> bool:
        """Whether something was begun, and neither kept nor taken back."""

    def execute(self, query: str, values: Sequence[object] = ()) -> Answer:
        """Do one thing; outside a transaction it is durable on return."""

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Do one thing with each of the rows."""

    def begin(self, *, reads: bool = False) -> None:
        """Begin a transaction: the only one that writes this database, or one that `reads` it as it is at one moment."""

    def commit(self) -> None:
        """Keep what was done since, durably."""

    def rollback(self) -> None:
        """Take back what was done since; nothing where nothing was begun."""

    def close(self) -> None:
        """Close the connection."""

    def ping(self) -> None:
        """Raise LostError where the connection, and what hangs on it, is gone."""

    def tidy(self) -> None:
        """Put what was written last into its place, where there is nothing else to do."""

    def vacuum(self) -> None:
        """Give the disk back what is not used any more."""

    def scrub(self, queries: Sequence[tuple[str, Sequence[object]]]) -> None:
        """Do things in one transaction of which no trace of what was there before should stay in the files."""

    def faults(self) -> list[str]:
        """Return what is wrong with the files."""

    def copy_to(self, other: Database) -> None:
        """Make another database of the same kind and steps what this one is."""


@contextmanager
def transaction(database: Database, failed: str, hint: str) -> Iterator[None]:
    """Keep all that is done in the block, or nothing of it. Raises FailedError, with what `failed`, where it cannot be kept."""
    try:
        database.begin()
        yield
        database.commit()
    except FailedError as error:
        database.rollback()
        raise type(error)(f"{failed}: {error.message}", error.where, error.hint or hint) from error
    except BaseException:
        database.rollback()
        raise


def added(database: Database, query: str, values: Sequence[object]) -> int:
    """Insert a row and return the `id` that it got."""
    return int(database.execute(f"{query} returning id", values).fetchall()[0][0])


def upsert(table: str, key: str, rest: str) -> str:
    """Return the statement that puts a row of a table (columns of its `key`, the `rest`) in the place of the one with that key."""
    columns = [*key.split(", "), *rest.split(", ")]
    values = ", ".join("?" * len(columns))
    anew = ", ".join(f"{column} = excluded.{column}" for column in rest.split(", "))
    return f"insert into {table}({', '.join(columns)}) values ({values}) on conflict({key}) do update set {anew}"


def copy_rows(source: Database, other: Database, tables: Iterable[str]) -> None:
    """Put the rows of tables into the same tables of another database, which has none."""
    for table in tables:
        answer = source.execute(f"select * from {table}")
        first = answer.fetchone()
        if first is not None:
            values = ", ".join("?" * len(first))
            other.executemany(f"insert into {table} values ({values})", chain((first,), answer))
