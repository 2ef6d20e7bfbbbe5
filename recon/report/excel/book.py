"""report.xlsx: openpyxl makes the book, its look and its summary; the rows of the tables are streamed into it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook

from recon.report import opening
from recon.report.excel import styles as cell_styles
from recon.report.excel.entries import offer_choices
from recon.report.excel.heads import lay_out
from recon.report.excel.links import links
from recon.report.excel.rows import ROWS_A_SHEET
from recon.report.excel.summary import fill_summary
from recon.report.excel.table import tables_of
from recon.report.excel.zip import pack, part
from recon.report.layout import columns_of
from recon.report.sheets import SHEETS
from recon.report.views.every import views

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from recon.ledger.reconcile import Outcome


def write_workbook(
    outcome: Outcome, frames: Mapping[str, pl.DataFrame], path: Path, rows_a_sheet: int = ROWS_A_SHEET
) -> None:
    """Write the workbook of a reconciliation; the same bytes for the same input, memory that does not grow with rows."""
    book = Workbook()
    summary = book.worksheets[0]
    styles = cell_styles.register(book)
    shown = views(outcome, frames)
    tables = [
        table
        for sheet in SHEETS
        for table in tables_of(sheet, shown[sheet.frame], columns_of(sheet, shown[sheet.frame]), rows_a_sheet)
    ]
    basis = f"Rules: {outcome.rules.path.name}"
    values = fill_summary(summary, outcome, shown, tables)
    for number, table in enumerate(tables, 1):
        worksheet = book.create_sheet(table.title)
        lay_out(worksheet, table, number, opening.TITLE, basis, opening.day(outcome))
        offer_choices(worksheet, table, outcome.rules)
    book.properties.title = opening.TITLE
    book.properties.creator = "recon"
    made = BytesIO()
    book.save(made)
    streams = {
        part(number): table.stream(styles, outcome.rules, links(table, tables, rows_a_sheet))
        for number, table in enumerate(tables, 2)
    }
    pack(made, streams, path, values)
