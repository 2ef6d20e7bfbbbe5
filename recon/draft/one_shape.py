"""Files of one source: those that share a way and a layout, or enough of it to be read together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import label
from recon.draft.ways import header_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.ways import Way

    Files = Sequence[tuple[Inspection, Way]]

EXTRAS = frozenset({"plant", "project", "cost_centre", "gl_account", "category", "buyer"})
"""Columns that files of one source may lack: no match goes by them unless the rules say so."""


SHAPES = "The {table} come in files of different shapes. Which are meant?", "of another shape"
SHEETS = (
    "The {table} stand in several sheets of one workbook, and some rows in more than one of them, or a sheet is hidden. Which is read?",
    "another sheet, which is not read",
)
"""What is asked, and what is said of the others."""


def of_one_shape(table: str, files: Files, interview: Interview) -> tuple[list[tuple[Inspection, Way]], list[str]]:
    """Return the files that share one way and layout, and what is left out."""
    shapes: dict[tuple[object, ...], list[tuple[Inspection, Way]]] = {}
    paths = [one.path for one, _ in files]
    for one, way in files:
        shapes.setdefault((*_shape(one, way), one.sheet if paths.count(one.path) > 1 else ""), []).append((one, way))
    halves = [shape for key, shape in shapes.items() if key[0] == "join" and len({way.role for _, way in shape}) == 1]
    left = [f"{label(one)}, what it is to be joined with is not here" for shape in halves for one, _ in shape]
    named = {", ".join(label(one) for one, _ in shape): shape for shape in shapes.values() if shape not in halves}
    if len(named) <= 1:
        return next(iter(named.values()), []), left
    if common := _in_common([pair for shape in named.values() for pair in shape]):
        return common, left
    sheets = len({_shape(one, way) for shape in named.values() for one, way in shape}) == 1
    every = [pair for shape in named.values() for pair in shape]
    if sheets and _are_parts(every):
        return every, left
    text, reason = SHEETS if sheets else SHAPES
    chosen = interview.answer(text.format(table=table), list(named)) or next(iter(named))
    others = [f"{label(one)}, {reason}" for name, shape in named.items() if name != chosen for one, _ in shape]
    return named[chosen], left + others


def sheets_of(files: Files) -> tuple[str, ...]:
    """Return the sheets that are read of each workbook of one source; none where it is one alone."""
    paths = [one.path for one, _ in files]
    found = tuple(dict.fromkeys(str(one.sheet) for one, _ in files if one.sheet is not None))
    return found if len(set(paths)) < len(paths) else ()


def _are_parts(files: Files) -> bool:
    """Return whether sheets of one table add up: same headings, the same sheets in each workbook, no row in two of them."""
    sheets = {path: tuple(one.sheet for one, _ in files if one.path == path) for path in (one.path for one, _ in files)}
    alike = len({header_of(one) for one, _ in files}) == 1 and len(set(sheets.values())) == 1
    plain = all(way.preset is None and way.role == "alone" and not way.flat for _, way in files)
    raws = [one.raw for one, _ in files if one.raw is not None]
    seen = len(raws) == len(files) and not any(
        "is hidden in the workbook" in note for raw in raws for note in raw.notes
    )
    if not (alike and plain and seen):
        return False
    rows = pl.concat([raw.frame.unique() for raw in raws])
    return not rows.is_duplicated().any()


def _in_common(files: Files) -> list[tuple[Inspection, Way]]:
    """Return files of one layout that differ only in columns that no match needs, with the columns they share; else nothing."""
    first, way = files[0]
    for one, other in files:
        again = one is not first and one.path == first.path
        if again or other.preset or other.role != "alone" or other.flat or other.missing or other.rivals:
            return []
    shared = {pair for pair in way.mapping.items() if all(pair in other.mapping.items() for _, other in files)}
    if any(column not in EXTRAS for _, other in files for column, _ in other.mapping.items() - shared):
        return []
    mapping = {column: name for column, name in way.mapping.items() if (column, name) in shared}
    return [(one, replace(other, mapping=mapping, used=tuple(mapping.values()))) for one, other in files]


def _shape(one: Inspection, way: Way) -> tuple[object, ...]:
    if way.role != "alone":
        return ("join", way.preset)
    if way.preset is not None:
        asked = header_of(one) if way.missing or way.twins else ()
        return ("preset", way.preset, asked, one.encoding, one.sheet)
    asked = header_of(one) if way.missing or way.rivals else ()
    return (tuple(sorted(way.mapping.items())), asked)
