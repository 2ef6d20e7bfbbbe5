"""The work folder: storage that driver and workers share, through which goes what is too large for a message."""

from __future__ import annotations

import pickle
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.disk import cannot_write
from recon.errors import OutputError, RulesError

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEN = "begun"
"""The value that a worker looks for to know that it sees the folder of the driver."""


@dataclass(frozen=True)
class Work:
    """A folder of one run, made by the driver and the same for all workers; what is in it is trusted as the driver is."""

    folder: Path

    def put(self, name: str, value: object) -> int:
        """Leave a value for the workers; return its bytes. Raises OutputError where the storage is full."""
        data = _packed(value)
        try:
            (self.folder / name).write_bytes(data)
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        return len(data)

    def get(self, name: str) -> Any:
        """Return a value that the driver left, a new one every time."""
        return pickle.loads((self.folder / name).read_bytes())

    def remove(self, name: str) -> None:
        """Remove a value that nobody needs any more."""
        (self.folder / name).unlink(missing_ok=True)

    def seen(self) -> bool:
        """Return whether the folder that the driver made is to be seen from here."""
        return (self.folder / SEEN).is_file()


class _Pickler(pickle.Pickler):
    """Frames are compressed: most of their columns are empty or repeat themselves."""

    def reducer_override(self, value: object) -> Any:
        """Return how a frame is put together again; NotImplemented for all that pickle knows itself."""
        if not isinstance(value, pl.DataFrame):
            return NotImplemented
        written = BytesIO()
        value.write_ipc(written, compression="lz4")
        return _frame, (written.getvalue(),)


def _frame(written: bytes) -> pl.DataFrame:
    return pl.read_ipc(BytesIO(written))


def _packed(value: object) -> bytes:
    packed = BytesIO()
    _Pickler(packed, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return packed.getvalue()


@lru_cache(maxsize=4)
def known(work: Work, name: str) -> Any:
    """Return a value that every task needs and none changes, read once in a process."""
    return work.get(name)


@contextmanager
def begun(place: str | Path) -> Iterator[Work]:
    """Make a folder for one run at `place`, and remove it in the end, whatever came.

    Raises RulesError for an address that is no folder, OutputError where nothing can be written there.
    """
    folder = Path(str(place).removeprefix("file://"))
    if "://" in str(folder) or ":/" in str(folder)[:8]:
        hint = "Mount the store on driver and workers alike (as /dbfs or with a file gateway), and name that folder."
        raise RulesError(f"--work is a folder that all workers see, not '{place}'", hint=hint)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Work(Path(tempfile.mkdtemp(prefix="recon-work-", dir=folder.resolve())))
    except OSError as error:
        raise OutputError(f"--work cannot be used: {error.strerror or error}", str(folder)) from error
    try:
        work.put(SEEN, value=True)
        yield work
    finally:
        shutil.rmtree(work.folder, ignore_errors=True)
