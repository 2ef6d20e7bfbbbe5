"""The rows of one sheet below its header, gathered column by column into a Raw."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.read.again import without_repeats
from recon.read.excel.sheet import Range, Row, column_letters
from recon.read.header import BLANK
from recon.read.raw import Raw, name_column

if TYPE_CHECKING:
    from recon.rules.rule import Source

MAX_CELL_CHARACTERS = 100_000


def _is_blank(row: Row) -> bool:
    return not any(damage or (text and not text.isspace()) for _, text, _, damage in row.cells)


@dataclass
class SheetTable:
    """The rows below the header, gathered column by column."""

    where: str
    header_row: int
    columns: list[list[str | None]] = field(default_factory=list)
    plain: list[list[int]] = field(default_factory=list)
    currencies: list[dict[int, str]] = field(default_factory=list)
    damage: list[dict[int, str]] = field(default_factory=list)
    merged: list[list[int]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    hidden: int = 0

    @property
    def width(self) -> int:
        return len(self.columns)

    def take(self, row: Row) -> None:
        """Add a row; what stands above the header is left, a row of blanks is none."""
        if row.number == self.header_row:
            self._widen(row.cells[-1][0])
        if row.number <= self.header_row or _is_blank(row):
            return
        if self.rows and row.number > self.rows[-1] + 1:
            self.blank.append(self.rows[-1] + 1)
        at = len(self.rows)
        self.rows.append(row.number)
        self.hidden += row.hidden
        self._widen(row.cells[-1][0])
        for number, text, shown, damage in row.cells:
            column = self.columns[number - 1]
            if len(column) < at:
                column.extend([None] * (at - len(column)))
            column.append(text)
            if shown is not None:
                self.plain[number - 1].append(at)
                if shown:
                    self.currencies[number - 1][at] = shown
            if damage is not None:
                self.damage[number - 1][at] = damage

    def _widen(self, width: int) -> None:
        while self.width < width:
            self.columns.append([])
            self.plain.append([])
            self.currencies.append({})
            self.damage.append({})
            self.merged.append([])

    def fill_merged(self, areas: list[Range]) -> None:
        """Write into merged cells that reach down what stands in the first; raises SourceError for some in the header."""
        place = {number: at for at, number in enumerate(self.rows)}
        for area in areas:
            if area.bottom < max(self.header_row, 1) or area.left > self.width:
                continue
            if area.top <= self.header_row:
                hint = "Undo the merge and fill each cell, or export the data again."
                raise SourceError(f"merged cells {area.text} in the header", f"{self.where}!{area.text}", hint)
            below = range(area.top + 1, min(area.bottom, self.rows[-1] if self.rows else 0) + 1)
            if area.top in place:
                self._fill_down(area.left - 1, place[area.top], [place[number] for number in below if number in place])

    def _fill_down(self, position: int, top: int, below: list[int]) -> None:
        column, flags = self.columns[position], self.plain[position]
        column.extend([None] * (len(self.rows) - len(column)))
        self.merged[position].extend(below)
        for at in below:
            column[at] = column[top]
            if top in flags:
                flags.append(at)
            for texts in (self.currencies[position], self.damage[position]):
                if top in texts:
                    texts[at] = texts[top]

    def notes(self, hidden_columns: set[int]) -> tuple[str, ...]:
        """Return what is hidden, which is read all the same, and what was read in spite of its layout."""
        told: tuple[str, ...] = (f"{self.hidden} hidden rows are read too",) if self.hidden else ()
        if self.blank:
            told += (f"the table goes on below {len(self.blank)} blank rows, the first of them {self.blank[0]}",)
        filled = sum(map(len, self.merged))
        told += (f"{filled} cells are read as the one above, with which they are merged",) if filled else ()
        hidden = sorted(column for column in hidden_columns if column <= self.width)
        if hidden:
            told += (f"hidden columns are read too: {', '.join(column_letters(column) for column in hidden)}",)
        return told

    def raw(self, path: str, header: tuple[str, ...], notes: tuple[str, ...]) -> Raw:
        """Return the gathered columns as a Raw."""
        height = len(self.rows)
        series = []
        for position, column in enumerate(self.columns):
            column.extend([None] * (height - len(column)))
            series.append(pl.Series(name_column(position), column, pl.String))
        return Raw(
            path,
            header,
            pl.DataFrame(series),
            pl.Series("row", self.rows, pl.Int64),
            plain={position: _flags(rows, height) for position, rows in enumerate(self.plain) if rows},
            damaged={position: _texts(reasons, height) for position, reasons in enumerate(self.damage) if reasons},
            currencies={position: _texts(shown, height) for position, shown in enumerate(self.currencies) if shown},
            merged={position: _flags(rows, height) for position, rows in enumerate(self.merged) if rows},
            notes=notes,
        )


def _flags(rows: list[int], height: int) -> pl.Series:
    flags = [False] * height
    for row in rows:
        flags[row] = True
    return pl.Series("plain", flags, pl.Boolean)


def _texts(by_row: dict[int, str], height: int) -> pl.Series:
    texts: list[str | None] = [None] * height
    for row, text in by_row.items():
        texts[row] = text
    return pl.Series("texts", texts, pl.String)


def checked(raw: Raw, table: SheetTable, source: Source) -> Raw:
    """Raise SourceError for a cell past every measure and a header once more, if that is refused; notes say what stands under no name."""
    notes = list(raw.notes)
    for position, name in enumerate(raw.header):
        said = raw.frame[:, position].str.strip_chars(BLANK) != ""
        if not name and said.any():
            row = raw.rows.filter(said.fill_null(value=False))[0]
            notes.append(
                f"column {column_letters(position + 1)} has no name and is not used; its first value is in row {row}"
            )
    for position, name in enumerate(raw.frame.columns):
        if (raw.frame[name].str.len_chars().max() or 0) > MAX_CELL_CHARACTERS:  # type: ignore[operator]
            where = f"{table.where}!{column_letters(position + 1)}"
            raise SourceError(f"a cell of more than {MAX_CELL_CHARACTERS:,} characters", where)
    hint = "Were several tables put together? Keep one header."
    raw = replace(raw, notes=tuple(notes))
    return without_repeats(raw, _repeats(raw), source, f"{table.where}!", hint) if raw.frame.height else raw


def _repeats(raw: Raw) -> pl.Series:
    """Return per row whether it is the header."""
    named = [(position, name) for position, name in enumerate(raw.header) if name]
    same = [pl.col(name_column(position)).str.strip_chars().eq_missing(name) for position, name in named]
    return raw.frame.select(pl.all_horizontal(same or [pl.lit(value=False)])).to_series()
