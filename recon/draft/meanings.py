"""Columns of words: what a word that recon does not know means is asked; a column that holds another thing is not read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells, label
from recon.draft.status import both, not_in
from recon.read.cells.words import MEANINGS, meanings
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.text import Draft

COLUMNS = ("movement", "document_type", "line_type")
MOST_ASKED = 6
"""A column with more unknown words than that is about something else."""
NO_ROW = "leave such rows out"


def with_meanings(draft: Draft, interview: Interview) -> Draft:
    """Return the draft whose columns of words hold words that mean something: told by `values` where a person says it."""
    for column in COLUMNS:
        name = draft.columns.get(column)
        unknown = _unknown(draft, column, name) if name else []
        if name is None or not unknown:
            continue
        other = next((c for c in COLUMNS if _could_be(draft, c, name)), None)
        known = len(_words(draft, name)) > len(unknown)
        if other is not None:
            draft = _renamed(draft, column, other)
        elif not known and column not in draft.parts and (len(unknown) == 1 or len(unknown) > MOST_ASKED):
            draft = _without(draft, column)
        else:
            for word in unknown[:MOST_ASKED]:
                draft = _asked(draft, column, name, word, interview)
    return draft


def without_states(draft: Draft) -> Draft:
    """Return the draft whose `closed` says yes or no: a column of other words (`OPEN`, `CLOSED FOR RECEIVING`) is a state."""
    name = draft.columns.get("closed")
    return _without(draft, "closed") if name and _unknown(draft, "closed", name) else draft


def _words(draft: Draft, name: str) -> list[str]:
    return list(dict.fromkeys(cell.casefold() for one, _ in draft.seen for cell in cells(one, name)))


def _unknown(draft: Draft, column: str, name: str) -> list[str]:
    found = {cell.casefold(): cell for one, _ in draft.seen for cell in reversed(cells(one, name))}
    known = {*meanings(column), *(word.casefold() for word in draft.values.get(column, ()))}
    return [cell for word, cell in reversed(found.items()) if word_of(word) not in known]


def word_of(cell: str) -> str:
    """Return a cell as words are listed: `Credit note` is credit_note; a sign alone is itself."""
    return cell if cell in {"+", "-"} else "_".join(cell.lower().replace("-", " ").replace("_", " ").split())


def _could_be(draft: Draft, column: str, name: str) -> bool:
    there = column in CANONICAL[draft.table].columns and column not in draft.columns
    return there and not _unknown(draft, column, name)


def _renamed(draft: Draft, column: str, other: str) -> Draft:
    columns = {(other if c == column else c): name for c, name in draft.columns.items()}
    ordered = {c: columns[c] for c in CANONICAL[draft.table].columns if c in columns}
    return replace(draft, columns=ordered, reasons={**draft.reasons, other: "by its words"})


def _without(draft: Draft, column: str) -> Draft:
    words = ", ".join(_words(draft, draft.columns[column])[:3])
    told = f"{draft.columns[column]} is not read: {words} says nothing of a {column.replace('_', ' ')}"
    columns = {c: name for c, name in draft.columns.items() if c != column}
    return replace(draft, columns=columns, remarks=(*draft.remarks, told))


def _asked(draft: Draft, column: str, name: str, word: str, interview: Interview) -> Draft:
    where = label(draft.seen[0][0])
    text = f"In {where} the column {name} says {word}. Which {column.replace('_', ' ')} is that?"
    answer = interview.answer(text, (*MEANINGS[column], NO_ROW), f"{draft.place}.values.{column}")
    if answer == NO_ROW:
        return replace(draft, where=both(draft.where, not_in(name, [word])))
    words = {**draft.values.get(column, {}), **({word: answer} if answer else {})}
    return replace(draft, values={**draft.values, column: words})
