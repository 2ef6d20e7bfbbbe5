"""What may stand inside a table of text and is no record: blank lines, the header once more, columns without a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.read.again import without_repeats
from recon.read.raw import keep_rows, name_column

if TYPE_CHECKING:
    from recon.read.raw import Raw
    from recon.rules.rule import Source


def checked(raw: Raw, header_cells: list[str], source: Source) -> Raw:
    """Return `raw` without its blank lines, which a note counts; what becomes of the header once more the source says."""
    frame = raw.frame
    if not frame.height:
        return raw
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if blank.any():
        told = f"the table goes on below {int(blank.sum())} blank lines, the first of them {raw.rows.filter(blank)[0]}"
        raw = replace(keep_rows(raw, ~blank), notes=(*raw.notes, told))
    if header_cells:
        hint = "Were several files joined? Give them to recon one by one."
        raw = without_repeats(raw, _repeats(raw, header_cells), source, f"{raw.path}:", hint)
        return _without_empty_columns(raw)
    return raw


def _repeats(raw: Raw, cells: list[str]) -> pl.Series:
    """Return per row whether it is the header."""
    named = [(i, cell) for i, cell in enumerate(cells) if cell]
    position, name = named[0]
    first = raw.frame[:, position] == name
    if not first.any():
        return first
    return raw.frame.select(pl.all_horizontal(pl.col(name_column(i)).eq_missing(cell) for i, cell in named)).to_series()


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
