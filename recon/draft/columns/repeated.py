"""Columns of one name: mapped by their places, and asked which is meant where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.cells import cells, label, position
from recon.draft.columns.ask import NONE, with_column
from recon.draft.suggest import is_plausible
from recon.read.header import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

SHOWN = 3
"""So many cells are shown beside a column that is asked about."""


def with_repeated_names(draft: Draft, files: Sequence[Inspection], interview: Interview) -> Draft:
    """Return the draft in which a column whose name several have is mapped by its place; asks which is meant where they differ."""
    one = files[0]
    if len({tuple(column.name for column in each.columns) for each in files}) > 1:
        return draft
    for column, name in draft.columns.items():
        named = [seen for seen in one.columns if fold(seen.name) == fold(name)]
        alike = [f"#{seen.position}" for seen in named if is_plausible(draft.table, column, seen.kind)]
        if len(named) > 1 and alike:
            same = all(_equal(one, place, alike[0]) for place in alike)
            examples = {place: cells(one, place)[:SHOWN] for place in alike}
            text = f"In {label(one)} {len(alike)} columns are called {name}. Which is {column}?"
            where = f"{draft.place}.columns.{column}"
            chosen = alike[0] if same else interview.answer(text, [*alike, NONE], where, examples=examples)
            draft = with_column(draft, column, chosen)
    return draft


def _equal(one: Inspection, place: str, other: str) -> bool:
    first, second = position(one, place), position(one, other)
    if one.raw is None or first is None or second is None:
        return False
    return one.raw.frame.to_series(first).equals(one.raw.frame.to_series(second))
