"""A text file as lines, one record each: decoded, quotes resolved, line ends made one."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from recon.errors import RulesError, SourceError
from recon.read.quotes import LONE_RETURN, Sentinels, hide_quoted, sentinels
from recon.read.text import read_text, refuse_broken, refuse_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from recon.rules import CsvOptions

SEPARATORS = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
STAND_IN = "\x1f"
"""Stands for a separator that is more than one byte long."""
FEW = 100_000
"""So many cells with something hidden are looked up one by one."""


@dataclass(frozen=True)
class Lines:
    """UTF-8 text with one record a line: what quotes protected stands as sentinels, the quotes themselves are gone.

    Every line of `data` ends with a line feed; blank lines at the end are left out.
    `verify_encoding` and `verify_characters` raise SourceError for what is no UTF-8 and for control characters. They are
    to be called when something is odd: the engine checks the encoding itself, and odd cells are searched for characters.
    """

    data: bytes
    path: str
    separator: bytes
    hidden: Sentinels | None = None
    notes: tuple[str, ...] = ()
    verify_characters: Callable[[], None] = lambda: None
    verify_encoding: Callable[[], None] = lambda: None

    def verify(self) -> None:
        """Raise SourceError if the text is no UTF-8 or holds control characters."""
        self.verify_encoding()
        self.verify_characters()

    def physical(self, end: int) -> int:
        """Return the physical line (from 1) of the record that starts at byte `end`."""
        inside = self.data.count(self.hidden.newline, 0, end) if self.hidden else 0
        return self.data.count(b"\n", 0, end) + inside + 1

    def excerpt(self, line: bytes) -> str:
        """Return the beginning of one record, for a message."""
        text = _decoded(line[:80])
        return repr(self.hidden.show(text) if self.hidden else text)

    def cells(self, line: bytes) -> list[str]:
        """Return the cells of one record, as read."""
        shown = [cell.decode() for cell in line.split(self.separator)]
        return [self.hidden.show(cell) for cell in shown] if self.hidden else shown

    def protected(self, start: int, width: int) -> Collection[int]:
        """Return the positions of the columns that hold a sentinel from byte `start` on; all where that is as quick."""
        found: set[int] = set()
        for mark in self.hidden.marks if self.hidden else ():
            at = self.data.find(mark.encode(), start)
            for _ in range(FEW):
                if at < 0:
                    break
                found.add(self.data.count(self.separator, self.data.rfind(b"\n", 0, at) + 1, at))
                at = self.data.find(mark.encode(), at + 1)
            else:
                return range(width)
        return found

    def from_byte(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Yield the start and the text of every record from byte `start` on."""
        while start < len(self.data):
            end = self.data.index(b"\n", start)
            yield start, self.data[start:end]
            start = end + 1


def _decoded(start: bytes) -> str:
    """Return the start of a line as text; what the cut left of a character at its end is dropped."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return start.decode("cp1252", "replace")  # the file is declared as UTF-8 and is not


def read_lines(data: bytes, path: str, options: CsvOptions) -> Lines:
    """Return the lines of a file; the quick way when there is no quote in it at all.

    Raises SourceError with the place for damaged text, quotes that do not fit, a carriage return on its own.
    """
    shown = _separator(options.separator)
    text = read_text(data, path, options.encoding, lazily=True)
    whole = Lines(
        text.data,
        path,
        shown.encode(),
        notes=text.notes,
        verify_encoding=partial(refuse_broken, text.data, path),
        verify_characters=cache(partial(refuse_controls, text.data, path, shown.encode())),
    )
    try:
        return _resolved(whole, shown, options.quote)
    except SourceError:
        whole.verify()
        raise


def _resolved(whole: Lines, shown: str, quote: str | None) -> Lines:
    content, hidden, separator, path = whole.data, None, shown, whole.path
    if not separator.isascii():
        whole.verify()
        content, separator = content.replace(shown.encode(), STAND_IN.encode()), STAND_IN
    if quote and quote.encode() in content:
        if sentinels(separator, shown).used(content):
            whole.verify()
        content, hidden = hide_quoted(content, separator, shown, quote, path)
    content, notes = _one_line_end(content, path, hidden)
    content = _without_last_blanks(content, path, separator)
    return replace(whole, data=content, separator=separator.encode(), hidden=hidden, notes=whole.notes + notes)


def _separator(written: str) -> str:
    separator = SEPARATORS.get(written, written)
    if len(separator) != 1 or separator in '"\r\n':
        raise RulesError(f"separator '{written}' is not one character", hint="Use one character, or `tab`.")
    return separator


def _one_line_end(content: bytes, path: str, hidden: Sentinels | None) -> tuple[bytes, tuple[str, ...]]:
    if b"\r" not in content:
        return content, ()
    pairs = content.count(b"\r\n")
    joined = content.replace(b"\r\n", b"\n")
    if (at := joined.find(b"\r")) >= 0:
        where = f"{path}:{Lines(joined, path, b'', hidden).physical(at)}"
        raise SourceError(LONE_RETURN, where, "Line ends are mixed: export the file again with one kind.")
    mixed = joined.rstrip(b"\n").count(b"\n") > pairs
    return joined, ("line ends are partly CRLF, partly LF",) if mixed else ()


def _without_last_blanks(content: bytes, path: str, separator: str) -> bytes:
    """Return `content` up to its last line with a value in it, which then ends with a line feed."""
    blank, end = b" \t" + separator.encode(), len(content)
    while end > 0:
        start = content.rfind(b"\n", 0, end) + 1
        if content[start:end].strip(blank):
            break
        end = start - 1
    if end <= 0:
        raise SourceError("the file is empty", path, "It holds no line with text.")
    return content if end + 1 == len(content) else content[:end] + b"\n"
