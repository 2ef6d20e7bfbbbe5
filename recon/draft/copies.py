"""Files that hold the same lines, however they are written: one of them is read, or each line would count twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import label, trimmed
from recon.read.header import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection

FIRST = 20
LEFT, AGAIN = "yes, leave it out", "no, they are lines of their own"


def without_copies(seen: Sequence[Inspection]) -> tuple[list[Inspection], list[str]]:
    """Return the files of which none has the lines of another (the shortest name stays), and what is said of the others."""
    alike: dict[tuple[object, ...], list[Inspection]] = {}
    for one in sorted(seen, key=lambda one: (len(label(one)), label(one))):
        holds = one.raw is not None and one.rows
        names = _headings(one)
        key = (names, one.rows, one.above) if holds else (label(one),)  # lines of two documents may be equal
        alike.setdefault(key, []).append(one)
    told, left = [], []
    for files in (files for files in alike.values() if files[1:]):
        kept = [(files[0], _lines(files[0]))]
        for one in files[1:]:
            lines = _lines(one)
            first = next((other for other, others in kept if others.equals(lines)), None)
            if first is None:
                kept.append((one, lines))
            else:
                left.append(one)
                told.append(f"{label(one)}, the same lines as {label(first)}")
    return [one for one in seen if not any(one is other for other in left)], told


def without_parts(seen: Sequence[Inspection], interview: Interview) -> tuple[list[Inspection], list[str]]:
    """Return the files without those whose every line stands in a larger one too, if a person says so; and what is said of them."""
    alike: dict[tuple[str, ...], list[Inspection]] = {}
    for one in seen:
        if one.raw is not None and not one.above and one.rows > 1:
            alike.setdefault(_headings(one), []).append(one)
    left: list[Inspection] = []
    for files in (files for files in alike.values() if files[1:]):
        held = [(one, _lines(one)) for one in files]
        for one, lines in held:
            whole = next((o for o, theirs in held if o.path != one.path and _holds(theirs, lines)), None)
            if whole is not None and interview.answer(_asked(one, whole), (LEFT, AGAIN)) == LEFT:
                left.append(one)
    kept = [one for one in seen if not any(one is other for other in left)]
    return kept, [f"{label(one)}, all its lines stand in another file, too" for one in left]


def _asked(one: Inspection, whole: Inspection) -> str:
    told = f"All lines of {label(one)} stand in {label(whole)}, too, where each would count again."
    return f"{told} Is {label(one)} left out?"


def _holds(larger: pl.DataFrame, lines: pl.DataFrame) -> bool:
    """Return whether a larger file has all these lines; the first of them are looked for first."""
    if larger.height <= lines.height:
        return False
    return all(some.join(larger, on=larger.columns, how="anti").is_empty() for some in (lines.head(FIRST), lines))


def _headings(one: Inspection) -> tuple[str, ...]:
    return tuple(fold(column.name) for column in one.columns)


def _lines(one: Inspection) -> pl.DataFrame:
    """Return the cells of a file, trimmed, numbers without zeros at their end: a workbook holds 2.50 as 2.5."""
    if one.raw is None:
        return pl.DataFrame()
    places = [column.position - 1 for column in one.columns]
    found = trimmed(one.raw.frame.select(pl.nth(places)))
    return found.select(
        pl.all().str.replace(r"^(-?[0-9]+)\.0+$", "${1}").str.replace(r"^(-?[0-9]+\.[0-9]*[1-9])0+$", "${1}")
    )
