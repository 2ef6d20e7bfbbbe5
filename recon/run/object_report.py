"""A report at an object store: its files under a name of their own, seen only by the manifest, which is written last."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from recon.errors import OutputError, ReconError, SourceError
from recon.report.folder.kept import MADE_BY, MANIFEST
from recon.report.folder.seen import SEEN
from recon.report.folder.target import Folder
from recon.run.bucket import Bucket, is_object_store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from recon.codes import Severity
    from recon.run.spread.tasks import Files

GENERATION = "report-"
"""So begins the name under which the files of one run are."""


class ObjectReport(Folder):
    """A Target that replaces the report at an address by one object, its manifest, and only if recon made it."""

    def __init__(self, address: str, formats: Sequence[str], fail_on: Severity = "hold") -> None:
        super().__init__(address, formats, fail_on)
        self._bucket = Bucket(address.rstrip("/"))

    @property
    def parts(self) -> Bucket:
        """Where workers may leave parts of the report, by their name in it."""
        return self._listing.files_at

    @property
    def former(self) -> Path:
        """A folder with what is to be known of the report that was there."""
        return self._listing.former

    def listed(self, files: Files) -> None:
        """Have the manifest name parts that workers have left."""
        self._listing.parts = files

    def _prepared(self) -> Listing:
        self._listing = Listing(self._bucket)
        return self._listing


class Listing:
    """What is to be published at an address, begun in a folder here. Two runs at once: the later one stands, whole."""

    def __init__(self, bucket: Bucket) -> None:
        """Raise OutputError where the address is somebody else's, or the store does not answer."""
        check_owner(bucket)
        self._bucket, self._published = bucket, False
        self.directory, self.history = bucket.address, 0
        self.files_at = bucket.within(f"{GENERATION}{uuid4().hex[:12]}")
        self.parts: Files = {}
        self._folder = Path(tempfile.mkdtemp(prefix="recon-report-"))
        self.temporary, self.former = self._folder / "new", self._folder / "former"
        self.temporary.mkdir()
        _fetch(bucket, manifest_of(bucket) or {}, [SEEN], self.former)

    def publish(self, *, secure: bool = False) -> list[Path]:  # noqa: ARG002 - who may read it is the bucket's to say
        """Bring the files there, then the manifest that names them, in the place of the former, whose files go."""
        told = json.loads((self.temporary / MANIFEST).read_text(encoding="utf-8"))
        for name in told["files"]:
            self.files_at.write(name, (self.temporary / name).read_bytes())
        generation = self.files_at.address.rpartition("/")[2]
        told["files"] = {f"{generation}/{name}": file for name, file in sorted({**told["files"], **self.parts}.items())}
        former = manifest_of(self._bucket) or {}
        self._bucket.write(MANIFEST, (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode())
        self._published = True
        with suppress(ReconError):  # what is left of the former report is seen by nobody
            self._bucket.remove(*_files(former))
        return []

    def close(self) -> None:
        """Remove what was not published."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if not self._published:
            with suppress(ReconError):
                self.files_at.remove(*self.files_at.names())


def check_owner(bucket: Bucket) -> None:
    """Raise OutputError where there is something at an address that recon did not write."""
    if manifest_of(bucket) is not None:
        return
    strange = [name for name in bucket.names() if not name.startswith(GENERATION)]
    if strange:
        hint = "Nothing was touched. Choose another address with -o."
        raise OutputError(f"the address holds what recon did not write: '{strange[0]}'", bucket.address, hint)


def manifest_of(bucket: Bucket) -> dict[str, Any] | None:
    """Return the manifest at an address; None where there is none of recon's."""
    try:
        told = json.loads(bucket.read(MANIFEST))
    except (FileNotFoundError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("made_by") == MADE_BY else None


@contextmanager
def here(where: str, names: Collection[str]) -> Iterator[Path]:
    """Yield a report as a folder on this machine: it, or a copy of its files of those names where it is at an object store.

    Raises SourceError where there is no report at an address, or it cannot be read.
    """
    if not is_object_store(where):
        yield Path(where)
        return
    bucket = Bucket(where.rstrip("/"))
    with tempfile.TemporaryDirectory(prefix="recon-report-") as folder:
        try:
            told = manifest_of(bucket)
            if told is None:
                hint = "Is the address right? A run publishes it with -o."
                raise SourceError("there is no report of recon there", where, hint)
            _fetch(bucket, told, [f"{name}.parquet" for name in names], Path(folder))
        except FileNotFoundError:
            raise SourceError("the report was replaced while it was read", where, "Try again.") from None
        except OutputError as error:
            raise SourceError(error.message, error.where, error.hint) from error
        yield Path(folder)


def _fetch(bucket: Bucket, manifest: dict[str, Any], names: Collection[str], folder: Path) -> None:
    """Copy the files of a report whose name in it, or folder's, is among `names`, and its manifest, into a folder."""
    for file in _files(manifest):
        name = file.partition("/")[2]
        if name.partition("/")[0] in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(bucket.read(file))
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _files(manifest: dict[str, Any]) -> list[str]:
    """Return the names of a report's files, those alone that lie below its address and have been written by a run."""
    names = [str(name) for name in manifest.get("files", {})]
    return [name for name in names if name.startswith(GENERATION) and ".." not in name.split("/")]
