"""A row of units below the headings is left out by a condition on one of its cells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.status import both, not_in

if TYPE_CHECKING:
    from recon.draft.text import Draft


def without_unit_rows(draft: Draft) -> Draft:
    """Return the draft that leaves out the rows of units which some of its files have."""
    names = [{column.name for column in one.columns} for one, _ in draft.seen]
    found: dict[str, list[str]] = {}
    for one, _ in draft.seen:
        name = next((name for name in one.units if all(name in each for each in names)), None)
        if name is not None:
            found.setdefault(name, []).append(one.units[name])
    for name, cells in found.items():
        told = f"rows of units ({', '.join(dict.fromkeys(cells))} below {name}) are no lines, and left out"
        where = both(draft.where, not_in(name, list(dict.fromkeys(cells))))
        draft = replace(draft, where=where, remarks=(*draft.remarks, told))
    return draft
