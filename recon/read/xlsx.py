"""Workbook -> Raw: which sheet, which row is the header, every cell as text with its true row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError, did_you_mean
from recon.read.header import SEARCHED_LINES, find_header, missing_names, refuse_doubles, refuse_missing, trim
from recon.read.raw import Raw, name_column
from recon.read.xlsx_book import open_book
from recon.read.xlsx_guard import open_package
from recon.read.xlsx_sheet import Range, Row, column_letters, first_rows, read_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.read.xlsx_book import Book, Sheet
    from recon.rules import Source

MOST_CELLS = 200_000_000
MAX_CELL_CHARACTERS = 100_000


def read_xlsx(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read one sheet of a workbook; `wanted` are the header names that the mapping needs.

    The sheet is `source.sheet`, else the only one whose first rows hold all of `wanted`. Rows are numbered as in the
    sheet. Raises SourceError, with sheet and cell, for a file that is no whole .xlsx, for no or several fitting sheets,
    an unfit or repeated header, merged cells in the table, and blank rows inside it. A cell that cannot be trusted (an
    error value, a formula without a value, a number of more than 15 digits) is marked in `Raw.damaged`.
    """
    book = open_book(open_package(data, path))
    sheet, notes = _choose_sheet(book, source, wanted)
    head = _find_header(book, sheet, source, wanted)
    table = _Table(f"{path}!{sheet.name}", head.number if head else 0)
    extent = read_rows(book, sheet, table.take)
    if source.header_row == 0:
        header: tuple[str, ...] = ()
    elif head is None:
        raise SourceError("the sheet is empty", f"{path}!{sheet.name}", "It holds no cell with a value.")
    else:
        header = _header(head, table)
        refuse_missing(header, wanted, f"{path}!{sheet.name}!{head.number}")
        refuse_doubles(header, wanted, f"{path}!{sheet.name}!{head.number}", source)
    table.refuse_merged(extent.merged)
    notes += table.notes(extent.hidden_columns)
    if head is not None and head.number > 1:
        notes += (f"the header is row {head.number}; what stands above it is not read",)
    raw = table.raw(path, header, book.notes + notes)
    return _checked(raw, table)


def _choose_sheet(book: Book, source: Source, wanted: Collection[str]) -> tuple[Sheet, tuple[str, ...]]:
    path = book.package.path
    if source.sheet is not None:
        return _named_sheet(book, source.sheet)
    if len(book.sheets) == 1:
        return book.sheets[0], _if_hidden(book.sheets[0])
    heads = {sheet.name: first_rows(book, sheet, SEARCHED_LINES) for sheet in book.sheets}
    fits = [sheet for sheet in book.sheets if _fits(heads[sheet.name], source, wanted)]
    if len(fits) == 1:
        return fits[0], (f"sheet '{fits[0].name}' of {len(book.sheets)} is read", *_if_hidden(fits[0]))
    listed = "\n".join(f"'{sheet.name}'{_state(sheet)}: {_outline(heads[sheet.name], wanted)}" for sheet in book.sheets)
    problem = "several sheets have" if fits else "no sheet has"
    columns = ", ".join(wanted) or "rows"
    hint = f"Name the sheet: `sheet: {(fits or book.sheets)[0].name}`. The sheets and their headers:\n{listed}"
    raise SourceError(f"{problem} the columns {columns}", path, hint)


def _named_sheet(book: Book, name: str) -> tuple[Sheet, tuple[str, ...]]:
    names = [sheet.name for sheet in book.sheets]
    if name not in names:
        near = did_you_mean(name, names)
        raise SourceError(f"no sheet is named '{name}'{near}", book.package.path, f"The sheets are: {', '.join(names)}")
    sheet = book.sheets[names.index(name)]
    return sheet, _if_hidden(sheet)


def _if_hidden(sheet: Sheet) -> tuple[str, ...]:
    return (f"sheet '{sheet.name}' is hidden in the workbook",) if sheet.hidden else ()


def _state(sheet: Sheet) -> str:
    return " (hidden)" if sheet.hidden else ""


def _fits(rows: list[Row], source: Source, wanted: Collection[str]) -> bool:
    if source.header_row is not None:
        rows = [row for row in rows if row.number == source.header_row] if source.header_row else rows
        return bool(rows) and (source.header_row == 0 or not missing_names(_cells(rows[0]), wanted))
    return bool(rows) and find_header([_cells(row) for row in rows], wanted) is not None


def _outline(rows: list[Row], wanted: Collection[str]) -> str:
    if not rows:
        return "empty"
    best = min(rows, key=lambda row: (len(missing_names(_cells(row), wanted)), -len(row.cells) if not wanted else 0))
    return ", ".join(name for name in _cells(best) if name)[:200]


def _cells(row: Row) -> list[str]:
    """Return the texts of a row from column A on, blank where there is none."""
    texts = [""] * row.cells[-1][0]
    for column, text, *_ in row.cells:
        texts[column - 1] = text or ""
    return texts


def _find_header(book: Book, sheet: Sheet, source: Source, wanted: Collection[str]) -> Row | None:
    """Return the header row; without one (`header_row: 0`, or an empty sheet) nothing."""
    if source.header_row == 0:
        return None
    if source.header_row is not None:
        rows = first_rows(book, sheet, source.header_row)
        found = next((row for row in rows if row.number == source.header_row), None)
        if found is None:
            where = f"{book.package.path}!{sheet.name}!{source.header_row}"
            raise SourceError("the row that `header_row` names is blank", where, "`header_row` counts sheet rows from 1.")
        return found
    rows = first_rows(book, sheet, SEARCHED_LINES)
    at = find_header([_cells(row) for row in rows], wanted)
    return rows[at] if at is not None else min(rows, key=lambda row: len(missing_names(_cells(row), wanted)), default=None)


def _header(head: Row, table: _Table) -> tuple[str, ...]:
    names = [trim(name) for name in _cells(head)]
    return tuple(names + [""] * (table.width - len(names)))


def _is_blank(row: Row) -> bool:
    return not any(damage or (text and not text.isspace()) for _, text, _, damage in row.cells)


@dataclass
class _Table:
    """The rows below the header, gathered column by column."""

    where: str
    header_row: int
    columns: list[list[str | None]] = field(default_factory=list)
    plain: list[list[int]] = field(default_factory=list)
    damage: list[dict[int, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    hidden: int = 0

    @property
    def width(self) -> int:
        return len(self.columns)

    def take(self, row: Row) -> None:
        """Add a row; what stands above the header is left, a row of blanks is none."""
        if row.number == self.header_row:
            self._widen(row.cells[-1][0])
        if row.number <= self.header_row or _is_blank(row):
            return
        if self.rows and row.number > self.rows[-1] + 1:
            hint = "Are there two tables in the sheet? Remove what does not belong to the table."
            raise SourceError("a blank row inside the table", f"{self.where}!{self.rows[-1] + 1}", hint)
        at = len(self.rows)
        self.rows.append(row.number)
        self.hidden += row.hidden
        self._widen(row.cells[-1][0])
        for number, text, plain, damage in row.cells:
            column = self.columns[number - 1]
            if len(column) < at:
                column.extend([None] * (at - len(column)))
            column.append(text)
            if plain:
                self.plain[number - 1].append(at)
            if damage is not None:
                self.damage[number - 1][at] = damage

    def _widen(self, width: int) -> None:
        while self.width < width:
            self.columns.append([])
            self.plain.append([])
            self.damage.append({})

    def refuse_merged(self, merged: list[Range]) -> None:
        """Raise SourceError for merged cells in the header or below it: all but the first would read as empty."""
        last = self.rows[-1] if self.rows else self.header_row
        for area in merged:
            if area.bottom >= max(self.header_row, 1) and area.top <= last and area.left <= self.width:
                place = "header" if area.top <= self.header_row else "table"
                hint = "Undo the merge and fill each cell, or export the data again."
                raise SourceError(f"merged cells {area.text} in the {place}", f"{self.where}!{area.text}", hint)

    def notes(self, hidden_columns: set[int]) -> tuple[str, ...]:
        """Return what is hidden, which is read all the same."""
        told = (f"{self.hidden} hidden rows are read too",) if self.hidden else ()
        hidden = sorted(column for column in hidden_columns if column <= self.width)
        if hidden:
            told += (f"hidden columns are read too: {', '.join(column_letters(column) for column in hidden)}",)
        return told

    def raw(self, path: str, header: tuple[str, ...], notes: tuple[str, ...]) -> Raw:
        """Return the gathered columns as a Raw."""
        height = len(self.rows)
        series = []
        for position, column in enumerate(self.columns):
            column.extend([None] * (height - len(column)))
            series.append(pl.Series(name_column(position), column, pl.String))
        return Raw(
            path,
            header,
            pl.DataFrame(series),
            pl.Series("row", self.rows, pl.Int64),
            plain={position: _flags(rows, height) for position, rows in enumerate(self.plain) if rows},
            damaged={position: _reasons(reasons, height) for position, reasons in enumerate(self.damage) if reasons},
            notes=notes,
        )


def _flags(rows: list[int], height: int) -> pl.Series:
    flags = [False] * height
    for row in rows:
        flags[row] = True
    return pl.Series("plain", flags, pl.Boolean)


def _reasons(reasons: dict[int, str], height: int) -> pl.Series:
    told: list[str | None] = [None] * height
    for row, reason in reasons.items():
        told[row] = reason
    return pl.Series("damaged", told, pl.String)


def _checked(raw: Raw, table: _Table) -> Raw:
    """Raise SourceError for a repeated header, values below no name, and a cell past every measure."""
    for position, name in enumerate(raw.header):
        column = raw.frame[:, position]
        if not name and column.null_count() < len(column):
            row = raw.rows.filter(column.is_not_null())[0]
            where = f"{table.where}!{column_letters(position + 1)}{row}"
            raise SourceError("a value in a column without a name", where, "Name the column in the header row, or remove it.")
    for position, name in enumerate(raw.frame.columns):
        if (raw.frame[name].str.len_chars().max() or 0) > MAX_CELL_CHARACTERS:  # type: ignore[operator]
            where = f"{table.where}!{column_letters(position + 1)}"
            raise SourceError(f"a cell of more than {MAX_CELL_CHARACTERS:,} characters", where)
    _refuse_repeated_header(raw, table)
    return raw


def _refuse_repeated_header(raw: Raw, table: _Table) -> None:
    named = [(position, name) for position, name in enumerate(raw.header) if name]
    if not named or not raw.frame.height:
        return
    trimmed = [pl.col(name_column(position)).str.strip_chars().eq_missing(name) for position, name in named]
    if rows := raw.rows.filter(raw.frame.select(pl.all_horizontal(trimmed)).to_series()).to_list():
        shown = ", ".join(str(row) for row in rows[:10])
        hint = f"It stands on {len(rows)} rows: {shown}. Were several tables put together? Keep one header."
        raise SourceError("the header is repeated inside the table", f"{table.where}!{rows[0]}", hint)
