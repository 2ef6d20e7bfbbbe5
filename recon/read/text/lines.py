"""A text file as lines, one record each: decoded, quotes resolved, line ends made one."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from recon.errors import RulesError, SourceError
from recon.read.text.encoding import read_text, refuse_broken, refuse_controls
from recon.read.text.quotes import LONE_RETURN, Sentinels, resolve_quotes, sentinels, split_record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from recon.read.text.cut import Piece
    from recon.rules.rule import CsvOptions

SEPARATORS = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
FEW = 100_000
"""So many cells with something hidden are looked up one by one."""


@dataclass(frozen=True)
class Lines:
    """UTF-8 text with one record a line: line ends that quotes protected stand as sentinels.

    Every line of `data` ends with a line feed; blank lines at the end are left out. `quote` is None where there is none
    in the text, else `bare` tells how many quotes are no part of a cell's text.
    `verify_encoding` and `verify_characters` raise SourceError for what is no UTF-8 and for control characters. They are
    to be called when something is odd: the engine checks the encoding itself, and odd cells are searched for characters.
    """

    data: bytes
    path: str
    separator: bytes
    quote: bytes | None = None
    bare: int = 0
    hidden: Sentinels | None = None
    notes: tuple[str, ...] = ()
    verify_characters: Callable[[], None] = lambda: None
    verify_encoding: Callable[[], None] = lambda: None
    before: int = 0
    """How many physical lines stand before `data`, where it is a piece of a text."""
    ends: bool = True
    """Whether the text ends with `data`."""

    def verify(self) -> None:
        """Raise SourceError if the text is no UTF-8 or holds control characters."""
        self.verify_encoding()
        self.verify_characters()

    def physical(self, end: int) -> int:
        """Return the physical line (from 1) of the record that starts at byte `end`."""
        inside = self.data.count(self.hidden.newline.encode(), 0, end) if self.hidden else 0
        return self.before + self.data.count(b"\n", 0, end) + inside + 1

    def excerpt(self, line: bytes) -> str:
        """Return the beginning of one record, for a message."""
        return repr(self.show(_decoded(line[:80])))

    def show(self, text: str) -> str:
        """Return text with the characters that sentinels stand for."""
        return self.hidden.show(text) if self.hidden else text

    def cells(self, line: bytes) -> list[str]:
        """Return the cells of one record, as read."""
        return [self.show(cell.decode()) for cell in self.split(line)]

    def split(self, line: bytes) -> list[bytes]:
        """Return the cells of one record without their quotes; what they protect still stands as sentinels."""
        return split_record(line, self.separator, self.quote)

    def bare_between(self, start: int, stop: int) -> int:
        """Return how many quotes of the records from byte `start` to `stop` are no part of a cell's text."""
        records = [line for _, line in self.from_byte(start, stop)] if self.quote else []
        return sum(len(line) + 1 - sum(len(cell) + 1 for cell in self.split(line)) for line in records)

    def protected(self, start: int, width: int) -> Collection[int]:
        """Return the positions of the columns that hold a sentinel from byte `start` on; all where that is as quick."""
        found: set[int] = set()
        for mark in self.hidden.replacements if self.hidden else ():
            at = self.data.find(mark.encode(), start)
            for _ in range(FEW):
                if at < 0:
                    break
                found.add(len(self.split(self.data[self.data.rfind(b"\n", 0, at) + 1 : at])) - 1)
                at = self.data.find(mark.encode(), at + 1)
            else:
                return range(width)
        return found

    def from_byte(self, start: int, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield the start and the text of every record from byte `start` on, up to that at `stop`."""
        while start < (len(self.data) if stop is None else stop):
            end = self.data.find(b"\n", start)
            end = end if end >= 0 else len(self.data)
            yield start, self.data[start:end]
            start = end + 1


def _decoded(start: bytes) -> str:
    """Return the start of a line as text; what the cut left of a character at its end is dropped."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return start.decode("cp1252", "replace")  # the file is declared as UTF-8 and is not


def read_lines(piece: Piece, path: str, options: CsvOptions) -> Lines:
    """Return the lines of a file, or of a piece of it; the quick way when there is no quote in it at all.

    Raises SourceError with the place for damaged text, quotes that do not fit, a carriage return on its own.
    """
    shown = _separator(options.separator)
    text = read_text(piece.data, path, options.encoding, lazily=True, begins=piece.begins)
    whole = Lines(
        text.data,
        path,
        shown.encode(),
        notes=text.notes,
        verify_encoding=partial(refuse_broken, text.data, path),
        verify_characters=cache(partial(refuse_controls, text.data, path, shown.encode(), piece.before)),
        before=piece.before,
        ends=piece.ends,
    )
    try:
        return _resolved(whole, shown, options.quote)
    except SourceError:
        whole.verify()
        raise


def _resolved(whole: Lines, separator: str, quote: str | None) -> Lines:
    lines, quoted = whole, quote is not None and quote.encode() in whole.data
    signs = sentinels(separator, quote if quote and quoted else '"')
    if (quoted and signs.used(lines.data)) or signs.separator != separator:
        lines.verify()  # no sentinel is to stand there by itself
    lines = _with_one_byte(lines, signs, quoted)
    if quoted:
        content, bare = resolve_quotes(lines.data, signs, lines.path)
        hidden = signs if content is not lines.data else lines.hidden
        lines = replace(lines, data=content, bare=bare, hidden=hidden)
    content, notes = _one_line_end(lines)
    lines = replace(lines, data=content, notes=lines.notes + notes)
    used = _without_last_blanks(lines) if lines.ends else content
    return replace(lines, data=used, bare=lines.bare - lines.bare_between(len(used), len(content)))


def _with_one_byte(lines: Lines, signs: Sentinels, quoted: bool) -> Lines:
    """Return `lines` with a stand-in for a separator or quote that is more than one byte long."""
    content, hidden = lines.data, None
    for mark, shown in zip((signs.separator, signs.quote), signs.shown, strict=True):
        if mark != shown:
            content, hidden = content.replace(shown.encode(), mark.encode()), signs
    quote = signs.quote.encode() if quoted else None
    return replace(lines, data=content, separator=signs.separator.encode(), quote=quote, hidden=hidden)


def _separator(written: str) -> str:
    separator = SEPARATORS.get(written, written)
    if len(separator) != 1 or separator in '"\r\n':
        raise RulesError(f"separator '{written}' is not one character", hint="Use one character, or `tab`.")
    return separator


def _one_line_end(lines: Lines) -> tuple[bytes, tuple[str, ...]]:
    content = lines.data
    if b"\r" not in content:
        return content, ()
    pairs = content.count(b"\r\n")
    joined = content.replace(b"\r\n", b"\n")
    if (at := joined.find(b"\r")) >= 0:
        where = f"{lines.path}:{replace(lines, data=joined).physical(at)}"
        raise SourceError(LONE_RETURN, where, "Line ends are mixed: export the file again with one kind.")
    mixed = joined.rstrip(b"\n").count(b"\n") > pairs
    return joined, ("line ends are partly CRLF, partly LF",) if mixed else ()


def _without_last_blanks(lines: Lines) -> bytes:
    """Return the text up to its last line with a value in it, which then ends with a line feed."""
    content, end = lines.data, len(lines.data)
    while end > 0:
        start = content.rfind(b"\n", 0, end) + 1
        if any(cell.strip(b" \t") for cell in lines.split(content[start:end])):
            break
        end = start - 1
    if end <= 0:
        raise SourceError("the file is empty", lines.path, "It holds no line with text.")
    return content if end + 1 == len(content) else content[:end] + b"\n"
