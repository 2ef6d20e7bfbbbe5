"""Workbook -> Raw: which sheet, which row is the header, every cell as text with its true row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.above import block_of
from recon.read.cells.percent import percent_cells
from recon.read.excel.book import open_book
from recon.read.excel.choice import cells_of, choose_sheet, find_header_row
from recon.read.excel.guard import open_package
from recon.read.excel.sheet import first_rows, read_rows
from recon.read.excel.table import SheetTable, checked
from recon.read.header import refuse_doubles, refuse_missing, told_apart, trim
from recon.read.text.headings import without_groups
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.read.excel.sheet import Row
    from recon.read.raw import Raw
    from recon.rules.rule import Source

MAX_CELL_CHARACTERS = 100_000


def read_xlsx(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read one sheet of a workbook; `wanted` are the header names that the mapping needs.

    The sheet is `source.sheet`, else the only one whose first rows hold all of `wanted`. Rows are numbered as in the
    sheet. Raises SourceError, with sheet and cell, for a file that is no whole .xlsx, for no or several fitting sheets,
    an unfit or repeated header, and merged cells in it. Below it they are read as the first of them, downwards. A cell
    that cannot be trusted (an error value, a formula without a value, a number of more than 15 digits) is marked in
    `Raw.damaged`.
    """
    book = open_book(open_package(data, path))
    sheet, notes = choose_sheet(book, source, wanted)
    head = find_header_row(book, sheet, source, wanted)
    table = SheetTable(f"{path}!{sheet.name}", head.number if head else 0)
    extent = read_rows(book, sheet, table.take)
    if source.header_row == 0:
        header: tuple[str, ...] = ()
    elif head is None:
        raise SourceError("the sheet is empty", f"{path}!{sheet.name}", "It holds no cell with a value.")
    else:
        header = _header(head, table)
        header = told_apart(header) if source.preset not in {None, "canonical"} else header
        refuse_missing(header, wanted, f"{path}!{sheet.name}!{head.number}")
        refuse_doubles(header, wanted, f"{path}!{sheet.name}!{head.number}", source)
    table.fill_merged(extent.merged)
    notes += table.notes(extent.hidden_columns)
    if head is not None and head.number > 1 and not source.above:
        notes += (f"the header is row {head.number}; what stands above it is not read",)
    raw = table.raw(path, header, book.notes + notes)
    if source.above and head is not None:
        rows = [row for row in first_rows(book, sheet, head.number) if row.number < head.number]
        raw = replace(raw, above=block_of([cells_of(row) for row in rows]))
    raw, groups = without_groups(raw) if source.preset else (raw, ())
    return percent_cells(
        checked(replace(raw, notes=raw.notes + groups), table, source), source.columns, CANONICAL[source.name]
    )


def _header(head: Row, table: SheetTable) -> tuple[str, ...]:
    names = [trim(name) for name in cells_of(head)]
    return tuple(names + [""] * (table.width - len(names)))
