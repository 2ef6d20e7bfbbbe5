"""The work folder: storage that driver and workers share, through which goes what is too large for a message."""

from __future__ import annotations

import pickle
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import polars as pl

from recon.errors import OutputError, ReconError, RulesError
from recon.ledger.storage import Disk
from recon.run.bucket import Bucket, is_object_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.ledger.storage import Storage

PREFIX = "recon-work-"
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+]+:")
"""How an address begins, and no folder: of a drive there is one letter."""
SEEN = "begun"
"""The value that a worker looks for to know that it sees the folder of the driver."""


@dataclass(frozen=True)
class Work:
    """Storage of one run, made by the driver and the same for all workers; what is in it is trusted as the driver is."""

    storage: Storage

    def put(self, name: str, value: object) -> None:
        """Leave a value for the workers. Raises OutputError where the storage is full."""
        self.storage.write(name, _packed(value))

    def get(self, name: str) -> Any:
        """Return a value that the driver left, a new one every time."""
        return pickle.loads(self.storage.read(name))

    def remove(self, *names: str) -> None:
        """Remove what nobody needs any more."""
        self.storage.remove(*names)

    def seen(self) -> bool:
        """Return whether the storage that the driver made is to be seen from here."""
        return self.storage.has(SEEN)


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
    """Make storage for one run at `place`, a folder or an address of an object store, and remove it in the end.

    Raises RulesError for an address that is neither, OutputError where nothing can be written there.
    """
    with _bucket(str(place)) if is_object_store(str(place)) else _folder(str(place)) as storage:
        work = Work(storage)
        work.put(SEEN, value=True)
        yield work


@contextmanager
def _bucket(address: str) -> Iterator[Bucket]:
    bucket = Bucket(f"{address.rstrip('/')}/{PREFIX}{uuid4().hex[:12]}")
    try:
        yield bucket
    finally:
        with suppress(ReconError):  # what is left there does no harm, and hides no other error
            bucket.remove(*bucket.names())


@contextmanager
def _folder(place: str) -> Iterator[Disk]:
    folder = Path(place.removeprefix("file://"))
    if ADDRESS.match(place.removeprefix("file://")):
        hint = "As /mnt/shared/recon, or s3://bucket/recon."
        raise RulesError(f"--work is a folder or an object store that all workers see, not '{place}'", hint=hint)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        disk = Disk(Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder.resolve())))
    except OSError as error:
        raise OutputError(f"--work cannot be used: {error.strerror or error}", str(folder)) from error
    try:
        yield disk
    finally:
        shutil.rmtree(disk.folder, ignore_errors=True)
