"""Records of too few cells: blank lines inside a table, and rows whose last cells an export leaves off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recon.read.text.lines import Lines


def padded(lines: Lines, start: int, width: int, *, short: bool) -> Lines | None:
    """Return `lines` with every blank line from byte `start` on as a record of `width` blank cells, or None where none is.

    With `short` records of fewer cells get blank ones behind them, which a note counts. Physical lines stay what they are.
    """
    records, blank, few = [], 0, 0
    for _, line in lines.from_byte(start):
        lacking = width - (len(lines.split(line)) if short or not line.strip() else width)
        blank += not line.strip()
        few += bool(line.strip()) and lacking > 0
        records.append((line if line.strip() else b"") + lines.separator * max(lacking, 0))
    if width == 1 or not blank + few:
        return None
    told = (f"{few} rows are shorter than the header: the cells they lack are read as blank",) if few else ()
    data = lines.data[:start] + b"\n".join(records) + b"\n"
    return replace(lines, data=data, notes=lines.notes + told)
