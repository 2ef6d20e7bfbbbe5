"""A text file some megabytes at a time, cut between its records, where nothing must be seen of the whole to read a part."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.read.text.encoding import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.read.files.files import Blob, Opened
    from recon.rules.rule import CsvOptions

ONE_BYTE = ("utf-8", "ascii", "cp125", "cp437", "cp85", "iso8859", "mac")
"""Encodings (by the start of their name) in which a byte below 128 is that character and nothing else."""


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
    if blob.bytes < 2 * size or not _reads_the_same(blob, options, size):
        yield Piece(blob.data)
        return
    quote, before, rest = (options.quote or "").encode(), 0, b""
    with blob.open() as file:
        block = file.read(size)
        while block:
            data, block = rest + block, file.read(size)
            if len(block) < size:
                data, block = data + block, b""
            end = _last_record(data, quote) if block else len(data)
            if end:
                yield Piece(data[:end], before, ends=not block)
                before += data.count(b"\n", 0, end)
            rest = data[end:]
    blob.open().close()  # raises where the file has changed meanwhile


def _last_record(data: bytes, quote: bytes) -> int:
    """Return where the last record that ends in `data` does: at the last line feed before which all quotes are closed."""
    end = data.rfind(b"\n") + 1
    opened = data.count(quote, 0, end) if quote else 0
    while opened % 2:
        shorter = data.rfind(b"\n", 0, end - 1) + 1
        opened, end = opened - data.count(quote, shorter, end), shorter
    return end


def _reads_the_same(blob: Blob, options: CsvOptions, size: int) -> bool:
    """Return whether a line feed is one wherever it stands, and all lines of the file end alike."""
    signs, encoding = f"{options.separator}{options.quote or ''}", _name(options.encoding or "utf-8")
    with blob.open() as file:
        start = file.read(4)
    marks = [_name(marked) for mark, marked in MARKS.items() if start.startswith(mark)]
    known = encoding.startswith("utf-8") if marks == ["utf-8"] else encoding.startswith(ONE_BYTE) and not marks
    return known and signs.isascii() and _end_alike(blob, size)


def _name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""


def _end_alike(blob: Blob, size: int) -> bool:
    """Return whether every line feed has a carriage return before it, or none has and there are no others."""
    with blob.open() as file:
        feeds = returns = pairs = 0
        while block := _block(file, size):
            feeds += block.count(b"\n")
            if b"\r" in block:
                returns, pairs = returns + block.count(b"\r"), pairs + block.count(b"\r\n")
    return returns == pairs and pairs in {0, feeds}


def _block(file: Opened, size: int) -> bytes:
    """Return some bytes that do not end between a carriage return and its line feed."""
    block = file.read(size)
    return block + file.read(1) if block.endswith(b"\r") else block
