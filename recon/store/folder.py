"""A folder as the place of a store: a file of SQLite for the log, one for the state that stands, one for what was sent."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import InvariantError, OutputError
from recon.store.databases.schema import EVENTS, SENT, STATE
from recon.store.databases.sqlite import Sqlite, opened
from recon.store.place import FollowedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.store.databases.database import Database

BESIDE = ".beside-"
LOG, DERIVED, DELIVERED = "events.db", "state.db", "sent.db"
STANDING = "state.name"
"""The file that names the file of the state that stands, where that is not DERIVED: it is replaced at once."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.name

    def refuse_taken(self) -> None:
        """Raise OutputError where something is there."""
        if self.path.exists() and any(self.path.iterdir()):
            raise OutputError("the folder of the store is not empty", str(self.path), "Name another, or remove what is there.")  # fmt: skip

    def make(self) -> None:
        """Make the folder and an empty log in it. Raises OutputError where something is there."""
        self.refuse_taken()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened(self.path / LOG, EVENTS).close()

    def log(self, *, write: bool) -> Database:
        """Open the log. Raises OutputError where there is no store."""
        if not (self.path / LOG).is_file():
            raise OutputError("there is no store", str(self.path), "`recon store init RULES` makes one.")
        log = opened(self.path / LOG, EVENTS, write=write)
        with suppress(OSError):  # a copy that was put back has the rights that its maker had
            (self.path / LOG).chmod(0o600)
        return log

    def sent(self, *, write: bool) -> Database:
        """Open what was sent to whom; it need not be there."""
        return self._opened(self.path / DELIVERED, SENT, write=write)

    def standing(self, log: Database) -> str:  # noqa: ARG002 -- a server keeps it there
        """Return the name of the file of the state that stands."""
        try:
            return (self.path / STANDING).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return DERIVED

    def state(self, log: Database, name: str, *, write: bool) -> Database:
        """Open a state; it is made where it stands and is not there. Raises OutputError where it does not stand any more."""
        if not (self.path / name).is_file() and self.standing(log) != name:
            raise OutputError("another state stands since", str(self))
        return self._opened(self.path / name, STATE, write=write)

    def _opened(self, file: Path, steps: Sequence[str], *, write: bool) -> Database:
        if not write and not file.is_file():
            opened(file, steps).close()
        return opened(file, steps, write=write)

    @contextmanager
    def beside(self) -> Iterator[Database]:
        """Give a new, empty state in a folder of its own; it is gone when the block ends, unless it was switched to."""
        with tempfile.TemporaryDirectory(prefix=BESIDE, dir=self.path) as folder:
            state = opened(Path(folder) / DERIVED, STATE)
            try:
                yield state
            finally:
                state.close()

    def switch(self, new: Database, old: Database) -> tuple[str, Database]:
        """Let a state that was made `beside` stand, durably and at once. Who reads the old one goes on until it closes it."""
        if not isinstance(new, Sqlite):
            raise InvariantError("a folder holds files")
        new.settle()
        new.close()
        file = self.path / f"state-{secrets.token_hex(4)}.db"
        new.path.rename(file)
        self._stand(file.name)
        old.close()
        for path in (*self.path.glob(f"{DERIVED}*"), *self.path.glob("state-*.db*")):
            if not path.name.startswith(file.name):
                path.unlink(missing_ok=True)
        return file.name, opened(file, STATE)

    def _stand(self, name: str) -> None:
        new = self.path / f"{STANDING}.new"
        with new.open("w", encoding="ascii") as named:
            named.write(name)
            named.flush()
            os.fsync(named.fileno())
        new.replace(self.path / STANDING)
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def lease(self, state: Database, name: str, does: str) -> Iterator[None]:  # noqa: ARG002 -- as above
        """Be the one process that `does` something while the block lasts. Raises FollowedError where another is."""
        import fcntl

        descriptor = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise FollowedError(f"another process {does} this store", str(self), "Wait for it, or stop it.") from None
        try:
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def scratch(self) -> Iterator[Folder]:
        """Give a folder in it, for trying on the same disk; all of it is gone when the block ends."""
        with tempfile.TemporaryDirectory(prefix=".scratch-", dir=self.path) as folder:
            yield Folder(Path(folder) / "store")

    def sweep(self, log: Database) -> None:  # noqa: ARG002 -- as above
        """Remove what processes that were killed left."""
        for path in (*self.path.glob(f"{BESIDE}*"), *self.path.glob(".scratch-*")):
            shutil.rmtree(path, ignore_errors=True)

    def size(self, log: Database) -> int:  # noqa: ARG002 -- as above
        """Return how many bytes the store takes."""
        return sum(path.stat().st_size for path in self.path.iterdir() if path.is_file())
