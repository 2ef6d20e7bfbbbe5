"""A store as a value: made, opened, checked, copied; `accept` takes events, `view` reads what stands."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.store.events import EventLog
from recon.store.keys import Keyring
from recon.store.schema import EVENTS, STATE, opened
from recon.store.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.store.events import Accepted, Event

BESIDE = ".beside-"
LOG, DERIVED, LEASE = "events.db", "state.db", "follow.lock"
STANDING = "state.name"
"""The file that names the file of the state that stands, where that is not DERIVED: it is replaced at once."""


class FollowedError(OutputError):
    """Another process follows the store."""


@dataclass(frozen=True)
class Store:
    """A folder with the log of events and the state that follows from it. Its connections are one thread's at a time."""

    folder: Path
    keys: Keyring
    log: EventLog
    state: State
    _databases: tuple[sqlite3.Connection, sqlite3.Connection]
    _file: Path

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
        with suppress(OSError):  # who may only read it cannot
            (folder / LOG).chmod(0o600)
        file, state = _state(folder, keys, write=write)
        return cls(folder, keys, EventLog(log, keys), state, (log, state.database), file)

    def fresh(self) -> Store:
        """Return the store with the state that stands now: this one, unless a new generation was switched to since.

        For whoever reads for long, before each look; the state that stood is closed then.
        """
        if _standing(self.folder) == self._file:
            return self
        file, state = _state(self.folder, self.keys, write=False)
        self.state.close()
        return replace(self, state=state, _databases=(self._databases[0], state.database), _file=file)

    def close(self) -> None:
        """Close both files."""
        for database in self._databases:
            database.close()

    def accept(
        self,
        events: Sequence[Event],
        received_at: str,
        cursor: tuple[str, str] | None = None,
        *,
        refuse_conflicts: bool = False,
    ) -> list[Accepted]:
        """Take events into the log; on return they are durable, and each is there once. Raises OutputError: then none is.

        What conflicts with an earlier event is told (`Accepted.conflict`); with `refuse_conflicts` it is not taken.
        """
        return self.log.accept(events, received_at, cursor, refuse_conflicts=refuse_conflicts)

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

    def tidy(self) -> None:
        """Put what was written last into its place, so that no commit has to; to be called when there is nothing to do."""
        for _, database in self._named():
            database.execute("pragma wal_checkpoint(passive)")

    def vacuum(self) -> None:
        """Give the disk back what is not used any more, and what a process that was killed left."""
        for path in self.folder.glob(f"{BESIDE}*"):
            shutil.rmtree(path, ignore_errors=True)
        for _, database in self._named():
            database.execute("vacuum")

    def erase(self, table: str, key: str, events: Sequence[int]) -> None:
        """Take the payloads of a document's events away, and what else is kept of them; `vacuum` frees where it stood."""
        self.log.erase(*events)
        with self.state.transaction():
            database = self.state.database
            database.execute("delete from part where tbl = ? and key = ?", (table, key))
            database.executemany("delete from dead where seq = ?", [(seq,) for seq in events])
            database.execute("delete from party where id not in (select party from mention where party is not null)")

    def rotate_key(self, old_ring_master: bytes) -> None:
        """Seal the keys of the store with another master key, and what is new from now on with a new data key."""
        _keep_keys(self._databases[0], self.keys.renewed(), old_ring_master)

    @contextmanager
    def beside(self) -> Iterator[State]:
        """Give a new, empty state in a folder of its own beside the one that stands; it is gone when the block ends, unless
        it was switched to.
        """
        with tempfile.TemporaryDirectory(prefix=BESIDE, dir=self.folder) as folder:
            state = State(opened(str(Path(folder) / DERIVED), STATE), self.keys)
            try:
                yield state
            finally:
                state.close()

    def switched(self, new: State) -> Store:
        """Put a state that was made `beside` in the place of the one that stands, at once; return the store with it.

        Whoever reads the old one goes on doing so until it asks for a `fresh` store.
        """
        made = Path(new.database.execute("pragma database_list").fetchone()[2])
        new.database.execute("pragma wal_checkpoint(truncate)")
        new.close()
        file = self.folder / f"state-{secrets.token_hex(4)}.db"
        made.rename(file)
        _stand(self.folder, file)
        self.state.close()
        _sweep(self.folder, file)
        state = opened(str(file), STATE)
        return replace(self, state=State(state, self.keys), _databases=(self._databases[0], state), _file=file)

    @contextmanager
    def lease(self, file: str = LEASE, does: str = "follows") -> Iterator[None]:
        """Be the one that writes the state, or `does` what else `file` stands for, while the block lasts. Raises
        FollowedError where another is.
        """
        import fcntl

        descriptor = os.open(self.folder / file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise FollowedError(f"another process {does} this store", str(self.folder), "Wait for it, or stop it.") from None  # fmt: skip
        try:
            yield
        finally:
            os.close(descriptor)

    def _named(self) -> tuple[tuple[str, sqlite3.Connection], ...]:
        return (LOG, self._databases[0]), (DERIVED, self._databases[1])


def _standing(folder: Path) -> Path:
    """Return the file of the state that stands."""
    try:
        return folder / (folder / STANDING).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return folder / DERIVED


def _stand(folder: Path, file: Path) -> None:
    """Name the file of the state that stands from now on, durably and at once."""
    new = folder / f"{STANDING}.new"
    with new.open("w", encoding="ascii") as named:
        named.write(file.name)
        named.flush()
        os.fsync(named.fileno())
    new.replace(folder / STANDING)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path, file: Path) -> None:
    """Remove the states that stood before: who still reads one keeps it until it closes it."""
    for path in (*folder.glob(f"{DERIVED}*"), *folder.glob("state-*.db*")):
        if not path.name.startswith(file.name):
            path.unlink(missing_ok=True)


def _state(folder: Path, keys: Keyring, *, write: bool) -> tuple[Path, State]:
    """Open the state that stands; it is made where there is none, and looked for again where it was switched meanwhile."""
    file = _standing(folder)
    try:
        if not write and not file.is_file() and _standing(folder) == file:
            opened(str(file), STATE).close()
        database = opened(str(file), STATE, write=write)
    except OutputError:
        if _standing(folder) == file:
            raise
        return _state(folder, keys, write=write)
    state = State(database, keys)
    if write:
        file.chmod(0o600)
        state.begin_outbox()
    return file, state


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
