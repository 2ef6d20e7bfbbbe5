"""Which sheet of a workbook is meant, and which of its rows is the header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.errors import SourceError, did_you_mean
from recon.read.excel.sheet import Row, first_rows
from recon.read.header import SEARCHED_LINES, find_header, missing_names

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.read.excel.book import Book, Sheet
    from recon.rules.rule import Source


def choose_sheet(book: Book, source: Source, wanted: Collection[str]) -> tuple[Sheet, tuple[str, ...]]:
    """Return the sheet that `source` names, else the only one that fits, and what there is to say of the choice."""
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
        return bool(rows) and (source.header_row == 0 or not missing_names(cells_of(rows[0]), wanted))
    return bool(rows) and find_header([cells_of(row) for row in rows], wanted) is not None


def _outline(rows: list[Row], wanted: Collection[str]) -> str:
    if not rows:
        return "empty"
    best = min(rows, key=lambda row: (len(missing_names(cells_of(row), wanted)), -len(row.cells) if not wanted else 0))
    return ", ".join(name for name in cells_of(best) if name)[:200]


def cells_of(row: Row) -> list[str]:
    """Return the texts of a row from column A on, blank where there is none."""
    texts = [""] * row.cells[-1][0]
    for column, text, *_ in row.cells:
        texts[column - 1] = text or ""
    return texts


def find_header_row(book: Book, sheet: Sheet, source: Source, wanted: Collection[str]) -> Row | None:
    """Return the header row; without one (`header_row: 0`, or an empty sheet) nothing."""
    if source.header_row == 0:
        return None
    if source.header_row is not None:
        rows = first_rows(book, sheet, source.header_row)
        found = next((row for row in rows if row.number == source.header_row), None)
        if found is None:
            where = f"{book.package.path}!{sheet.name}!{source.header_row}"
            raise SourceError(
                "the row that `header_row` names is blank", where, "`header_row` counts sheet rows from 1."
            )
        return found
    rows = first_rows(book, sheet, SEARCHED_LINES)
    at = find_header([cells_of(row) for row in rows], wanted)
    return (
        rows[at]
        if at is not None
        else min(rows, key=lambda row: len(missing_names(cells_of(row), wanted)), default=None)
    )
