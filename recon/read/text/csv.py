"""Delimited text -> Raw: quotes, line ends, field counts. Structure that does not hold refuses the file, with the line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.errors import InvariantError, SourceError
from recon.read.raw import Raw
from recon.read.text.cut import Piece
from recon.read.text.head import head_of
from recon.read.text.headings import without_groups
from recon.read.text.inside import checked
from recon.read.text.lines import read_lines
from recon.read.text.parse import parse, shown
from recon.read.text.ragged import padded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from recon.read.text.head import Head
    from recon.read.text.lines import Lines
    from recon.rules.rule import Source


def read_csv(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read delimited text after `source.csv`; `wanted` are the header names that the mapping needs.

    Raises SourceError with file and line for text that is damaged, records of another width than the header, quotes
    that do not close, blank lines inside, repeated or unfit headers.
    """
    (raw,) = read_pieces([Piece(data)], path, source, wanted)
    return raw


def read_pieces(pieces: Iterable[Piece], path: str, source: Source, wanted: Collection[str]) -> Iterator[Raw]:
    """Yield what `read_csv` returns of each piece of a file. Raises as that does, with the lines of the piece."""
    head = None
    for piece in pieces:
        lines = read_lines(piece, path, source.csv)
        try:
            below = replace(head, lines=0, bytes=0, notes=lines.notes) if head else None
            head = head or head_of(lines, source, wanted)
            raw = _read_table(lines, below or head, source)
        except (SourceError, UnicodeDecodeError, InvariantError):
            lines.verify()  # what the engine stumbles over is told by its place, if it is the text that is damaged
            raise
        yield raw


def _read_table(lines: Lines, head: Head, source: Source) -> Raw:
    width, notes = len(head.cells), head.notes
    try:
        frame, rows = parse(lines, head.lines, head.bytes, width)
    except SourceError:
        mended = padded(lines, head.bytes, width, short=source.csv.short_rows == "blank")
        if mended is None:
            raise
        lines, notes = mended, notes + mended.notes[len(lines.notes) :]
        frame, rows = parse(lines, head.lines, head.bytes, width)
    frame = shown(frame, lines, head.bytes)
    raw = Raw(lines.path, head.header, frame, rows, verify=lines.verify_characters, above=head.above, notes=notes)
    raw, groups = without_groups(raw) if source.preset else (raw, ())
    return checked(replace(raw, notes=raw.notes + groups), head.cells if head.header else [], source)
