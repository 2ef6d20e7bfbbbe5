"""A store as a value: made, opened, checked, copied; its `log` takes events, its `state` tells what stands."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import OutputError, RulesError
from recon.store.backup import back_up, restore
from recon.store.databases.database import transaction, upsert
from recon.store.deliveries import Deliveries
from recon.store.folder import Folder
from recon.store.keys import Keyring
from recon.store.lent import Lent
from recon.store.log import EventLog
from recon.store.place import FollowedError
from recon.store.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.store.databases.database import Database
    from recon.store.place import Place

__all__ = ["FollowedError", "Store"]
LEASE = "follow.lock"


@dataclass(frozen=True)
class Store:
    """The log of events and the state that follows from it, in a place. Its connections are one thread's at a time."""

    place: Place
    keys: Keyring
    log: EventLog
    state: State
    _stands: str

    @classmethod
    def init(cls, where: Place | Path, master: bytes) -> Store:
        """Make a store in a new or empty place. Raises OutputError where something is there."""
        place = placed(where)
        place.make()
        log = place.log(write=True)
        _keep_keys(log, Keyring.new(), master)
        log.close()
        return cls.open(place, master)

    @classmethod
    def restored(cls, where: Place | Path, file: Path, master: bytes) -> Store:
        """Make a store of the copy that `backup` wrote; its state is made again by whoever follows it. Raises OutputError."""
        place = placed(where)
        restore(place, file)
        return cls.open(place, master)

    @classmethod
    def open(cls, where: Place | Path, master: bytes, *, write: bool = True) -> Store:
        """Open a store; one that is only read changes nothing.

        Raises OutputError where there is none, RulesError where the key is another store's.
        """
        place = placed(where)
        log = place.log(write=write)
        try:
            keys = _kept_keys(log, master)
            stands, state = _state(place, log, keys, write=write)
        except BaseException:
            log.close()
            raise
        return cls(place, keys, EventLog(log, keys), state, stands)

    def fresh(self) -> Store:
        """Return the store with the state that stands now: this one, unless a new generation was switched to since.

        For whoever reads for long, before each look; the state that stood is closed then.
        """
        if self.place.standing(self.log.database) == self._stands:
            return self
        stands, state = _state(self.place, self.log.database, self.keys, write=False)
        self.state.close()
        return replace(self, state=state, _stands=stands)

    def close(self) -> None:
        """Close log and state."""
        self.log.database.close()
        self.state.close()

    @property
    def lent(self) -> Lent:
        """The tokens that feeds renew."""
        return Lent(self.log.database, self.keys)

    def sent(self, *, write: bool = True) -> Deliveries:
        """Open what was sent to whom."""
        return Deliveries(self.place.sent(write=write))

    def check(self) -> list[str]:
        """Return what is wrong with the store; nothing where it is sound."""
        log, state = self._databases
        found = [f"{database.name}: {fault}" for database in self._databases for fault in database.faults()]
        ahead = self.state.applied_seq > self.log.last()
        told = [f"{state.name}: knows of more events than {log.name} has"] if ahead else []
        return [*found, *(f"{log.name}: {wrong}" for wrong in self.log.broken()), *told]

    def backup(self, target: Path) -> None:
        """Copy the log and what was sent, while they are in use, into a new file. Raises OutputError where it cannot be written."""
        sent = self.place.sent(write=False)
        try:
            back_up(self.log.database, sent, target)
        finally:
            sent.close()

    def tidy(self) -> None:
        """Put what was written last into its place, so that no commit has to; to be called when there is nothing to do."""
        for database in self._databases:
            database.tidy()

    def vacuum(self) -> None:
        """Give the disk back what is not used any more, and what a process that was killed left."""
        self.place.sweep(self.log.database)
        for database in self._databases:
            database.vacuum()

    @property
    def size(self) -> int:
        """How many bytes the store takes."""
        return self.place.size(self.log.database)

    def erase(self, table: str, key: str, events: Sequence[int]) -> None:
        """Take the payloads of a document's events away, and what else is kept of them; `vacuum` frees where it stood."""
        self.log.erase(*events)
        with self.state.transaction():
            database = self.state.database
            database.execute("delete from part where tbl = ? and key = ?", (table, key))
            database.executemany("delete from dead where seq = ?", [(seq,) for seq in events])
            database.execute("delete from party where id not in (select party from mention where party is not null)")

    def rotate_key(self, master: bytes) -> None:
        """Seal the keys of the store with another master key, and what is new from now on with a new data key."""
        _keep_keys(self.log.database, self.keys.renewed(), master)

    @contextmanager
    def beside(self) -> Iterator[State]:
        """Give a new, empty state beside the one that stands; it is gone when the block ends, unless it was switched to."""
        with self.place.beside() as database:
            yield State(database, self.keys)

    def switched(self, new: State) -> Store:
        """Put a state that was made `beside` in the place of the one that stands, at once; return the store with it.

        Whoever reads the old one goes on doing so until it asks for a `fresh` store.
        """
        stands, state = self.place.switch(new.database, self.state.database)
        return replace(self, state=State(state, self.keys), _stands=stands)

    @contextmanager
    def lease(self, name: str = LEASE, does: str = "follows") -> Iterator[None]:
        """Be the one that writes the state, or `does` what else `name` stands for, while the block lasts.

        Raises FollowedError where another is.
        """
        with self.place.lease(self.state.database, name, does):
            yield

    @property
    def _databases(self) -> tuple[Database, Database]:
        return self.log.database, self.state.database


def placed(where: Place | Path) -> Place:
    """Return a place: a path is that of a folder."""
    return Folder(where) if isinstance(where, Path) else where


def _state(place: Place, log: Database, keys: Keyring, *, write: bool) -> tuple[str, State]:
    """Open the state that stands; it is made where there is none, and looked for again where it was switched meanwhile."""
    stands = place.standing(log)
    try:
        state = State(place.state(log, stands, write=write), keys)
    except OutputError:
        if place.standing(log) == stands:
            raise
        return _state(place, log, keys, write=write)
    if write:
        state.begin_outbox()
    return stands, state


def _keep_keys(database: Database, keys: Keyring, master: bytes) -> None:
    with transaction(database, "the keys could not be kept", "Nothing is changed."):
        database.execute("delete from keyring")
        database.executemany("insert into keyring values (?, ?)", keys.wrapped(master).items())
        database.execute(upsert("meta", "name", "value"), ("key", keys.current))


def _kept_keys(database: Database, master: bytes) -> Keyring:
    wrapped = dict(database.execute("select name, wrapped from keyring").fetchall())
    current = database.execute("select value from meta where name = 'key'").fetchone()
    if not wrapped or current is None:
        raise RulesError("the store has no keys: it was not made to the end", hint="`recon store init RULES` in a new folder.")  # fmt: skip
    return Keyring.unwrapped(wrapped, current[0], master)
