"""The bytes of a source: globs, standard input, gzip, object stores; hashed, and held in memory where they are not many."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import select
import stat
import sys
import zlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import SourceError, refuse_odd_name
from recon.read.files.disguised import LOOKED_AT, as_it_is, is_page
from recon.read.files.remote import fetch, fetch_to, is_remote, listed
from recon.rules.rule import STDIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.rules.rule import Source

MAX_INFLATED_BYTES = 2 * 1024**3
MAX_INFLATION = 300
LOCKS = ("~$", ".~lock.")
"""What Excel and LibreOffice leave beside an open workbook."""
BLOCK = 1 << 20
PIPE_SECONDS = 20
"""How long to wait for the first byte of a named pipe."""
HELD = 1 << 62
"""More bytes than any file has."""
Opened = io.BytesIO | io.BufferedReader
Content = bytes
"""What `bytes` is called inside Blob, which has a field of that name."""
CHANGED = "Is it still being written? Run again when it is whole."


@dataclass(frozen=True)
class Blob:
    """One file's bytes: `path` as results name it, hash and size as they lie on the disk.

    `suffix`: without `.gz`, and `.csv` where what is named like a workbook is a text or the table of a web page.

    `open` gives its content, inflated; it raises SourceError where the file is not any more what it was.
    """

    path: str
    suffix: str
    sha256: str
    bytes: int
    open: Callable[[], Opened]

    @property
    def data(self) -> Content:
        """All its content."""
        with self.open() as file:
            return file.read()


def find_files(source: Source, folder: Path) -> list[str]:
    """Return the paths that the globs of `source` match under `folder`, sorted, each once.

    Raises SourceError for a pattern without a match, naming the pattern as it was resolved.
    """
    found: dict[str, None] = {}
    for pattern in source.files:
        found.update(dict.fromkeys(_matches(pattern, source, folder)))
    for path in found:
        refuse_odd_name(path, SourceError)
    return list(found)


def read_blob(path: str, folder: Path, held: int = HELD, aside: Path | None = None) -> Blob:
    """Return the bytes of a path that `find_files` gave; `.gz` is inflated, up to a limit.

    A file of more than `held` bytes is hashed and read again when its content is asked for. An object is copied to `aside`,
    where that is given, in the place of the one before.
    """
    name = path if path == STDIN or is_remote(path) else os.path.relpath(path, folder).replace(os.sep, "/")
    suffix = Path(path.lower()).suffix
    if suffix != ".gz" and _is_large(path, held):
        return _on_disk(Path(path), name, suffix)
    if aside is not None and is_remote(path):
        fetch_to(path, aside)
        return _on_disk(aside, name, suffix)
    data = _bytes_of(path, name)
    _refuse_empty(len(data), name)
    digest, size = hashlib.sha256(data).hexdigest(), len(data)
    if suffix == ".gz":
        data, suffix = _inflate(data, name), Path(path.lower()[:-3]).suffix
    data, suffix = as_it_is(data, suffix, name)
    return Blob(name, suffix, digest, size, partial(io.BytesIO, data))


def _is_large(path: str, held: int) -> bool:
    return path != STDIN and not is_remote(path) and Path(path).is_file() and Path(path).stat().st_size > held


def _on_disk(path: Path, name: str, suffix: str) -> Blob:
    before = path.stat()
    _refuse_empty(before.st_size, name)
    opened = partial(_opened, path, name, (before.st_size, before.st_mtime_ns))
    with opened() as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        head = file.read(LOOKED_AT)
    suffix = suffix if is_page(head) else as_it_is(head, suffix, name)[1]  # a page is read whole, or refused
    return Blob(name, suffix, digest, before.st_size, opened)


def _refuse_empty(size: int, name: str) -> None:
    if not size:
        raise SourceError("the file is empty (0 bytes)", name, "Was the export cut off? Get it again.")


def _opened(path: Path, name: str, was: tuple[int, int]) -> io.BufferedReader:
    try:
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != was:
            raise SourceError("the file changed while it was read", name, CHANGED)
        return path.open("rb")
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror or error}", name) from None


def _matches(pattern: str, source: Source, folder: Path) -> list[str]:
    if pattern == STDIN:
        return [pattern]
    if is_remote(pattern):
        if objects := listed(pattern):
            return objects
        raise SourceError(f"no object for sources.{source.name}", pattern, "Are bucket and folders written right?")
    resolved = os.path.normpath(folder / pattern)
    if Path(resolved).is_dir():
        raise SourceError(
            f"sources.{source.name} names a folder, not a file",
            resolved,
            f"Say which files: `{pattern.rstrip('/')}/*.csv`.",
        )
    literal = os.path.lexists(resolved)
    found = (
        [resolved]
        if literal
        else sorted(str(p) for p in _glob(folder, pattern) if not p.is_dir() and not p.name.startswith(LOCKS))
    )
    if not found:
        between = " Between folders stands /." if "\\" in pattern else ""
        hint = f"Paths are relative to the folder of the rules file.{between}"
        raise SourceError(f"no file for sources.{source.name}", resolved, hint)
    return found


def _glob(folder: Path, pattern: str) -> list[Path]:
    import glob

    # pathlib's own glob takes neither absolute patterns nor `..`
    found = glob.glob(str(Path(glob.escape(str(folder))) / pattern), recursive=True)  # noqa: PTH207
    return [Path(os.path.normpath(path)) for path in found]


def _bytes_of(path: str, name: str) -> bytes:
    if path == STDIN:
        if sys.stdin is None:
            raise SourceError("standard input is closed", name, "Pipe the file into it, or name a file.")
        return sys.stdin.buffer.read()
    if is_remote(path):
        return fetch(path)
    try:
        if stat.S_ISCHR((kind := Path(path).stat()).st_mode) or stat.S_ISBLK(kind.st_mode):
            raise SourceError("a device, not a file", name)
        if stat.S_ISFIFO(kind.st_mode):
            return _of_pipe(path, name)
        data, after = Path(path).read_bytes(), Path(path).stat()
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror or error}", name) from None
    if stat.S_ISREG(after.st_mode) and after.st_size != len(data):
        raise SourceError("the file changed while it was read", name, CHANGED)
    return data


def _of_pipe(path: str, name: str) -> bytes:
    """Return what is written into a named pipe; opened as a file it would block until a writer comes, even for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], PIPE_SECONDS)
        if not ready:
            hint = "Start what writes into it first, or give recon the file itself."
            raise SourceError(f"a named pipe into which nothing was written for {PIPE_SECONDS} seconds", name, hint)
        os.set_blocking(descriptor, True)
        return pipe.read()


def _inflate(data: bytes, name: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        raise SourceError("the file is named .gz but is not gzip data", name)
    pieces, size = [], 0
    limit = min(MAX_INFLATED_BYTES, max(len(data) * MAX_INFLATION, 64 * BLOCK))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while piece := stream.read(BLOCK):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise SourceError(
                        f"the file inflates to more than {limit} bytes", name, "Inflate it yourself if that is meant."
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"the gzip data is damaged: {error}", name, "Get the file again.") from None
    if not size:
        raise SourceError("the file is empty (0 bytes)", name)
    return b"".join(pieces)
