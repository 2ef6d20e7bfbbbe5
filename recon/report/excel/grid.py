"""Blocks of cells on the summary sheet: text, figures, formulas with the value they have now, cells to fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink

from recon.report import money
from recon.report.blocks import Money
from recon.report.excel import styles as cell_styles
from recon.report.text import visible
from recon.report.words import COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from recon.report import blocks


@dataclass(frozen=True)
class Live:
    """A formula of ours and what it comes to with the book as it is written; an amount where there is a currency."""

    formula: str
    value: Decimal | int | None
    currency: str | None = None


@dataclass(frozen=True)
class Entry:
    """A cell that a person fills in."""

    number_format: str = cell_styles.TEXT_FORMAT


@dataclass(frozen=True)
class Link:
    """A title that leads to its sheet."""

    title: str


Item = Live | Entry | Link | Money | int | str | None


@dataclass
class Grid:
    """The summary sheet while it is written from the top: `row` is the next free one."""

    sheet: Worksheet
    widths: Sequence[int]
    row: int = 1
    values: dict[str, Decimal | int] = field(default_factory=dict)
    """Cell -> what its formula comes to."""

    def line(self, text: str, size: int = 10, *, bold: bool = False) -> None:
        """Write a line of running text."""
        cell = put_text(self.sheet.cell(self.row, 1), text)
        cell.font = Font(name=cell_styles.FONT, size=size, bold=bold, color=cell_styles.INK)
        self.row += 1

    def note(self, text: str) -> None:
        """Write a line that explains."""
        put_text(self.sheet.cell(self.row, 1), text).font = _quiet()
        self.row += 1

    def space(self, rows: int = 1) -> None:
        """Leave rows free."""
        self.row += rows

    def block(
        self, title: str, headings: Sequence[blocks.Heading], rows: Sequence[Sequence[Item]], note: str = ""
    ) -> int:
        """Write a table with its title, and return the row of its heads. The last column, if wide, takes what is left."""
        self.line(title, 12, bold=True)
        if note:
            self.note(note)
        heads = self.row
        for column, heading in enumerate(headings, 1):
            cell_styles.head(put_text(self.sheet.cell(heads, column), heading.title), number=heading.number)
        for number, values in enumerate(rows, heads + 1):
            for column, (heading, value) in enumerate(zip(headings, values, strict=False), 1):
                cell = self.sheet.cell(number, column)
                self._fill(cell, value)
                if heading.number and isinstance(value, str):
                    cell.alignment = _RIGHT
        if headings[-1].wide:
            for number in range(heads, heads + len(rows) + 1):
                self._widen(number, len(headings))
        self.row = heads + len(rows) + 2
        return heads

    def _widen(self, row: int, column: int) -> None:
        """Let a cell have the columns that are left, and a second line where its words need one."""
        cell = self.sheet.cell(row, column)
        # `merge_cells` would work out the borders of each row anew: a twentieth of the sample's run.
        self.sheet.merged_cells.add(CellRange(min_row=row, max_row=row, min_col=column, max_col=len(self.widths)))
        if cell.border.bottom.style:
            for beside in range(column + 1, len(self.widths) + 1):
                cell_styles.underline(self.sheet.cell(row, beside))
        if len(str(cell.value or "")) > _FITS * sum(self.widths[column - 1 :]):
            cell.alignment = _WRAPPED
            self.sheet.row_dimensions[row].height = _TWO_LINES

    def fields(self, names: Sequence[str]) -> None:
        """Write names with a cell to fill in beside each."""
        for number, name in enumerate(names):
            label = put_text(self.sheet.cell(self.row, 2 * number + 1), name)
            label.font = _quiet()
            label.alignment = Alignment(horizontal="right")
            self._fill(self.sheet.cell(self.row, 2 * number + 2), Entry())
        self.row += 2

    def _fill(self, cell: Cell | MergedCell, value: Item) -> None:
        cell_styles.body(cell)
        if isinstance(value, Live):
            self._live(cell, value)
        elif isinstance(value, Entry):
            cell_styles.entry(cell, value.number_format)
        elif isinstance(value, Link):
            _link(cell, value.title)
        elif isinstance(value, Money):
            _amount(cell, value)
        elif isinstance(value, int):
            cell.value, cell.number_format = value, cell_styles.WHOLE_FORMAT
            cell.alignment = _RIGHT
        elif value is not None:
            _word(cell, value)

    def _live(self, cell: Cell | MergedCell, live: Live) -> None:
        cell.value, cell.alignment = f"={live.formula}", _RIGHT
        whole = live.currency is None
        cell.number_format = (
            cell_styles.WHOLE_FORMAT if whole else cell_styles.amount_format(money.places(live.currency))
        )
        if live.value is not None:
            self.values[cell.coordinate] = live.value


_RIGHT = Alignment(horizontal="right", vertical="top")
_WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
_TWO_LINES = 27
_FITS = 1.2
"""Letters of running text to a digit, in which widths are counted; with some to spare, as fonts of other offices are wider."""


def put_text(cell: Cell | MergedCell, value: str) -> Cell | MergedCell:
    """Put text in a cell as text, whatever it begins with."""
    cell.value = visible(value, lines=True)
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t"))
    return cell


def _word(cell: Cell | MergedCell, value: str) -> None:
    put_text(cell, value)
    if value in COLOURS:
        background, ink = COLOURS[value]
        cell.fill = cell_styles.fill(background)
        cell.font = Font(name=cell_styles.FONT, size=10, color=ink)


def _link(cell: Cell | MergedCell, title: str) -> None:
    put_text(cell, title)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!A1")
    cell_styles.body(cell)
    cell.font = Font(name=cell_styles.FONT, size=10, underline="single", color=cell_styles.LINK)


def _amount(cell: Cell | MergedCell, value: Money) -> None:
    cell.alignment = _RIGHT
    if len(value.value.normalize().as_tuple().digits) > cell_styles.SAFE_DIGITS:
        put_text(cell, str(value))
        return
    cell.value = value.value
    cell.number_format = cell_styles.amount_format(money.places(value.currency))


def _quiet() -> Font:
    return Font(name=cell_styles.FONT, size=9, italic=True, color=cell_styles.QUIET)
