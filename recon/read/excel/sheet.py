"""One worksheet's XML -> its rows: cells with their address, merged ranges, what is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from recon.errors import SourceError
from recon.read.excel.book import local
from recon.read.excel.guard import Enough
from recon.read.excel.values import Contents

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.read.excel.book import Book, Sheet
    from recon.read.excel.cells import Cell
    from recon.read.excel.guard import Attributes

MAX_COLUMNS = 2_000
MAX_ROWS = 1_048_576
ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True)
class Row:
    """A row with at least one cell that says something: its number in the sheet (from 1) and those cells."""

    number: int
    cells: list[Cell]
    hidden: bool = False


@dataclass(frozen=True)
class Range:
    """A rectangle of cells; rows and columns from 1, both ends included."""

    text: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Extent:
    """What a sheet says beside its cells."""

    merged: list[Range] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


def column_letters(column: int) -> str:
    """Return the letters of a column (from 1): 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column (from 1): AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read_rows(book: Book, sheet: Sheet, take: Callable[[Row], None]) -> Extent:
    """Hand the sheet's rows to `take`, top to bottom; it may raise Enough. Returns what stands beside the cells.

    Raises SourceError for a damaged sheet and for cells beyond column 2,000.
    """
    reader = _Reader(book, sheet, take)
    book.package.parse(sheet.part, reader.start, reader.end, reader.text)
    return reader.extent


class _Reader:
    """The handlers of one sheet's XML events."""

    def __init__(self, book: Book, sheet: Sheet, take: Callable[[Row], None]) -> None:
        self.book, self.sheet, self.take = book, sheet, take
        self.extent = Extent()
        self.columns: dict[str, int] = {}
        self.cells: list[Cell] = []
        self.row = self.column = 0
        self.hidden = self.collects = self.phonetic = False
        self.prefix: str | None = None
        self.cell: Attributes = {}
        self.value: str | None = None
        self.formula = False
        self.contents = Contents(book, sheet.name)

    def start(self, name: str, attributes: Attributes) -> None:
        if self.prefix is None:
            self.prefix = name.removesuffix(local(name))
        if self.prefix and name.startswith(self.prefix):
            name = name[len(self.prefix) :]
        if name == "c":
            self.cell, self.value, self.formula = attributes, None, False
            self.column = self._column(attributes.get("r"))
        elif name == "v":
            self.collects = True
        elif name == "t":
            self.collects = not self.phonetic
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self.formula = True
        else:
            self._start_other(name, attributes)

    def _start_other(self, name: str, attributes: Attributes) -> None:
        if name == "rPh":
            self.phonetic = True
        elif name == "mergeCell":
            self.extent.merged.append(self._range(attributes.get("ref", "")))
        elif name == "col" and attributes.get("hidden") in {"1", "true"}:
            first, last = (self._whole(attributes.get(key), key) for key in ("min", "max"))
            self.extent.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))

    def text(self, data: str) -> None:
        if self.collects:
            self.value = data if self.value is None else self.value + data

    def end(self, name: str) -> None:
        if self.prefix and name.startswith(self.prefix):
            name = name[len(self.prefix) :]
        if name in {"v", "t"}:
            if self.collects and self.value is None:
                self.value = ""
            self.collects = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self.cells:
                self.take(Row(self.row, self.cells, self.hidden))
        elif name == "rPh":
            self.phonetic = False

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        following = self.row + 1
        self.row = self._whole(number, "row") if number is not None else following
        if not following <= self.row <= MAX_ROWS:
            self._refuse(f"row {self.row} does not follow row {following - 1}")
        self.hidden = attributes.get("hidden") in {"1", "true"}
        self.cells, self.column = [], 0

    def _column(self, address: str | None) -> int:
        if address is None:
            number = self.column + 1
        else:
            letters = address.rstrip("0123456789")
            known = self.columns.get(letters)
            number = known or self._new_column(letters, address)
            if address[len(letters) :] != str(self.row):
                self._refuse(f"cell {address} stands in row {self.row}")
        if number <= self.column:
            self._refuse(f"cell {column_letters(number)}{self.row} is out of order")
        return number

    def _new_column(self, letters: str, address: str) -> int:
        if not re.fullmatch("[A-Z]{1,3}", letters):
            self._refuse(f"'{address[:20]}' is no cell address")
        self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _end_cell(self) -> None:
        text, shown, damage = self.contents.content(self.cell, self.value, self.formula)
        if damage is None and (text is None or text == ""):
            return
        if self.column > MAX_COLUMNS:
            where = f"{self.book.package.path}!{self.sheet.name}!{column_letters(self.column)}{self.row}"
            raise SourceError(
                f"a cell in column {self.column:,}; at most {MAX_COLUMNS:,} are read", where, "Remove it."
            )
        self.cells.append((self.column, text, shown, damage))

    def _range(self, written: str) -> Range:
        ends = [ADDRESS.fullmatch(end) for end in written.split(":")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:
            self._refuse(f"'{written[:40]}' is no range of cells")
        (left, top), (right, bottom) = [(column_number(end[1]), int(end[2])) for end in (first, last)]
        return Range(written, top, left, bottom, right)

    def _whole(self, written: str | None, what: str) -> int:
        if written is None or not (written.isascii() and written.isdigit()) or len(written) > 9:
            self._refuse(f"{written!r} is no {what} number")
        return int(written)

    def _refuse(self, what: str) -> NoReturn:
        self.book.package.refuse_damage(f"sheet '{self.sheet.name}': {what}")


def first_rows(book: Book, sheet: Sheet, count: int) -> list[Row]:
    """Return the first `count` rows that say something."""
    rows: list[Row] = []

    def take(row: Row) -> None:
        rows.append(row)
        if len(rows) >= count:
            raise Enough

    read_rows(book, sheet, take)
    return rows
