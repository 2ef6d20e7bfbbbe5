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
    signs = sentinels(separator, shown)
    text = data.decode()
    pieces = text.split(quote)
    if len(pieces) % 2 == 0:
        _refuse_unclosed(pieces, separator, quote, path)
    _refuse_stray(pieces, separator, quote, path)
    table = {ord(kept): mark for kept, mark in zip((separator, "\n", "\r"), signs.marks, strict=True)}
    special = (separator, "\n", "\r")
    inside = [_hidden(piece, special, table) for piece in pieces[1::2]]
    outside = [piece or quote for piece in pieces[::2]]
    outside[0], outside[-1] = pieces[0], pieces[-1]
    joined = [""] * len(pieces)
    joined[::2], joined[1::2] = outside, inside
    return "".join(joined).encode(), signs


def _hidden(piece: str, special: tuple[str, str, str], table: dict[int, str]) -> str:
    first, second, third = special
    return piece.translate(table) if first in piece or second in piece or third in piece else piece


def _refuse_stray(pieces: list[str], separator: str, quote: str, path: str) -> None:
    last = len(pieces) - 1
    for index in range(0, last + 1, 2):
        piece = pieces[index]
        if not piece:
            continue
        if index and not piece.startswith((separator, "\n", "\r\n")):
            what = LONE_RETURN if piece[0] == "\r" else "text after a closing quote"
            _refuse(what, quote.join(pieces[:index]), separator, path)
        if index < last and not piece.endswith((separator, "\n")):
            what = LONE_RETURN if piece[-1] == "\r" else "a quote inside an unquoted field"
            _refuse(what, quote.join(pieces[: index + 1]), separator, path)


def _refuse_unclosed(pieces: list[str], separator: str, quote: str, path: str) -> NoReturn:
    _refuse_stray(pieces, separator, quote, path)
    _refuse("a quote that is opened and never closed", quote.join(pieces[:-1]), separator, path)


def _refuse(what: str, before: str, separator: str, path: str) -> NoReturn:
    line = before.count("\n") + 1
    field = before[before.rfind("\n") + 1 :].count(separator) + 1
    hint = "Quotes inside a field must be doubled; if the file has no quoting at all, declare `csv: {quote: none}`."
    raise SourceError(what, f"{path}:{line}:{field}", hint)
