"""A row of units below the headings (`[EUR]`, `(pcs)`, `dd.mm.yyyy`): seen for what it is, and no line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.read.header import BLANK
from recon.read.raw import keep_rows
from recon.units import UNITS

if TYPE_CHECKING:
    from recon.read.raw import Raw

BRACKETED = re.compile(r"[\[(<{]\s*([^\[\](){}<>]{1,16}?)\s*[\])>}]")
PLAIN = re.compile(
    r"[€$£¥%]|-+|(?i:text|number|date|currency|d{1,2}[./-]m{1,2}[./-]y{2,4}|m{1,2}[./-]d{1,2}[./-]y{2,4}|yyyy-mm-dd)"
)


def units_below(raw: Raw) -> dict[str, str]:
    """Return heading -> the cell below it in the first row, where that row holds nothing but units.

    Nothing where a cell of it may be anything else, or no column of figures has its unit there.
    """
    if not raw.header or raw.frame.height < 2:
        return {}
    first = [(cell or "").strip(BLANK) for cell in raw.frame.row(0)]
    told = {raw.header[at]: cell for at, cell in enumerate(first[: len(raw.header)]) if cell and raw.header[at]}
    filled = [at for at, cell in enumerate(first) if cell]
    measured = any(_has_figures(raw.frame[1:, at]) for at in filled)
    whole = len(told) == len(filled) and all(map(unit_in, told.values()))
    return told if whole and measured else {}


def unit_in(cell: str) -> str:
    """Return the unit that a cell says, without brackets; "" where it says anything else."""
    inner = BRACKETED.fullmatch(cell)
    if inner is not None:
        return inner[1] if re.search(r"[^\W\d_]|[€$£¥%]", inner[1]) else ""
    known = "".join(filter(str.isalnum, cell.upper())) in {*MINOR_UNITS, *UNITS}
    return cell if known or PLAIN.fullmatch(cell) else ""


def _has_figures(below: pl.Series) -> bool:
    cells = below.str.strip_chars(BLANK).replace("", None).drop_nulls()
    return bool(len(cells)) and bool(cells.str.contains("[0-9]").all())


def without_units(raw: Raw) -> Raw:
    """Return the file without its first row."""
    return keep_rows(raw, pl.int_range(raw.frame.height, eager=True) > 0)
