"""Rows that say they are void: cancelled, reversed, drafts. Whether they are read is for a person to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells, label
from recon.draft.words import is_void, may_be_void

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.inspect import Inspection
    from recon.draft.interview import Interview
    from recon.draft.text import Draft

MOST_WORDS = 40
"""A column of states has few different ones."""
READ_ALL = "read all rows"


def with_status(draft: Draft, interview: Interview) -> Draft:
    """Return the draft with a `where` that leaves out what a person says is void; asks where a column says so."""
    for one, _ in draft.seen:
        for column in one.columns:
            states = cells(one, column.name)
            if column.kind != "text" or len(states) > MOST_WORDS or column.name in _read(draft):
                continue
            void, doubtful = ([word for word in states if test(word)] for test in (is_void, may_be_void))
            if void or doubtful:
                draft = _asked(draft, one, column.name, void, doubtful, interview)
    return draft


def _read(draft: Draft) -> set[str]:
    """Return the columns of which the words have a meaning of their own."""
    words = ("movement", "document_type", "line_type", "match_policy", "closed", "description", "supplier_name", "item")
    return {name for column, name in draft.columns.items() if column in words}


def _asked(
    draft: Draft, one: Inspection, name: str, void: Sequence[str], doubtful: Sequence[str], interview: Interview
) -> Draft:
    choices = {f"leave out {' and '.join(words)}": words for words in _choices(void, doubtful)}
    what = ", ".join([*void, *doubtful])
    text = f"In {label(one)} the column {name} says {what}. Are such rows to be read?"
    chosen = interview.answer(text, [*choices, READ_ALL], f"{draft.place}.where")
    if chosen not in choices:
        return draft
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in choices[chosen])
    column = '"' + name.replace('"', '""') + '"'
    where = f"({column} is null or {column} not in ({listed}))"
    return replace(draft, where=where if draft.where is None else f"{draft.where} and {where}")


def _choices(void: Sequence[str], doubtful: Sequence[str]) -> list[list[str]]:
    found = [[*void], [*void, *doubtful], [*doubtful]]
    return [words for n, words in enumerate(found) if words and words not in found[:n]]
