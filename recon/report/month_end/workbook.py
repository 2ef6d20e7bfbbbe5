"""month_end.xlsx: an overview with its charts, and a sheet a frame."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.pagebreak import Break

from recon.report.blocks import Heading
from recon.report.excel import styles as cell_styles
from recon.report.excel.chart import small_title
from recon.report.excel.grid import Grid, Link
from recon.report.excel.heads import lay_out
from recon.report.excel.table import tables_of
from recon.report.excel.zip import pack, part
from recon.report.folder.manifest import version
from recon.report.layout import columns_of
from recon.report.month_end.face import FIGURES_TITLE, TITLE, face
from recon.report.month_end.sheets import SHEETS, laid, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import polars as pl
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.ledger.reconcile import Outcome
    from recon.report.columns import Column
    from recon.report.excel.table import Table
    from recon.report.layout import Sheet
    from recon.report.month_end.face import Face

_WIDTHS = (26, 18, 18, 18, 18, 18, 18, 30)
_COLOURS = (cell_styles.LINK, "C98B2B", "5F8F5A", "9AA5B1")


def write_month_end(
    frames: Mapping[str, pl.DataFrame], outcome: Outcome, period: tuple[date, date], path: Path
) -> None:
    """Write the workbook; the same bytes for the same input."""
    book = Workbook()
    styles = cell_styles.register(book)
    every = [(sheet, laid(sheet.frame, frames[sheet.frame])) for sheet in SHEETS]
    tables = [table for sheet, frame in every for table in tables_of(sheet, frame, _columns(sheet, frame))]
    basis, day = f"Rules: {outcome.rules.path.name}", f"by {period[1]}"
    _overview(book.worksheets[0], face(frames, outcome, period), outcome, tables, day)
    for number, table in enumerate(tables, 1):
        lay_out(book.create_sheet(table.title), table, number, TITLE, basis, day)
    book.properties.title, book.properties.creator = TITLE, "recon"
    made = BytesIO()
    book.save(made)
    streams = {part(number): table.stream(styles, outcome.rules) for number, table in enumerate(tables, 2)}
    pack(made, streams, path, {})


def _columns(sheet: Sheet, frame: pl.DataFrame) -> tuple[Column, ...]:
    return tuple(replace(c, **shown(sheet.frame).get(c.name, {})) for c in columns_of(sheet, frame))


def _overview(sheet: Worksheet, said: Face, outcome: Outcome, tables: list[Table], day: str) -> None:
    sheet.title = "Overview"
    for letter, width in zip("ABCDEFGH", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    grid = Grid(sheet, _WIDTHS)
    grid.line(said.title, 16, bold=True)
    sheet.row_dimensions[1].height = 26
    grid.note(f"Rules: {outcome.rules.path.name} {outcome.rules.digest[:12]}, recon {version()}")
    grid.space()
    grid.fields(("Prepared by", "Reviewed by", "Date"))
    for number, line in enumerate(said.lines):
        grid.line(line, 11 if number else 10, bold=number > 0)
    grid.space()
    rows = [(Link(table.title), table.frame.height, table.sheet.note) for table in tables]
    grid.block("Contents", (Heading("Sheet"), Heading("Rows", number=True), Heading("What it shows", wide=True)), rows)
    for block in said.blocks:
        if block.title in (*said.bars, FIGURES_TITLE):  # what is long begins a page: else a chart may be cut in two
            sheet.row_breaks.append(Break(id=grid.row - 1))
        heads = grid.block(block.title, block.headings, block.rows, block.note)
        if block.title in said.bars:
            _chart(grid, block.title, heads, len(block.rows), said.bars[block.title])
    cell_styles.protect(sheet)
    cell_styles.page(sheet, said.title, f"Rules: {outcome.rules.path.name}", day)


def _chart(grid: Grid, title: str, heads: int, rows: int, columns: tuple[int, ...]) -> None:
    """Draw the block that was just written as bars below it, one on the other where there are several."""
    chart = BarChart()
    chart.type, chart.style, chart.title = "col", 10, small_title(title)
    chart.grouping, chart.overlap = ("stacked", 100) if len(columns) > 1 else ("clustered", None)
    for column in columns:
        area = Reference(grid.sheet, min_col=column + 1, min_row=heads, max_row=heads + rows)
        chart.add_data(area, titles_from_data=True)
    chart.set_categories(Reference(grid.sheet, min_col=1, min_row=heads + 1, max_row=heads + rows))
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.y_axis.numFmt, chart.gapWidth, chart.height, chart.width = "#,##0", 50, 7.5, 26
    if len(columns) == 1:
        chart.legend = None
    else:
        chart.legend.position = "b"
    for series, colour in zip(chart.series, _COLOURS, strict=False):
        series.graphicalProperties.solidFill = colour
    grid.sheet.add_chart(chart, f"A{grid.row}")
    grid.space(17)
