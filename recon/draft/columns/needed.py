"""Columns that a source needs and no name tells: asked one by one, the likeliest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.cells import label
from recon.draft.columns.ask import NONE, affinity, ask_for, choices_for, examples_of, with_column
from recon.read.cells.mapping import ALTERNATIVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way


def with_needed(draft: Draft, file: tuple[Inspection, Way], interview: Interview) -> Draft | None:
    """Return the draft with the columns that it needs and no name gives; None where one of them is not in the file."""
    one, way = file
    for needed in way.missing:
        choices = _likeliest_first(_choices(draft.table, needed), one, way, draft)
        if interview.ask is None:
            if not _left_open(draft, file, needed, choices, interview):
                return None
            continue
        answered = _answered(draft, one, way, choices, interview)
        if answered is None:
            return None
        draft = answered
    return draft


def _left_open(
    draft: Draft, file: tuple[Inspection, Way], needed: str, choices: Sequence[Sequence[str]], interview: Interview
) -> bool:
    """Ask for the first column of the likeliest choice where nobody is there; False where no column could be it."""
    one, way = file
    options = choices_for(one, way, draft, [[column for column in choices[0] if column not in draft.columns]])
    options = options or choices_for(one, way, draft, choices)
    if not options:
        return False
    first = next(column for column in choices[0] if column not in draft.columns)
    options = options if len(options) > 1 else [*options, NONE]
    text, place = f"Which column of {label(one)} is {_said(first, needed)}?", f"{draft.place}.columns.{first}"
    interview.answer(text, options, place, examples=examples_of(one))
    return True


def _answered(
    draft: Draft, one: Inspection, way: Way, choices: Sequence[Sequence[str]], interview: Interview
) -> Draft | None:
    """Return the draft with the columns of the first choice that the file has whole."""
    for choice in choices:
        tried = draft
        for column in (column for column in choice if column not in {*draft.columns, *way.mapping}):
            options = choices_for(one, way, tried, [(column,)])
            chosen = ask_for(one, column, [*options, NONE], tried, interview) if options else NONE
            if chosen in {None, NONE}:
                break
            tried = with_column(tried, column, chosen)
        else:
            return tried
    return None


def _choices(table: str, needed: str) -> Sequence[Sequence[str]]:
    """Return what a missing column of a Way stands for: one column, or alternatives of which one is to be whole."""
    for choices in ALTERNATIVES.get(table, ()):
        if needed == " or ".join(" and ".join(choice) for choice in choices):
            return choices
    return ((needed,),)


def _said(first: str, needed: str) -> str:
    return first if first == needed else f"{first} (it lacks {needed})"


def _likeliest_first(choices: Sequence[Sequence[str]], one: Inspection, way: Way, draft: Draft) -> list[Sequence[str]]:
    """Return alternatives with those first that a heading comes near, and of which most is there; then the finer one."""

    def rank(choice: Sequence[str]) -> tuple[int, int, int]:
        absent = [column for column in choice if column not in draft.columns]
        near = [affinity(one, name, draft.table, c) for c in absent for name in choices_for(one, way, draft, [(c,)])]
        present = len(choice) - len(absent)
        enough = len(choices_for(one, way, draft, [absent])) >= len(absent)
        return -bool(max(near, default=0)), -present, -len(absent) if enough else 0

    return sorted(choices, key=rank)
