"""A text file some megabytes at a time, cut between its records, where nothing must be seen of the whole to read a part."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import partial
from os import SEEK_END
from typing import TYPE_CHECKING

from recon.read.text.encoding import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.read.files.files import Blob, Opened
    from recon.rules.rule import CsvOptions

ONE_BYTE = ("utf-8", "ascii", "cp125", "cp437", "cp85", "iso8859", "mac")
"""Encodings (by the start of their name) in which a byte below 128 is that character and nothing else."""

LOOKED_AT = 1 << 20
"""Bytes at a time, where they are only looked at: they stay near the processor."""


@dataclass(frozen=True)
class Piece:
    """Some bytes of a file, whole records each."""

    data: bytes
    before: int = 0
    """How many physical lines stand before it."""
    ends: bool = True
    """Whether the file ends with it."""

    @property
    def begins(self) -> bool:
        """Whether the file begins with it."""
        return not self.before


def cut(blob: Blob, options: CsvOptions, size: int) -> Iterator[Piece]:
    """Yield a file some `size` bytes at a time; whole where it is small, or would not read the same in pieces."""
    if blob.bytes < 2 * size or not _reads_the_same(blob, options):
        yield Piece(blob.data)
        return
    quote, before = (options.quote or "").encode(), 0
    with blob.open() as file:
        end = file.seek(0, SEEK_END)
        file.seek(0)
        while (left := end - file.tell()) > 0 and (data := _records(file, left if left < 2 * size else size, quote)):
            yield Piece(data, before, ends=file.tell() >= end)
            before += data.count(b"\n")
    blob.open().close()  # raises where the file has changed meanwhile


def _records(file: Opened, size: int, quote: bytes) -> bytes:
    """Return some bytes and what they lack of a record: up to the first line feed after them before which all quotes are closed."""
    start = file.tell()
    file.seek(start + size)
    whole = size + len(file.readline())
    file.seek(start)
    parts = [file.read(whole)]
    opened = parts[0].count(quote) if quote else 0
    while opened % 2 and parts[-1]:
        parts.append(file.readline())
        opened += parts[-1].count(quote)
    return b"".join(parts)


def _reads_the_same(blob: Blob, options: CsvOptions) -> bool:
    """Return whether a line feed is one wherever it stands, and all lines of the file end alike."""
    signs, encoding = f"{options.separator}{options.quote or ''}", _name(options.encoding or "utf-8")
    with blob.open() as file:
        start = file.read(4)
    marks = [_name(marked) for mark, marked in MARKS.items() if start.startswith(mark)]
    known = encoding.startswith("utf-8") if marks == ["utf-8"] else encoding.startswith(ONE_BYTE) and not marks
    return known and signs.isascii() and _end_alike(blob)


def _name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""


def _end_alike(blob: Blob) -> bool:
    """Return whether every line feed has a carriage return before it, or none has and there are no others."""
    with blob.open() as file:
        if not any(b"\r" in block for block in iter(partial(file.read, LOOKED_AT), b"")):
            return True
        file.seek(0)
        feeds = returns = pairs = 0
        while block := _block(file):
            feeds, returns, pairs = (
                feeds + block.count(b"\n"),
                returns + block.count(b"\r"),
                pairs + block.count(b"\r\n"),
            )
    return returns == pairs == feeds


def _block(file: Opened) -> bytes:
    """Return some bytes that do not end between a carriage return and its line feed."""
    block = file.read(LOOKED_AT)
    return block + file.read(1) if block.endswith(b"\r") else block
