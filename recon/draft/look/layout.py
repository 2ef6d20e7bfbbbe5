"""How a text file is laid out: encoding, separator, the line of the header. Proposals for a person, never used unseen."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.draft.synonyms import is_known
from recon.errors import SourceError
from recon.read.text.alv import lines_of, looks_like_list
from recon.read.text.encoding import MARKS, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = (",", ";", "\t", "|")
FALLBACK = "cp1252"
OTHERS = ("cp1250", "cp1254", "cp852", "cp932", "gb18030", "cp950")
"""Encodings of Polish, Czech, Turkish, Japanese and Chinese exports, in which nearly any bytes are letters: only known headings prove one."""
LOOKED_AT = 200
MOST_BYTES, MOST_LINES = 50_000, 6


@dataclass(frozen=True)
class Layout:
    """Encoding (`None`: UTF-8), separator, header line (from 1, 0 for none), whether the file is a list export; `above`: the cells above the header."""

    encoding: str | None
    separator: str
    header_row: int
    listing: bool = False
    above: tuple[tuple[str, ...], ...] = ()


def encoding_of(data: bytes) -> str | None:
    """Return the encoding to declare for a text: nothing for UTF-8 and for what a byte order mark tells."""
    if data.startswith(tuple(MARKS)):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        head = data if len(data) <= MOST_BYTES else data[: data.rfind(b"\n", 0, MOST_BYTES) + 1]
        return max((FALLBACK, *OTHERS), key=lambda encoding: _known_in(head, encoding))
    return None


def _known_in(head: bytes, encoding: str) -> int:
    """Return how many known names with letters beyond ASCII stand in the first lines; -1 where the text is not so encoded."""
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError:
        return -1
    lines = [line for line in text.splitlines() if line.strip()][:MOST_LINES]
    cells = {cell.strip(' "') for line in lines for cell in re.split(r"[,;\t|]", line) if not cell.isascii()}
    return sum(is_known(cell) for cell in cells)


def layout_of(data: bytes, path: str) -> Layout:
    """Return the likeliest layout of a text file; raises SourceError where it is no text."""
    encoding = encoding_of(data)
    text = read_text(data, path, encoding).data.decode()
    if looks_like_list(text):
        lines = lines_of(text)[:LOOKED_AT]
        at = header_among([line.cells for line in lines])
        return Layout(
            encoding,
            "|" if text.lstrip().startswith("|") or "\n|" in text else "\t",
            lines[at or 0].number,
            listing=True,
        )
    numbered = [(number, line) for number, line in enumerate(text.split("\n")[:LOOKED_AT], start=1) if line.strip()]
    if not numbered:
        raise SourceError("the file is empty", path, "It holds no line with text.")
    separator = max(SEPARATORS, key=lambda one: _regularity([line for _, line in numbered], one))
    records = _records(text.split("\n")[:LOOKED_AT], separator)
    rows = [cells for _, cells in records]
    at = header_among(rows)
    above = tuple(tuple(row) for row in rows[: at or 0])
    return Layout(encoding, separator, 0 if at is None else records[at][0], above=above)


def _records(lines: Sequence[str], separator: str) -> list[tuple[int, list[str]]]:
    """Return the line on which each record starts and its cells, without blank ones; a quoted cell may go on below."""
    numbered = [(number, line.split(separator)) for number, line in enumerate(lines, start=1) if line.strip()]
    if any('"' in line for line in lines):
        with suppress(csv.Error):
            reader, start, numbered = csv.reader((f"{line}\n" for line in lines), delimiter=separator), 1, []
            for cells in reader:
                numbered += [(start, cells)] if any(map(str.strip, cells)) else []
                start = reader.line_num + 1
    return [(number, [" ".join(cell.strip(' "\n').split()) for cell in cells]) for number, cells in numbered]


def header_among(rows: Sequence[Sequence[str]]) -> int | None:
    """Return which of the first rows is the header: the one with most known names, else the first of full width.

    Nothing where that one holds numbers or blanks: the file has no header.
    """
    head = rows[:30]
    known = [len({cell for cell in row if cell and is_known(cell)}) for row in head]
    if known and max(known) >= 2:
        return known.index(max(known))
    width = max((len(row) for row in head), default=0)
    first = next((i for i, row in enumerate(head) if len(row) == width), None)
    if first is None or any(_is_data(cell) for cell in head[first] if cell) or not any(head[first]):
        return None
    return first


def _is_data(cell: str) -> bool:
    return cell.strip("+-()").replace(".", "").replace(",", "").replace("/", "").replace("-", "").isdigit()


def _regularity(lines: Sequence[str], separator: str) -> tuple[float, int]:
    """Return the share of lines that have the commonest number of separators, and that number; 0 where it is none."""
    counts = [line.count(separator) for line in lines]
    common = max(set(counts), key=lambda count: (count > 0, counts.count(count), count))
    return (counts.count(common) / len(counts) * min(common, 3), common) if common else (0.0, 0)
