"""The first sheet of the workbook: the summary's blocks and a list of the other sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink

from recon.report import blocks, money
from recon.report.blocks import Money
from recon.report.excel import styles as cell_styles
from recon.report.text import visible
from recon.report.words import COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.ledger.reconcile import Outcome

_WIDTHS = (17, 28, 13, 18, 18, 18, 18, 18, 18)


@dataclass(frozen=True)
class Contents:
    """One line of the list of sheets."""

    title: str
    rows: int
    note: str


def fill_summary(sheet: Worksheet, outcome: Outcome, contents: Sequence[Contents]) -> None:
    """Write title, headline, blocks and the list of sheets."""
    sheet.title = "Summary"
    for letter, width in zip("ABCDEFGHI", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    row = _opening(sheet, outcome)
    row = _contents(sheet, contents, row)
    for block in blocks.blocks(outcome):
        row = _block(sheet, block, row)
    _closing(sheet, row)
    cell_styles.page(sheet, blocks.TITLE, f"Rules: {outcome.rules.path.name}", blocks.day(outcome))


def _opening(sheet: Worksheet, outcome: Outcome) -> int:
    _text(sheet.cell(1, 1), blocks.TITLE).font = Font(name=cell_styles.FONT, size=16, bold=True, color=cell_styles.INK)
    sheet.row_dimensions[1].height = 26
    _text(sheet.cell(2, 1), blocks.basis(outcome)).font = _quiet()
    lines = blocks.headline(outcome)
    for number, line in enumerate(lines, 4):
        _text(sheet.cell(number, 1), line).font = Font(
            name=cell_styles.FONT, size=12, bold=number == 4, color=cell_styles.INK
        )
    return 4 + len(lines) + 1


def _contents(sheet: Worksheet, contents: Sequence[Contents], row: int) -> int:
    _title(sheet, row, "In this workbook")
    for number, entry in enumerate(contents, row + 1):
        link = _text(sheet.cell(number, 1), entry.title)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{entry.title}'!A1")
        cell_styles.body(link)
        link.font = Font(name=cell_styles.FONT, size=10, underline="single", color=cell_styles.LINK)
        _fill(sheet.cell(number, 2), entry.rows)
        sheet.cell(number, 2).number_format = '[=1]0 "row";#,##0 "rows"'
        note = _text(sheet.cell(number, 3), entry.note)
        note.font, note.alignment = _quiet(), Alignment(horizontal="left", vertical="top", indent=1)
    return row + len(contents) + 2


def _block(sheet: Worksheet, block: blocks.Block, row: int) -> int:
    _title(sheet, row, block.title)
    if block.note:
        row += 1
        _text(sheet.cell(row, 1), block.note).font = _quiet()
    row += 1
    for column, heading in enumerate(block.headings, 1):
        cell_styles.head(_text(sheet.cell(row, column), heading.title), number=heading.number)
    for number, values in enumerate(block.rows, row + 1):
        for column, value in enumerate(values, 1):
            _fill(sheet.cell(number, column), value)
    if block.headings[-1].wide:
        for number in range(row, row + len(block.rows) + 1):
            sheet.merge_cells(
                start_row=number, end_row=number, start_column=len(block.headings), end_column=len(_WIDTHS)
            )
    return row + len(block.rows) + 2


def _fill(cell: Cell | MergedCell, value: blocks.Cell) -> None:
    cell_styles.body(cell)
    if isinstance(value, Money):
        _amount(cell, value)
    elif isinstance(value, int):
        cell.value = value
        cell.number_format = cell_styles.WHOLE_FORMAT
        cell.alignment = Alignment(horizontal="right", vertical="top")
    elif value is not None:
        _text(cell, value)
        if value in COLOURS:
            background, ink = COLOURS[value]
            cell.fill = cell_styles.fill(background)
            cell.font = Font(name=cell_styles.FONT, size=10, color=ink)


def _amount(cell: Cell | MergedCell, value: Money) -> None:
    cell.alignment = Alignment(horizontal="right", vertical="top")
    if len(value.value.normalize().as_tuple().digits) > cell_styles.SAFE_DIGITS:
        _text(cell, str(value))
        return
    cell.value = value.value
    cell.number_format = cell_styles.amount_format(money.places(value.currency))


def _text(cell: Cell | MergedCell, value: str) -> Cell | MergedCell:
    """Put text in a cell as text, whatever it begins with."""
    cell.value = visible(value, lines=True)
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t"))
    return cell


def _title(sheet: Worksheet, row: int, title: str) -> None:
    _text(sheet.cell(row, 1), title).font = Font(name=cell_styles.FONT, size=12, bold=True, color=cell_styles.INK)


def _quiet() -> Font:
    return Font(name=cell_styles.FONT, size=9, italic=True, color=cell_styles.QUIET)


def _closing(sheet: Worksheet, row: int) -> None:
    note = (
        "Amounts are shown rounded to the currency's smallest unit; the cells hold exact values. A number of more than "
        f"{cell_styles.SAFE_DIGITS} digits, which a spreadsheet would cut, is written as text in italics."
    )
    _text(sheet.cell(row, 1), note).font = _quiet()
