"""What the cells of one worksheet say, by their type, their style and the workbook's shared texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, TypeVar

from recon.read.excel.cells import (
    NEVER_CALCULATED,
    NO_VALUE,
    SHORT,
    Content,
    date_text,
    iso_text,
    number_text,
    padded_text,
    percent_text,
    shared_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.read.excel.book import Book
    from recon.read.excel.guard import Attributes

T = TypeVar("T")
MOST_REMEMBERED = 100_000


class Contents:
    """Turns stored values into content; damaged references raise SourceError with the cell."""

    def __init__(self, book: Book, sheet: str) -> None:
        self.book, self.sheet = book, sheet
        self.known: dict[tuple[str, str], Content] = {}

    def content(self, cell: Attributes, value: str | None, formula: bool) -> Content:
        """Return what a cell with these attributes and this stored value says."""
        kind = cell.get("t", "n")
        if formula and (value is None or (value == "" and kind != "str")):
            return None, None, NO_VALUE
        if value is None or (value == "" and kind not in {"str", "inlineStr"}):
            return None, None, None
        if kind == "s":
            return self._shared(cell, value)
        if kind in {"str", "inlineStr"}:
            text, damage = shared_text(value)
            return text, None, damage
        if formula and self.book.never_calculated and value == "0":
            return value, "", NEVER_CALCULATED
        return self._number(cell, value) if kind == "n" else self._typed(cell, kind, value.strip())

    def _shared(self, cell: Attributes, value: str) -> Content:
        text, damage = self._at(self.book.texts, value, cell, "a text")
        return text, None, damage

    def _typed(self, cell: Attributes, kind: str, value: str) -> Content:
        if kind == "e":
            return value, None, f"the error value {value}"
        if kind == "d":
            text, damage = iso_text(value)
            return text, "", damage
        if kind != "b" or value not in {"0", "1", "true", "false"}:
            self._refuse(cell, f"is of unknown type '{kind}'")
        return ("true" if value in {"1", "true"} else "false"), "", None

    def _number(self, cell: Attributes, value: str) -> Content:
        style = cell.get("s", "0")
        if known := self.known.get((style, value)):
            return known
        kind = self._kind(cell, style)
        shown = "" if kind in {"number", "date", "percent"} or kind.isdigit() else kind
        if kind.isdigit():
            text, damage = padded_text(value.strip(), int(kind))
        elif kind == "date":
            text, damage = date_text(value.strip(), self.book.since_1904)
        elif kind == "percent":
            text, damage = percent_text(value.strip())
        elif len(value) <= 15 and SHORT.fullmatch(value):
            return value, shown, None
        else:
            text, damage = number_text(value.strip())
        if text is None and damage is not None:
            self._refuse(cell, damage)
        content = (text, None if text is None else shown, damage)
        if len(self.known) < MOST_REMEMBERED:
            self.known[style, value] = content
        return content

    def _kind(self, cell: Attributes, style: str) -> str:
        kinds = self.book.kinds
        if not kinds and style == "0":
            return "number"
        return self._at(kinds, style, cell, "a style")

    def _at(self, listed: Sequence[T], index: str, cell: Attributes, what: str) -> T:
        if not (index.isascii() and index.isdigit()) or len(index) > 9 or int(index) >= len(listed):
            self._refuse(cell, f"refers to {what} that is not there")
        return listed[int(index)]

    def _refuse(self, cell: Attributes, what: str) -> NoReturn:
        self.book.package.refuse_damage(f"sheet '{self.sheet}', cell {cell.get('r', '?')}: {what}")
