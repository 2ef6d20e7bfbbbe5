"""A table of the workbook: what a sheet shows, and where its cells stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from recon.report.excel.rows import FIRST_ROW, ROWS_A_SHEET, painter, sheet_rows
from recon.report.excel.zip import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from recon.report.columns import Column
    from recon.report.excel.styles import Styles
    from recon.report.layout import Sheet
    from recon.rules.rule import Rules


@dataclass(frozen=True)
class Table:
    """One sheet of the book that holds (a part of) a frame."""

    title: str
    sheet: Sheet
    frame: pl.DataFrame
    whole: pl.DataFrame
    columns: tuple[Column, ...]

    @property
    def last_row(self) -> int:
        """The last row of the table: without any data an empty one, which a table must have."""
        return FIRST_ROW - 1 + max(1, self.frame.height)

    @property
    def area(self) -> str:
        """The cells of the table, head included."""
        return f"A{FIRST_ROW - 1}:{get_column_letter(len(self.columns))}{self.last_row}"

    def letter(self, name: str) -> str | None:
        """Return the letter of a column by its name; null where it is not shown."""
        return next((get_column_letter(n) for n, c in enumerate(self.columns, 1) if c.name == name), None)

    def stream(self, styles: Styles, rules: Rules | None, links: bytes = b"") -> Stream:
        """Return the rows as they go into the sheet's part of the file."""
        paint = painter(self.whole, self.columns, styles, rules, flat=self.sheet.flat)
        return Stream(self.area, sheet_rows(self.frame, self.columns, paint, FIRST_ROW), links)


def tables_of(
    sheet: Sheet, frame: pl.DataFrame, columns: Sequence[Column], rows_a_sheet: int = ROWS_A_SHEET
) -> Iterator[Table]:
    """Yield the tables that show a frame: one, none where it is empty and the sheet need not be there, more of a long one."""
    if frame.is_empty() and not sheet.always:
        return
    for number, start in enumerate(range(0, max(1, frame.height), rows_a_sheet), 1):
        title = sheet.title if number == 1 else f"{sheet.title} ({number})"
        yield Table(title, sheet, frame.slice(start, rows_a_sheet), frame, tuple(columns))
