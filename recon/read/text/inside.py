"""What may stand inside a table of text and is no record: blank lines, the header once more, columns without a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.read.raw import keep_rows, name_column

if TYPE_CHECKING:
    from recon.read.raw import Raw


def checked(raw: Raw, header_cells: list[str]) -> Raw:
    """Return `raw` without its blank lines, which a note counts; raises SourceError where the header stands there again."""
    frame = raw.frame
    if not frame.height:
        return raw
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if blank.any():
        told = f"the table goes on below {int(blank.sum())} blank lines, the first of them {raw.rows.filter(blank)[0]}"
        raw = replace(keep_rows(raw, ~blank), notes=(*raw.notes, told))
    if header_cells:
        _refuse_repeated_header(raw, header_cells)
        return _without_empty_columns(raw)
    return raw


def _refuse_repeated_header(raw: Raw, cells: list[str]) -> None:
    named = [(i, cell) for i, cell in enumerate(cells) if cell]
    position, name = named[0]
    if not (raw.frame[:, position] == name).any():
        return
    same = raw.frame.select(pl.all_horizontal(pl.col(name_column(i)).eq_missing(cell) for i, cell in named)).to_series()
    if rows := raw.rows.filter(same).to_list():
        shown = ", ".join(str(row) for row in rows[:10])
        hint = f"It stands on {len(rows)} lines: {shown}. Were several files joined? Give them to recon one by one."
        raise SourceError("the header is repeated inside the table", f"{raw.path}:{rows[0]}", hint)


def _without_empty_columns(raw: Raw) -> Raw:
    """Return `raw` with notes on columns without a name, which nothing can mean."""
    notes = raw.notes
    for position, name in enumerate(raw.header):
        column = raw.frame[:, position]
        if not name and column.null_count() == len(column):
            notes += (f"column {position + 1} has neither name nor values",)
        elif not name:
            row = raw.rows.filter(column.is_not_null())[0]
            notes += (f"column {position + 1} has no name and is not used; its first value is on line {row}",)
    return replace(raw, notes=notes)
