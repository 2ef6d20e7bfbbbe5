"""Columns that are called dates, and whose cells recon cannot read as such: told, for a match then goes without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.draft.headings import READ
from recon.draft.synonyms import candidates
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from recon.draft.text import Draft


def unread_dates(draft: Draft) -> list[str]:
    """Return a remark for each date that a heading names, that no column gives, and whose cells are something else."""
    days = {c for c, dtype in CANONICAL[draft.table].columns.items() if dtype == pl.Date} - draft.columns.keys()
    found: dict[str, str] = {}
    for one, _ in draft.seen if draft.preset is None else ():
        for column in one.columns:
            meant = [c.column for c in candidates(column.name) if c.table == draft.table and c.score >= READ]
            if meant and meant[0] in days and column.kind == "text" and column.name not in draft.columns.values():
                shown = ", ".join(column.examples)
                found.setdefault(
                    meant[0], f"{column.name} is not read: its cells ({shown}) are no dates that recon knows"
                )
    return list(found.values())


def unread_figures(draft: Draft) -> list[str]:
    """Return a remark for each figure that a heading names, that no column gives, and whose cells are no numbers."""
    table = CANONICAL[draft.table]
    figures = {c for c, dtype in table.columns.items() if dtype.is_numeric()} - draft.columns.keys()
    taken = {*draft.columns.values(), *(part.of for part in draft.parts.values())}
    found: dict[str, str] = {}
    for one, _ in draft.seen if draft.preset is None else ():
        for column in one.columns:
            meant = [c.column for c in candidates(column.heading) if c.table == draft.table and c.score >= READ]
            if meant and meant[0] in figures and column.kind == "text" and column.name not in taken:
                told = f"{column.name} is not read as {meant[0]}: its cells ({', '.join(column.examples)}) are not all numbers"
                found.setdefault(meant[0], told)
    return list(found.values())
