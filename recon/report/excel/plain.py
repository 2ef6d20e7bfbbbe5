"""A workbook of plain tables, a sheet each, that looks as the report's does; one column may be drawn."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook

from recon.report.columns import describe
from recon.report.excel import styles as cell_styles
from recon.report.excel.chart import counted_bars
from recon.report.excel.heads import lay_out
from recon.report.excel.rows import FIRST_ROW
from recon.report.excel.table import tables_of
from recon.report.excel.zip import pack, part
from recon.report.formats.data import mask
from recon.report.layout import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.report.columns import Column
    from recon.report.excel.table import Table

_WIDEST = 48


def write_tables(
    sheets: Mapping[str, tuple[pl.DataFrame, Mapping[str, str]]],
    path: Path,
    title: str,
    chart: tuple[str, str] | None = None,
) -> None:
    """Write frames by title, each with the headings of the columns to show; the same bytes for the same frames.

    `chart` names a sheet and the column of it that is drawn over its first column. Raises OSError.
    """
    book = Workbook()
    styles = cell_styles.register(book)
    tables = [
        table
        for name, (frame, heads) in sheets.items()
        for table in tables_of(Sheet(name, name, tuple(heads), ""), mask(frame), _columns(frame, heads))
    ]
    for number, table in enumerate(tables, 1):
        sheet = book.create_sheet(table.title)
        lay_out(sheet, table, number, title, "", "")
        if chart and table.title == chart[0] and table.frame.height:
            _draw(sheet, table, chart[1])
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = title, "recon"
    made = BytesIO()
    book.save(made)
    pack(made, {part(number): table.stream(styles, None) for number, table in enumerate(tables, 1)}, path, {})


def _columns(frame: pl.DataFrame, heads: Mapping[str, str]) -> list[Column]:
    """Return the columns under their headings: decimals beside a currency are money, words are as wide as they are long."""
    found = []
    for name, heading in heads.items():
        column = replace(describe(name, frame.schema[name]), title=heading)
        if frame.schema[name].is_decimal() and "currency" in heads:
            column = replace(column, kind="amount")
        found.append(replace(column, width=_WIDEST) if column.kind == "text" else column)
    return found


def _draw(sheet: Worksheet, table: Table, name: str) -> None:
    at = next(n for n, column in enumerate(table.columns, 1) if column.name == name)
    bars = counted_bars(sheet, table.columns[at - 1].title, FIRST_ROW - 1, table.frame.height, at)
    bars.width = 26
    sheet.add_chart(bars, f"A{table.last_row + 3}")
