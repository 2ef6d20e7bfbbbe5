"""Files -> Raw: every file of a source by the reader of its kind, text some megabytes at a time where that is asked for."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import SourceError, did_you_mean
from recon.read.cells.mapping import wanted_names, without_header
from recon.read.files.files import HELD, find_files, read_blob
from recon.read.register import reader_of, suffixes
from recon.read.text.cut import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from recon.read.files.files import Blob
    from recon.read.raw import Raw
    from recon.rules.rule import Source

COUNTED_TWICE = "One of them would be counted twice: remove it, or narrow the pattern."


def raws(source: Source, folder: Path, size: int) -> Iterator[Raw]:
    """Yield what the files or the query of a source hold; of text files some `size` bytes at a time. Raises SourceError."""
    wanted = wanted_names(source)
    if source.query is not None:
        from recon.read.typed.sql import read_sql

        yield read_sql(source, folder)
        return
    met: set[str] = set()
    for blob in blobs(source, folder, size):
        met.add(blob.path)
        one = as_written(source, blob.path)
        by_position = replace(one, header_row=0) if without_header(one) else one
        for part in in_sheets(by_position):
            for raw in _of_file(blob, part, wanted, size):
                place = raw.path if part is by_position else f"{raw.path}!{part.sheet}"
                yield replace(raw, path=place, sha256=blob.sha256, bytes=blob.bytes)
    if unmet := sorted(source.file_formats.keys() - met):
        near = did_you_mean(unmet[0], sorted(met))
        raise SourceError(f"file_formats of {source.name} names no file of the source{near}", unmet[0])


def in_sheets(source: Source) -> list[Source]:
    """Return the source of each of the sheets that are read one after the other; the source itself where none is named."""
    return [replace(source, sheet=name, sheets=()) for name in source.sheets] or [source]


def as_written(source: Source, path: str) -> Source:
    """Return the source with what it says of one of its files alone."""
    own = source.file_formats.get(path)
    if own is None:
        return source
    csv = replace(
        source.csv, separator=own.separator or source.csv.separator, encoding=own.encoding or source.csv.encoding
    )
    others = {"number_format", "date_format", "header_row", "sheet"}
    said = {key: value for key in others if (value := getattr(own, key)) is not None}
    return replace(source, csv=csv, **said)


def blobs(source: Source, folder: Path, held: int = HELD) -> Iterator[Blob]:
    """Yield the files of a source, one after the other, as `read_blob` does; raises SourceError for one that is a copy."""
    seen: dict[str, str] = {}
    with _aside() as aside:
        for path in find_files(source, folder):
            blob = read_blob(path, folder, held, aside if held < HELD else None)
            if blob.sha256 in seen:
                raise SourceError(f"the same content as {seen[blob.sha256]}", blob.path, COUNTED_TWICE)
            seen[blob.sha256] = blob.path
            yield blob


@contextmanager
def _aside() -> Iterator[Path]:
    """Yield where an object can lie while it is read."""
    folder = Path(tempfile.mkdtemp(prefix="recon-object-"))
    try:
        yield folder / "object"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _of_file(blob: Blob, source: Source, wanted: Collection[str], size: int) -> Iterator[Raw]:
    reader = reader_of(blob.suffix)
    if reader is None or reader.pieces is None:
        yield read_raw(blob.data, blob.path, blob.suffix, source, wanted)
        return
    try:
        yield from reader.pieces(cut(blob, source.csv, size), blob.path, source, wanted)
    except SourceError:
        reader.read(blob.data, blob.path, source, wanted)  # tells by its place in the whole file what is wrong
        raise


def read_raw(data: bytes, path: str, suffix: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read one file by its suffix; raises SourceError for a suffix that recon does not know."""
    reader = reader_of(suffix)
    if reader is None:
        hint = f"It reads {', '.join(suffixes())} (packed files of these kinds)."
        raise SourceError(f"recon does not read '{suffix}' files", path, hint)
    return reader.read(data, path, source, wanted)
