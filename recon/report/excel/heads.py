"""An empty sheet laid out: heads, widths, the table with its filter, what stays in view, what is printed."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableStyleInfo

from recon.report.excel import styles as cell_styles
from recon.report.excel.rows import FIRST_ROW
from recon.report.text import visible

if TYPE_CHECKING:
    import polars as pl
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.report.columns import Column
    from recon.report.excel.table import Table

_HEAD_ROW = FIRST_ROW - 1
_CHARACTERS_A_PAGE = 240
"""What can still be read across a landscape A4 page."""
_NUMERIC_KINDS = ("amount", "base_amount", "price", "quantity", "number", "score", "figure", "whole")
_LONGEST_TITLE = 200
_SAMPLE = 50_000
"""Rows that are looked at for the widths of columns."""


def lay_out(worksheet: Worksheet, table: Table, number: int, title: str, basis: str, day: str) -> None:
    """Lay out the sheet of a table, the `number`th of the book; its pages say title, what they rest on, and day."""
    titles = [visible(column.title)[:_LONGEST_TITLE] for column in table.columns]
    across = 0.0
    for at, (column, name) in enumerate(zip(table.columns, titles, strict=True), 1):
        cell_styles.head(worksheet.cell(_HEAD_ROW, at, name), number=_is_number(column, table.whole))
        width = _width(column, table.whole)
        dimension = worksheet.column_dimensions[get_column_letter(at)]
        dimension.width, dimension.hidden = width, column.hidden
        across += 0 if column.hidden else width
    worksheet.row_dimensions[_HEAD_ROW].height = 32
    worksheet.freeze_panes = f"{get_column_letter(table.sheet.frozen + 1)}{FIRST_ROW}"
    worksheet.add_table(_excel_table(table, titles, number))
    cell_styles.protect(worksheet)
    wide = max(1, ceil(across / _CHARACTERS_A_PAGE))
    cell_styles.page(worksheet, title, basis, day, wide)
    worksheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    if table.sheet.frozen:
        worksheet.print_title_cols = f"A:{get_column_letter(table.sheet.frozen)}"


def _is_number(column: Column, frame: pl.DataFrame) -> bool:
    return column.kind in _NUMERIC_KINDS or frame.schema[column.name].is_integer()


def _excel_table(table: Table, titles: list[str], number: int) -> ExcelTable:
    """Return the table with its columns named: openpyxl would look for the names in every cell of it."""
    name = re.sub(r"\W", "_", table.title.replace(" ", ""))
    made = ExcelTable(id=number, displayName=f"t_{name}", name=f"t_{name}", ref=table.area)
    made._initialise_columns()  # type: ignore[attr-defined]  # noqa: SLF001
    for column, title in zip(made.tableColumns, titles, strict=True):
        column.name = title
    made.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    return made


def _width(column: Column, frame: pl.DataFrame) -> float:
    """Return a width that shows the longest value and the longest word of the title, within the layout's limit."""
    title = max((len(word) for word in column.title.split()), default=0) + 4
    if frame.is_empty() or column.kind in (*_NUMERIC_KINDS, "date", "entry", "link"):
        return max(title, column.width)
    values = frame.get_column(column.name).head(_SAMPLE)
    text = values.list.join(", ") if values.dtype.is_nested() else values.cast(str)
    longest = text.to_frame().select(text.str.len_chars().max()).item() or 0
    return max(title, min(column.width, longest + 2))
