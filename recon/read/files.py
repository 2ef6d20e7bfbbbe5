"""The bytes of a source: globs, standard input, gzip, object stores. Read once, hashed, parsed from memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import SourceError, refuse_odd_name
from recon.read.remote import fetch, is_remote
from recon.rules import STDIN

if TYPE_CHECKING:
    from recon.rules import Source

MAX_INFLATED_BYTES = 2 * 1024**3
MAX_INFLATION = 300
LOCKS = ("~$", ".~lock.")
"""What Excel and LibreOffice leave beside an open workbook."""
BLOCK = 1 << 20


@dataclass(frozen=True)
class Blob:
    """One file's bytes: `path` as results name it, `suffix` without `.gz`, hash and size as they lie on the disk."""

    path: str
    suffix: str
    data: bytes
    sha256: str
    bytes: int


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


def read_blob(path: str, folder: Path) -> Blob:
    """Return the bytes of a path that `find_files` gave; `.gz` is inflated, up to a limit."""
    name = path if path == STDIN or is_remote(path) else os.path.relpath(path, folder).replace(os.sep, "/")
    data = _bytes_of(path, name)
    if not data:
        raise SourceError("the file is empty (0 bytes)", name, "Was the export cut off? Get it again.")
    suffix = Path(path.lower()).suffix
    digest, size = hashlib.sha256(data).hexdigest(), len(data)
    if suffix == ".gz":
        data, suffix = _inflate(data, name), Path(path.lower()[:-3]).suffix
    return Blob(name, suffix, data, digest, size)


def _matches(pattern: str, source: Source, folder: Path) -> list[str]:
    if pattern == STDIN or is_remote(pattern):
        return [pattern]
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
        data, after = Path(path).read_bytes(), Path(path).stat()
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror or error}", name) from None
    if stat.S_ISREG(after.st_mode) and after.st_size != len(data):
        raise SourceError(
            "the file changed while it was read", name, "Is it still being written? Run again when it is whole."
        )
    return data


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
