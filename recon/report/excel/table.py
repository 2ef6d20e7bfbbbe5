"""A table of the workbook: what a sheet shows, and where its cells stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from recon.report.excel.rows import FIRST_ROW

if TYPE_CHECKING:
    import polars as pl

    from recon.report.columns import Column
    from recon.report.layout import Sheet


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
