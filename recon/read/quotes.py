"""RFC 4180 quoting: what quotes protect is replaced by sentinels, so that one record is one line and quotes are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.errors import SourceError

if TYPE_CHECKING:
    from typing import NoReturn


LONE_RETURN = "a carriage return without line feed"


@dataclass(frozen=True)
class Sentinels:
    """Control characters (no text holds them, see text.py) that stand for separator, line feed and carriage return."""

    separator: str
    marks: tuple[str, str, str]

    @property
    def newline(self) -> bytes:
        """The byte that stands for a line feed inside quotes."""
        return self.marks[1].encode()

    def replacements(self) -> dict[str, str]:
        """Return sentinel -> the character it stands for."""
        return dict(zip(self.marks, (self.separator, "\n", "\r"), strict=True))

    def used(self, data: bytes) -> bool:
        """Return whether `data` holds any sentinel."""
        return any(mark.encode() in data for mark in self.marks)

    def show(self, cell: str) -> str:
        """Return `cell` with its own characters."""
        return cell.translate({ord(mark): kept for mark, kept in self.replacements().items()})


def sentinels(separator: str, shown: str) -> Sentinels:
    """Return three control characters that are not `separator`; what they protect of it is `shown`."""
    first, second, third = [mark for mark in "\x02\x03\x04\x05" if mark != separator][:3]
    return Sentinels(shown, (first, second, third))


def hide_quoted(data: bytes, separator: str, shown: str, quote: str, path: str) -> tuple[bytes, Sentinels]:
    """Return `data` without its quotes, and the sentinels that stand for what they protected (`separator` as `shown`).

    Cut at every quote, the pieces lie outside and inside quotes in turn. A piece outside must begin and end at a
    separator or line end; an empty one between two inside pieces is a doubled quote. Raises SourceError with line and
    field otherwise, and for a quote that never closes.
    """
    signs, cut = sentinels(separator, shown), separator.encode()
    mark = quote.encode()
    pieces = data.split(mark)
    if len(pieces) % 2 == 0:
        _refuse_unclosed(pieces, cut, mark, path)
    _refuse_stray(pieces, cut, mark, path)
    special = (cut, b"\n", b"\r")
    table = bytes.maketrans(b"".join(special), "".join(signs.marks).encode())
    joined = [b""] * len(pieces)
    joined[::2] = [piece or mark for piece in pieces[::2]]
    joined[0], joined[-1] = pieces[0], pieces[-1]
    joined[1::2] = [_hidden(piece, special, table) for piece in pieces[1::2]]
    return b"".join(joined), signs


def _hidden(piece: bytes, special: tuple[bytes, bytes, bytes], table: bytes) -> bytes:
    first, second, third = special
    return piece.translate(table) if first in piece or second in piece or third in piece else piece


def _refuse_stray(pieces: list[bytes], separator: bytes, quote: bytes, path: str) -> None:
    last = len(pieces) - 1
    for index in range(0, last + 1, 2):
        piece = pieces[index]
        if not piece:
            continue
        if index and not piece.startswith((separator, b"\n", b"\r\n")):
            what = LONE_RETURN if piece.startswith(b"\r") else "text after a closing quote"
            _refuse(what, quote.join(pieces[:index]), separator, path)
        if index < last and not piece.endswith((separator, b"\n")):
            what = LONE_RETURN if piece.endswith(b"\r") else "a quote inside an unquoted field"
            _refuse(what, quote.join(pieces[: index + 1]), separator, path)


def _refuse_unclosed(pieces: list[bytes], separator: bytes, quote: bytes, path: str) -> NoReturn:
    _refuse_stray(pieces, separator, quote, path)
    _refuse("a quote that is opened and never closed", quote.join(pieces[:-1]), separator, path)


def _refuse(what: str, before: bytes, separator: bytes, path: str) -> NoReturn:
    line = before.count(b"\n") + 1
    field = before[before.rfind(b"\n") + 1 :].count(separator) + 1
    hint = "Quotes inside a field must be doubled; if the file has no quoting at all, declare `csv: {quote: none}`."
    raise SourceError(what, f"{path}:{line}:{field}", hint)
