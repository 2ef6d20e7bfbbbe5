"""A prefix of an object store (`s3://bucket/prefix`, `gs://`, `az://`) as Storage."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.errors import OutputError
from recon.read.files.remote import REMOTE, said, store_at

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_object_store(written: str) -> bool:
    """Return whether an address is one of an object store."""
    return written.lower().startswith(REMOTE)


@dataclass(frozen=True)
class Bucket:
    """Objects below an address. Keys and endpoints are those of the environment, on each machine its own."""

    address: str

    def __str__(self) -> str:
        return self.address

    def write(self, name: str, data: bytes) -> None:
        """Keep bytes, whole or not at all. Raises OutputError where the store does not take them."""
        with self._asked("write") as store:
            store.put(name, data)

    def read(self, name: str) -> bytes:
        """Return the bytes under a name. Raises FileNotFoundError, OutputError where the store does not answer."""
        with self._asked("read") as store:
            return bytes(store.get(name).bytes())

    def remove(self, *names: str) -> None:
        """Remove names, as far as they are there."""
        with self._asked("remove") as store:
            store.delete(list(names))

    def has(self, name: str) -> bool:
        """Return whether there is something under a name."""
        try:
            with self._asked("read") as store:
                store.head(name)
        except FileNotFoundError:
            return False
        return True

    def names(self) -> list[str]:
        """Return all names below the address, sorted."""
        with self._asked("list") as store:
            return sorted(each["path"] for some in store.list() for each in some)

    def within(self, name: str) -> Bucket:
        """Return the storage of the names that begin with `name/`."""
        return Bucket(f"{self.address}/{name}")

    @contextmanager
    def _asked(self, what: str) -> Iterator[Any]:
        """Yield the store; what is not there is a FileNotFoundError, what it refuses an OutputError."""
        store = store_at(self.address)
        from obstore.exceptions import BaseError, NotFoundError

        try:
            yield store
        except (BaseError, OSError) as error:
            if isinstance(error, NotFoundError | FileNotFoundError) and what == "read":
                raise FileNotFoundError(self.address) from error
            hint = f"Are bucket, region, endpoint and keys right, and do they allow to {what}?"
            raise OutputError(f"the object store refuses to {what}: {said(error)}", self.address, hint) from error
