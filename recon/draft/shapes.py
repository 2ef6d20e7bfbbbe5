"""What the shape of a file asks: rows that are cut short, and a block of names and values above the lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import label
from recon.draft.headings import LESS
from recon.draft.suggest import missing_of
from recon.draft.synonyms import candidates
from recon.read.header import fold
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

READ, CUT = "read them, the cells that they lack blank", "leave the file out, it is cut off"
TAKE, NOT = "yes, for every line", "no"


def with_short_rows(draft: Draft, one: Inspection, interview: Interview) -> Draft | None:
    """Return the draft that reads rows with fewer cells than the header, if a person says so; None where the file is cut off."""
    if not one.short:
        return draft
    first = next(each for each in one.obstacles if "short_rows" in each.hint)
    said = f"{first.where}: {first.message}{_text_of(one, first.where)}"
    text = f"{label(one)} has rows with fewer cells than its header ({said}). What are they?"
    answer = interview.answer(text, (READ, CUT), f"{draft.place}.csv")
    return None if answer == CUT else replace(draft, short_rows=True)


def _text_of(one: Inspection, where: str) -> str:
    """Return what stands first in the row of an obstacle, as a person reads it: that tells a footer from what is cut off."""
    row = where.rpartition(":")[2]
    if one.raw is None or not row.isdigit():
        return ""
    cells = [cell for line in one.raw.frame.filter(one.raw.rows == int(row)).rows() for cell in line if cell]
    return f", '{cells[0][:60]}'" if cells else ""


def block_columns(table: str, one: Inspection) -> Mapping[str, tuple[str, str]]:
    """Return canonical column -> (name, value) of what stands above the lines of a file."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in one.above:
        meant = [c.column for c in candidates(name) if c.table == table and c.score >= LESS]
        column = next((column for column in meant if column not in found), None)
        if column is not None:
            found[column] = (name, value)
    return {column: found[column] for column in CANONICAL[table].columns if column in found}


def _has(one: Inspection, name: str) -> bool:
    return any(fold(name) == fold(other) for other, _ in one.above)


def with_block(draft: Draft, one: Inspection, interview: Interview, others: Sequence[Inspection] = ()) -> Draft:
    """Return the draft with what stands above the lines, as defaults or of each file its own, if a person says that it holds.

    `others`: the other files of the source; what each of them has above its lines is taken.
    """
    given = {
        column: pair
        for column, pair in block_columns(draft.table, one).items()
        if column not in {*draft.columns, *draft.defaults} and all(_has(other, pair[0]) for other in others)
    }
    if not given or not missing_of(draft.table, draft.columns):
        return draft
    told = ", ".join(f"{name} {value}" for name, value in given.values())
    more = f" (and such a block in each of {len(others)} more)" if others else ""
    text = f"Above the lines of {label(one)} stands: {told}{more}. Does that hold for every line?"
    if interview.answer(text, (TAKE, NOT)) == NOT:
        return draft
    if others:
        return replace(draft, above={column: name for column, (name, _) in given.items()}, header_row=None)
    reasons = {column: f"{name} above the lines" for column, (name, _) in given.items()}
    defaults = {**draft.defaults, **{column: value for column, (_, value) in given.items()}}
    return replace(draft, defaults=defaults, reasons={**draft.reasons, **reasons})
