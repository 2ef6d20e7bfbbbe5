"""Where lines wait under names until their batch is matched: a folder here, elsewhere whatever keeps bytes under names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from recon.engine.disk import cannot_write

if TYPE_CHECKING:
    from pathlib import Path


class Storage(Protocol):
    """Bytes under names, of which `/` makes folders. Picklable: who is told of it elsewhere sees the same."""

    def write(self, name: str, data: bytes) -> None:
        """Keep bytes, whole or not at all; what was under the name before is gone. Raises OutputError."""

    def read(self, name: str) -> bytes:
        """Return the bytes under a name."""

    def remove(self, *names: str) -> None:
        """Remove names, as far as they are there."""

    def has(self, name: str) -> bool:
        """Return whether there is something under a name."""

    def names(self) -> list[str]:
        """Return all names, sorted."""

    def within(self, name: str) -> Storage:
        """Return the storage of the names that begin with `name/`."""


@dataclass(frozen=True)
class Disk:
    """A folder as Storage."""

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)

    def write(self, name: str, data: bytes) -> None:
        """Keep bytes, whole or not at all. Raises OutputError where the disk is full."""
        path = self.folder / name
        new = path.with_name(f"{path.name}.new")
        try:
            if "/" in name:
                path.parent.mkdir(exist_ok=True)  # its parent is there, or has been removed and is not to come back
            new.write_bytes(data)
            new.replace(path)
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def read(self, name: str) -> bytes:
        """Return the bytes under a name."""
        return (self.folder / name).read_bytes()

    def remove(self, *names: str) -> None:
        """Remove names, as far as they are there."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Return whether there is something under a name."""
        return (self.folder / name).is_file()

    def names(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())

    def within(self, name: str) -> Disk:
        """Return the storage of a folder there, which is made."""
        (self.folder / name).mkdir(exist_ok=True)
        return Disk(self.folder / name)
