"""SQLite: a database of a store as a file."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from recon.errors import OutputError
from recon.store.databases.database import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from recon.store.databases.database import Answer, Database

CACHE_KIB = 32 * 1024
MOST_PAGES = 16_384
"""Pages of the write-ahead log after which a commit puts them into the database; before, who has nothing to do does."""


class Sqlite:
    """A file of SQLite; its connection is one thread's at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self.name, self.connection = path, path.name, connection

    @property
    def in_transaction(self) -> bool:
        """Whether something was begun, and neither kept nor taken back."""
        return self.connection.in_transaction

    def execute(self, query: str, values: Sequence[object] = ()) -> Answer:
        """Do one thing; outside a transaction it is durable on return."""
        try:
            return self.connection.execute(query, tuple(values))
        except sqlite3.Error as error:
            raise FailedError(str(error)) from error

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Do one thing with each of the rows."""
        try:
            self.connection.executemany(query, rows)
        except sqlite3.Error as error:
            raise FailedError(str(error)) from error

    def begin(self, *, reads: bool = False) -> None:
        """Begin a transaction: the only one that writes this database, or one that `reads` it as it is at one moment."""
        self.execute("begin" if reads else "begin immediate")
        if reads:
            self.execute("select count(*) from sqlite_schema").fetchone()  # only now the moment is fixed

    def commit(self) -> None:
        """Keep what was done since, durably."""
        self.execute("commit")

    def rollback(self) -> None:
        """Take back what was done since; nothing where nothing was begun."""
        if self.in_transaction:
            self.execute("rollback")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def ping(self) -> None:
        """Nothing: a file does not go away."""

    def tidy(self) -> None:
        """Put the write-ahead log into the file, so that no commit has to."""
        self.execute("pragma wal_checkpoint(passive)")

    def settle(self) -> None:
        """Put all of the write-ahead log into the file: it is whole without it."""
        self.execute("pragma wal_checkpoint(truncate)")

    def vacuum(self) -> None:
        """Give the disk back what is not used any more."""
        self.execute("vacuum")

    def scrub(self, queries: Sequence[tuple[str, Sequence[object]]]) -> None:
        """Do things in one transaction of which no trace of what was there before should stay in the files."""
        self.execute("pragma secure_delete = on")
        self.begin()
        for query, values in queries:
            self.execute(query, values)
        self.commit()
        self.settle()

    def faults(self) -> list[str]:
        """Return what is wrong with the file."""
        return [row[0] for row in self.execute("pragma integrity_check") if row[0] != "ok"]

    def copy_to(self, other: Database) -> None:
        """Make another database what this one is."""
        if isinstance(other, Sqlite):
            self.connection.backup(other.connection)


def opened(path: Path, steps: Sequence[str], *, write: bool = True) -> Sqlite:
    """Return a file brought up to the last of `steps`; one that only reads changes nothing, it is made where it is not there.

    Raises OutputError where the file cannot be opened, or a later recon made it.
    """
    return _guarded(path, lambda: _writing(path, steps) if write else _reading(path, steps))


def _guarded(path: Path, open_: Callable[[], Sqlite]) -> Sqlite:
    try:
        return open_()
    except (sqlite3.Error, FailedError) as error:
        raise OutputError(f"the store cannot be opened: {error}", str(path)) from None


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    found = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, timeout=30, isolation_level=None, check_same_thread=False)  # fmt: skip
    found.execute("pragma busy_timeout = 30000")
    found.execute(f"pragma cache_size = -{CACHE_KIB}")
    return found


def _writing(path: Path, steps: Sequence[str]) -> Sqlite:
    connection = _connected(path, "rwc")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma wal_autocheckpoint = {MOST_PAGES}")
    done = _step(connection)
    if done > len(steps):
        raise _later(path)
    for number, step in enumerate(steps[done:], start=done + 1):
        connection.executescript(f"begin; {step} pragma user_version = {number}; commit;")
    with suppress(OSError):  # who may only read it cannot
        path.chmod(0o600)
    return Sqlite(path, connection)


def _reading(path: Path, steps: Sequence[str]) -> Sqlite:
    connection = _connected(path, "ro")
    if _step(connection) > len(steps):
        raise _later(path)
    if _step(connection) == len(steps):
        return Sqlite(path, connection)
    connection.close()
    _writing(path, steps).close()
    return Sqlite(path, _connected(path, "ro"))


def _step(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _later(path: Path) -> OutputError:
    return OutputError("the store was made by a later recon", str(path), "Run that one, or a newer.")
