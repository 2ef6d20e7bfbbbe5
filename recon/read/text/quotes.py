"""RFC 4180 quoting: that every quote opens or closes a cell, or is doubled in one; line ends inside cells are hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.text.positions import BLOCK, RARE, positions

if TYPE_CHECKING:
    from typing import NoReturn

    from recon.read.text.positions import Positions

FEW = 10_000
"""Quotes up to which it is asked whether all of them are plain."""
LONE_RETURN = "a carriage return without line feed"


@dataclass(frozen=True)
class Sentinels:
    """Control characters (no text holds them, see text.py) that stand for line ends inside quotes and for wide characters.

    `separator`, `quote`: those of the text as one byte; `shown` are they as declared.
    """

    newline: str
    carriage_return: str
    separator: str
    quote: str
    shown: tuple[str, str]

    @property
    def replacements(self) -> dict[str, str]:
        """Sentinel -> the character it stands for."""
        pairs = zip(
            (self.newline, self.carriage_return, self.separator, self.quote), ("\n", "\r", *self.shown), strict=True
        )
        return {mark: shown for mark, shown in pairs if mark != shown}

    def used(self, data: bytes) -> bool:
        """Return whether `data` holds any sentinel."""
        return any(mark.encode() in data for mark in self.replacements)

    def show(self, cell: str) -> str:
        """Return `cell` with its own characters."""
        return cell.translate({ord(mark): kept for mark, kept in self.replacements.items()})


def sentinels(separator: str, quote: str) -> Sentinels:
    """Return control characters that are neither `separator` nor `quote`."""
    free = [mark for mark in "\x02\x03\x04\x05\x06\x07" if mark not in (separator, quote)]
    one_byte = (separator if separator.isascii() else free[2], quote if quote.isascii() else free[3])
    return Sentinels(free[0], free[1], *one_byte, (separator, quote))


def resolve_quotes(data: bytes, signs: Sentinels, path: str) -> tuple[bytes, int]:
    """Return `data` with the line ends inside quotes as sentinels, and how many quotes are no part of a cell's text.

    Quotes open and close in turn. One that opens must follow a separator or line end, one that closes must stand before
    one; where a closing and an opening one meet, they are one quote, doubled. Raises SourceError with line and field
    otherwise, and for a quote that never closes.
    """
    if whole := _around_whole_cells(data, signs):
        return data, whole
    marks = positions(data, signs.quote.encode())
    doubled = _refuse_stray(data, marks, signs, path)
    if len(marks) % 2:
        _refuse("a quote that is opened and never closed", data[: int(marks[-1])], signs, path)
    return _hide_line_ends(data, marks, signs), len(marks) - doubled


def _around_whole_cells(data: bytes, signs: Sentinels) -> int | None:
    """Return how many quotes there are, where they are few and each two of them enclose one cell of one line without a quote.

    Of a small file that is most often so, and then numpy need not be imported, which takes longer than the file does.
    """
    quotes = data.count(signs.quote.encode())
    if quotes > FEW:
        return None
    quote, separator = (re.escape(mark) for mark in (signs.quote, signs.separator))
    before = (
        rf"(?<![^{separator}\n]{quote})"  # after the quote: it is what is looked for, 40 times as fast as every byte
    )
    cell = rf"{quote}{before}[^{quote}\r\n]*{quote}(?=[{separator}\n]|\r\n|\Z)"
    cells = sum(1 for _ in re.finditer(cell.encode(), data))
    return quotes if cells * 2 == quotes else None


def split_record(line: bytes, separator: bytes, quote: bytes | None) -> list[bytes]:
    """Return the cells of one record, whose quotes are resolved, without their quotes."""
    if quote is None or quote not in line:
        return line.split(separator)
    pieces, cells = line.split(quote), [b""]
    for index, piece in enumerate(pieces):
        if index % 2 or not piece:
            cells[-1] += piece or (quote if index % 2 == 0 and 0 < index < len(pieces) - 1 else b"")
        else:
            first, *others = piece.split(separator)
            cells[-1] += first
            cells.extend(others)
    return cells


def _refuse_stray(data: bytes, marks: Positions, signs: Sentinels, path: str) -> int:
    """Raise SourceError for the first quote that stands where none may; return how many quotes are doubled."""
    import numpy as np

    text, last, doubled = np.frombuffer(data, np.uint8), len(data) - 1, 0
    fits = np.zeros(256, bool)
    fits[list((signs.separator + signs.quote + "\n").encode())] = True
    for start in range(0, len(marks), BLOCK):
        opening, closing = marks[start : start + BLOCK : 2], marks[start + 1 : start + BLOCK : 2]
        before, after = text[opening - (opening > 0)], text[np.minimum(closing + 1, last)]
        doubled += int(np.count_nonzero((before == ord(signs.quote)) & (opening > 0)))
        ends = fits[after] | ((after == ord("\r")) & (text[np.minimum(closing + 2, last)] == ord("\n")))
        stray = np.concatenate([opening[~fits[before]], closing[~ends]])
        if len(stray):
            _refuse_at(data, int(stray.min()), bool(stray.min() in opening), signs, path)
    return doubled


def _refuse_at(data: bytes, at: int, opens: bool, signs: Sentinels, path: str) -> NoReturn:
    what = "a quote inside an unquoted field" if opens else "text after a closing quote"
    beside = data[at - 1 : at] if opens else data[at + 1 : at + 2]
    _refuse(LONE_RETURN if beside == b"\r" else what, data[:at], signs, path)


def _hide_line_ends(data: bytes, marks: Positions, signs: Sentinels) -> bytes:
    import numpy as np

    if len(marks) <= RARE and not _line_end_inside(data, marks):
        return data
    ends = positions(data, b"\n\r" if b"\r" in data else b"\n")
    inside = ends[np.searchsorted(marks, ends) % 2 == 1]
    if not len(inside):
        return data
    table = np.arange(256, dtype=np.uint8)
    table[list(b"\n\r")] = ord(signs.newline), ord(signs.carriage_return)
    text = np.frombuffer(data, np.uint8).copy()
    text[inside] = table[text[inside]]
    return text.tobytes()


def _line_end_inside(data: bytes, marks: Positions) -> bool:
    cells = (data[start:end] for start, end in zip(marks[::2].tolist(), marks[1::2].tolist(), strict=True))
    return any(b"\n" in cell or b"\r" in cell for cell in cells)


def _refuse(what: str, before: bytes, signs: Sentinels, path: str) -> NoReturn:
    line = before.count(b"\n") + 1
    field = before[before.rfind(b"\n") + 1 :].count(signs.separator.encode()) + 1
    hint = "Quotes inside a field must be doubled; if the file has no quoting at all, declare `csv: {quote: none}`."
    raise SourceError(what, f"{path}:{line}:{field}", hint)
