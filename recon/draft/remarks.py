"""Rows that are no lines: remarks, footers and sums without a word are left out; what may be a line is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.amounts import figures
from recon.draft.cells import label
from recon.draft.gaps import MEASURES, gaps
from recon.draft.status import both, not_in, quoted
from recon.read.cells.mapping import is_position
from recon.read.header import BLANK, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

NUMBERS = {
    "orders": ("po_number", "po_line"),
    "receipts": ("receipt_number", "po_number"),
    "invoices": ("invoice_number",),
}
LONGEST, MOST_WORDS = 80, 40
OUT, KEEP = "leave them out, they are no lines", "keep them, as rejects to mend"


def without_remarks(draft: Draft, interview: Interview) -> Draft:
    """Return the draft with a `where` that leaves out rows that no line can be: remarks and bare sums.

    Rows without the document's number and without a figure that say more than that are asked about.
    """
    names = {column: name for column, name in draft.columns.items() if not is_position(name)}
    there = {column.name for one, _ in draft.seen for column in _alone(one)}
    names = {column: name for column, name in names.items() if name in there}
    measures = [names[column] for column in MEASURES if column in names]
    numbers = [names[column] for column in NUMBERS.get(draft.table, ()) if column in names]
    if not measures or not numbers or draft.beside is not None:
        return draft
    for one, _ in draft.seen:
        filled = _filled(one)
        if filled.height:
            draft = _without_words(draft, one, filled, numbers)
            draft = _without_sums(draft, one, filled, measures, [n for n in names.values() if n not in measures])
            if not draft.distinct:  # of documents side by side a row may lack one
                draft = _without_idle(draft, one, filled, measures, numbers[0], interview)
    return draft


def _filled(one: Inspection) -> pl.DataFrame:
    """Return which cells of a file hold anything, by the names of its columns."""
    if one.raw is None or not one.raw.header:
        return pl.DataFrame()
    text = pl.all().str.strip_chars(BLANK)
    cells = one.raw.frame.select(pl.nth(column.position - 1).alias(column.name) for column in _alone(one))
    return cells.select((text.is_not_null() & (text != "")).fill_null(value=False))


def _alone(one: Inspection) -> list[Column]:
    """Return the columns that no other shares a name with: a condition can name them."""
    names = [fold(column.name) for column in one.columns]
    return [column for column in one.columns if names.count(fold(column.name)) == 1]


def _without_words(draft: Draft, one: Inspection, filled: pl.DataFrame, numbers: Sequence[str]) -> Draft:
    """Leave out rows of one cell of words: `End of report`."""
    alone = filled.select(pl.sum_horizontal(pl.all())).to_series() == 1
    for column in _alone(one):
        at = column.position - 1
        cells = one.raw.frame[:, at].str.strip_chars(BLANK) if one.raw is not None else pl.Series([], dtype=pl.String)
        single = cells.filter(alone & filled[column.name]).unique(maintain_order=True).to_list()
        group = column.name in numbers and one.raw is not None and bool(gaps(one.raw, at))
        group = group or column.name in {draft.columns.get(filled_down) for filled_down in draft.fill_down}
        words = [cell for cell in single if len(cell) < LONGEST and _is_remark(cell)] if not group else []
        words = [word for word in words if not (cells == word).filter(~alone).any()]
        if words and len(words) <= MOST_WORDS and not is_position(column.name):
            told = f"rows that say nothing but {', '.join(words)} are no lines, and left out"
            draft = _leaving(draft, not_in(column.name, words), told)
    return draft


def _is_remark(cell: str) -> bool:
    return not any(c.isdigit() for c in cell) or len(cell.split()) > 1


def _without_sums(
    draft: Draft, one: Inspection, filled: pl.DataFrame, measures: Sequence[str], others: Sequence[str]
) -> Draft:
    """Leave out rows that have figures alone, which are the sums of those above."""
    there = [name for name in others if name in filled.columns]
    measured = [name for name in measures if name in filled.columns]
    if not there or not measured:
        return draft
    bare = filled.select(~pl.any_horizontal(there) & pl.any_horizontal(measured)).to_series()
    rows = bare.arg_true().to_list()
    if not rows or len(rows) > MOST_WORDS or not all(_is_sum(draft, one, measured, row, bare) for row in rows):
        return draft
    where = "(" + " or ".join(f"{quoted(name)} is not null" for name in there) + ")"
    return _leaving(draft, where, "rows of figures alone are the sums of the others, and left out")


def _is_sum(draft: Draft, one: Inspection, measures: Sequence[str], row: int, bare: pl.Series) -> bool:
    """Return whether all figures of a row but its price are sums of the lines above it."""
    for name in measures:
        found = figures(draft, one, name)
        value = found[row]
        if value is not None and name != draft.columns.get("unit_price"):
            above = sum(v for v, sums in zip(found[:row], bare[:row], strict=True) if v is not None and not sums)
            if above != value:
                return False
    return True


def _without_idle(
    draft: Draft, one: Inspection, filled: pl.DataFrame, measures: Sequence[str], number: str, interview: Interview
) -> Draft:
    """Ask about rows that have neither the document's number nor a figure, and yet say something."""
    needed = [name for name in (number, *measures) if name in filled.columns]
    rows = filled.select(~pl.any_horizontal(needed) & (pl.sum_horizontal(pl.all()) > 1)).to_series()
    if one.raw is None or not rows.any():
        return draft
    places = one.raw.rows.filter(rows).to_list()
    shown = ", ".join(map(str, places[:3])) + (", ..." if places[3:] else "")
    what = f"{len(places)} row{'s' if places[1:] else ''} with neither {number} nor {measures[0]} (row {shown})"
    if interview.answer(f"{label(one)} has {what}. What are they?", (OUT, KEEP), f"{draft.place}.where") != OUT:
        return draft
    where = "(" + " or ".join(f"{quoted(name)} is not null" for name in needed) + ")"
    return _leaving(draft, where, f"rows with neither {number} nor a figure are left out, as was answered")


def _leaving(draft: Draft, where: str, told: str) -> Draft:
    if draft.where is not None and where in draft.where:
        return draft
    return replace(draft, where=both(draft.where, where), remarks=(*draft.remarks, told))
