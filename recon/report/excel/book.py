"""report.xlsx: openpyxl makes the book, its look and its summary; the rows of the tables are streamed into it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recon.codes import DECISIONS
from recon.report.excel import styles as cell_styles
from recon.report.excel.rows import painter, sheet_rows
from recon.report.excel.summary import Contents, fill_summary
from recon.report.excel.zip import Stream, pack
from recon.report.layout import REVIEW_COLUMNS, SHEETS, Column, Sheet, columns_of
from recon.report.ranking import worst_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from recon.ledger.reconcile import Outcome

ROWS_A_SHEET = 1_000_000
"""Excel holds 1,048,576; a further sheet takes what is more."""
_HEAD_ROW = 1
_CHARACTERS_A_PAGE = 200
"""What is still easy to read across a landscape A4 page."""
_NUMERIC_KINDS = ("amount", "base_amount", "price", "quantity", "number", "score", "whole")


@dataclass(frozen=True)
class _Table:
    """One sheet of the book that holds (a part of) a frame."""

    title: str
    sheet: Sheet
    frame: pl.DataFrame
    whole: pl.DataFrame
    columns: tuple[Column, ...]

    @property
    def entry_columns(self) -> tuple[Column, ...]:
        return REVIEW_COLUMNS if self.sheet.frame in ("discrepancies", "supplier_links") else ()

    @property
    def last_row(self) -> int:
        return _HEAD_ROW + self.frame.height

    @property
    def area(self) -> str:
        return f"A{_HEAD_ROW}:{get_column_letter(len(self.columns) + len(self.entry_columns))}{self.last_row}"


def write_workbook(
    outcome: Outcome, frames: Mapping[str, pl.DataFrame], path: Path, rows_a_sheet: int = ROWS_A_SHEET
) -> None:
    """Write the workbook of a reconciliation; the same bytes for the same input, memory that does not grow with rows."""
    book = Workbook()
    summary = book.worksheets[0]
    styles = cell_styles.register(book)
    shown = {**frames, "discrepancies": worst_first(frames["discrepancies"])}
    tables = [table for sheet in SHEETS for table in _tables(sheet, shown[sheet.frame], rows_a_sheet)]
    fill_summary(summary, outcome, [Contents(t.title, t.frame.height, t.sheet.note) for t in tables])
    for table in tables:
        _head(book.create_sheet(table.title), table)
    book.properties.title = "Reconciliation"
    book.properties.creator = "recon"
    made = BytesIO()
    book.save(made)
    base = outcome.rules.base_currency
    streams = {
        f"xl/worksheets/sheet{number}.xml": Stream(table.area, _rows(table, styles, base))
        for number, table in enumerate(tables, 2)
    }
    pack(made, streams, path)


def _tables(sheet: Sheet, frame: pl.DataFrame, rows_a_sheet: int) -> Iterator[_Table]:
    if frame.is_empty() and not sheet.always:
        return
    columns = columns_of(sheet, frame)
    for number, start in enumerate(range(0, max(1, frame.height), rows_a_sheet), 1):
        title = sheet.title if number == 1 else f"{sheet.title} ({number})"
        yield _Table(title, sheet, frame.slice(start, rows_a_sheet), frame, columns)


def _rows(table: _Table, styles: cell_styles.Styles, base_currency: str) -> Iterator[bytes]:
    paint = painter(table.whole, table.columns, styles, base_currency)
    return sheet_rows(table.frame, table.columns, paint, _HEAD_ROW + 1, len(table.entry_columns))


def _head(worksheet: Worksheet, table: _Table) -> None:
    """Lay out an empty sheet: heads, widths, filter, what stays in view, what is printed, what may be entered."""
    across = 0.0
    for number, column in enumerate((*table.columns, *table.entry_columns), 1):
        cell = worksheet.cell(_HEAD_ROW, number, column.title)
        cell_styles.head(cell, number=column.kind in _NUMERIC_KINDS)
        width = _width(column, table.whole)
        worksheet.column_dimensions[get_column_letter(number)].width = width
        across += width
    worksheet.row_dimensions[_HEAD_ROW].height = 32
    worksheet.freeze_panes = f"{get_column_letter(table.sheet.frozen + 1)}{_HEAD_ROW + 1}"
    worksheet.auto_filter.ref = table.area
    cell_styles.page(worksheet, pages_wide=max(1, round(across / _CHARACTERS_A_PAGE)))
    worksheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    if table.sheet.frozen:
        worksheet.print_title_cols = f"A:{get_column_letter(table.sheet.frozen)}"
    if table.sheet.frame == "discrepancies":
        _offer_decisions(worksheet, get_column_letter(len(table.columns) + 1), max(table.last_row, _HEAD_ROW + 1))


def _offer_decisions(worksheet: Worksheet, letter: str, last_row: int) -> None:
    choice = DataValidation(
        type="list", formula1=f'"{",".join(reversed(DECISIONS))}"', allow_blank=True, showErrorMessage=True
    )
    choice.error, choice.errorTitle = "Please choose hold, review or pay, or leave it empty.", "Your decision"
    choice.prompt, choice.promptTitle = "hold, review or pay", "Your decision"
    choice.showInputMessage = True
    choice.add(f"{letter}{_HEAD_ROW + 1}:{letter}{last_row}")
    worksheet.add_data_validation(choice)


def _width(column: Column, frame: pl.DataFrame) -> float:
    """Return a width that shows the longest value and the longest word of the title, within the layout's limit."""
    title = max(len(word) for word in column.title.split()) + 4
    if column.name not in frame.columns or frame.is_empty() or column.kind in (*_NUMERIC_KINDS, "date"):
        return max(title, column.width)
    values = frame.get_column(column.name)
    text = values.list.join(", ") if values.dtype.is_nested() else values.cast(str)
    longest = text.to_frame().select(pl.nth(0).str.len_chars().max()).item() or 0
    return max(title, min(column.width, longest + 2))
