"""A store as a value: made, opened, checked, copied; `accept` takes events, `view` reads what stands."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.store.events import EventLog
from recon.store.keys import Keyring
from recon.store.schema import EVENTS, STATE, opened
from recon.store.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from recon.store.events import Accepted, Event

LOG, DERIVED, BESIDE, LEASE = "events.db", "state.db", "state.new.db", "follow.lock"


@dataclass(frozen=True)
class Store:
    """A folder with the log of events and the state that follows from it. Its connections are one thread's at a time."""

    folder: Path
    keys: Keyring
    log: EventLog
    state: State
    _databases: tuple[sqlite3.Connection, sqlite3.Connection]

    @classmethod
    def init(cls, folder: Path, master: bytes) -> Store:
        """Make a store in a new or empty folder. Raises OutputError where something is there."""
        if folder.exists() and any(folder.iterdir()):
            raise OutputError("the folder of the store is not empty", str(folder), "Name another, or remove what is there.")  # fmt: skip
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = Keyring.new()
        database = opened(str(folder / LOG), EVENTS)
        _keep_keys(database, keys, master)
        database.close()
        return cls.open(folder, master)

    @classmethod
    def open(cls, folder: Path, master: bytes, *, write: bool = True) -> Store:
        """Open a store; one that is only read changes nothing.

        Raises OutputError where there is none, RulesError where the key is another store's.
        """
        if not (folder / LOG).is_file():
            raise OutputError("there is no store", str(folder), "`recon store init RULES` makes one.")
        log = opened(str(folder / LOG), EVENTS, write=write)
        keys = _kept_keys(log, master)
        if not write and not (folder / DERIVED).is_file():
            opened(str(folder / DERIVED), STATE).close()
        state = opened(str(folder / DERIVED), STATE, write=write)
        for path in (folder / LOG, folder / DERIVED):
            with suppress(OSError):
                path.chmod(0o600)
        return cls(folder, keys, EventLog(log, keys), State(state, keys), (log, state))

    def close(self) -> None:
        """Close both files."""
        for database in self._databases:
            database.close()

    def accept(
        self, events: Sequence[Event], received_at: str, cursor: tuple[str, str] | None = None
    ) -> list[Accepted]:
        """Take events into the log; on return they are durable, and each is there once. Raises OutputError: then none is."""
        return self.log.accept(events, received_at, cursor)

    def check(self) -> list[str]:
        """Return what is wrong with the store; nothing where it is sound."""
        found = [f"{name}: {row[0]}" for name, database in self._named() for row in database.execute("pragma integrity_check") if row[0] != "ok"]  # fmt: skip
        ahead = self.state.applied_seq > self.log.last()
        told = [f"{DERIVED}: knows of more events than {LOG} has"] if ahead else []
        return [*found, *(f"{LOG}: {wrong}" for wrong in self.log.broken()), *told]

    def backup(self, target: Path) -> None:
        """Copy the log, while it is in use, into a new file. Raises OutputError where it cannot be written."""
        if target.exists():
            raise OutputError("the file is there already", str(target), "Name a new one.")
        try:
            with sqlite3.connect(target) as copy:
                self._databases[0].backup(copy)
            copy.close()
            target.chmod(0o600)
        except (sqlite3.Error, OSError) as error:
            raise OutputError(f"the copy could not be made: {error}", str(target)) from None

    def vacuum(self) -> None:
        """Give the disk back what is not used any more."""
        for _, database in self._named():
            database.execute("vacuum")

    def rotate_key(self, old_ring_master: bytes) -> None:
        """Seal the keys of the store with another master key, and what is new from now on with a new data key."""
        _keep_keys(self._databases[0], self.keys.renewed(), old_ring_master)

    def beside(self) -> State:
        """Return a new, empty state in a file beside the one that stands; one that was left there goes."""
        self.without_beside()
        database = opened(str(self.folder / BESIDE), STATE)
        (self.folder / BESIDE).chmod(0o600)
        return State(database, self.keys)

    def without_beside(self) -> None:
        """Remove the state that was made `beside`."""
        for path in self.folder.glob(f"{BESIDE}*"):
            path.unlink()

    def switched(self) -> Store:
        """Put the state that was made `beside` in the place of the one that stands, at once; return the store with it."""
        opened(str(self.folder / BESIDE), STATE).execute("pragma wal_checkpoint(truncate)").connection.close()
        self._databases[1].execute("pragma wal_checkpoint(truncate)")
        self._databases[1].close()
        for name in (f"{DERIVED}-wal", f"{DERIVED}-shm", f"{BESIDE}-wal", f"{BESIDE}-shm"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / BESIDE).replace(self.folder / DERIVED)
        state = opened(str(self.folder / DERIVED), STATE)
        return replace(self, state=State(state, self.keys), _databases=(self._databases[0], state))

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Be the one that writes the state while the block lasts. Raises OutputError where another is."""
        import fcntl

        descriptor = os.open(self.folder / LEASE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise OutputError("another process follows this store", str(self.folder), "Wait for it, or stop it.") from None  # fmt: skip
        try:
            yield
        finally:
            os.close(descriptor)

    def _named(self) -> tuple[tuple[str, sqlite3.Connection], ...]:
        return (LOG, self._databases[0]), (DERIVED, self._databases[1])


def _keep_keys(database: sqlite3.Connection, keys: Keyring, master: bytes) -> None:
    database.execute("begin immediate")
    database.execute("delete from keyring")
    database.executemany("insert into keyring values (?, ?)", keys.wrapped(master).items())
    database.execute("insert or replace into meta values ('key', ?)", (keys.current,))
    database.execute("commit")


def _kept_keys(database: sqlite3.Connection, master: bytes) -> Keyring:
    wrapped = dict(database.execute("select name, wrapped from keyring").fetchall())
    current = database.execute("select value from meta where name = 'key'").fetchone()
    if not wrapped or current is None:
        raise RulesError("the store has no keys: it was not made to the end", hint="`recon store init RULES` in a new folder.")  # fmt: skip
    return Keyring.unwrapped(wrapped, current[0], master)
