"""Rows that say they are void: cancelled, reversed, drafts. Whether they are read is for a person to say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import cells, label, position
from recon.draft.gaps import NUMBERS
from recon.draft.words import calls_void, is_void, may_be_void
from recon.kinds import NUMBER
from recon.read.cells.mapping import is_position
from recon.read.cells.tidy import SUMS
from recon.read.cells.words import meanings
from recon.read.header import BLANK
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft

MOST_WORDS = 40
"""A column of states has few different ones."""
MINUS = r"^\s*[-−(]|-\s*$"
READ_ALL = "read all rows"


def with_status(draft: Draft, interview: Interview) -> Draft:
    """Return the draft with a `where` that leaves out what a person says is void; asks where a column says so."""
    for one, _ in draft.seen:
        for column in one.columns:
            states = cells(one, column.name)
            if calls_void(column.heading) and column.name not in draft.columns.values():
                draft = _flagged(draft, one, column, states, interview)
                continue
            if column.kind != "text" or len(states) > MOST_WORDS or column.name in _read(draft):
                continue
            states = [word for word in states if _words([word]) not in (draft.where or "")]  # already left out
            void, doubtful = ([word for word in states if test(word)] for test in (is_void, may_be_void))
            if void or doubtful:
                draft = _asked(draft, one, column.name, void, doubtful, interview)
    return draft


SUM_OF = re.compile(
    r"(?i)^(?:sub-?|zwischen|sous-)?(?:total(?:e|es|s)?|totaal|summe|suma|summa|razem|celkem)\b[\s:]*"
    r"(?:(?:for|of|für|pour|de|del|von|van|di|för|za)\b)?[\s:]*"
)
"""What stands before a document's number on the line of its sum: `Subtotal R-77`."""


def without_sums(draft: Draft) -> Draft:
    """Return the draft with a `where` that leaves out lines of sums: those that say `Total` where a number should stand.

    Elsewhere it may be a name or a line of its own, unless the document's number is blank wherever that is said.
    """
    types = CANONICAL[draft.table].columns
    numbers = {*CANONICAL[draft.table].of(NUMBER), *(c for c, dtype in types.items() if dtype.is_numeric())}
    for one, _ in draft.seen:
        there = {name for column, name in draft.columns.items() if column in numbers}
        for name in dict.fromkeys(draft.columns.values()):
            found = cells(one, name)
            sums = [
                cell for cell in found if re.search(SUMS, cell) or SUM_OF.sub("", cell, count=1) in {*found} - {cell}
            ]
            sums = sums if name in there else _without_number(draft, one, name, sums)
            if not sums or len(sums) > MOST_WORDS or is_position(name):
                continue
            where = not_in(name, sums)
            told = f"rows that say {', '.join(sums)} are sums, and left out"
            draft = replace(draft, where=both(draft.where, where), remarks=(*draft.remarks, told))
    return draft


def _without_number(draft: Draft, one: Inspection, name: str, words: Sequence[str]) -> list[str]:
    """Return those of the words in a column beside which a document's number never stands."""
    at, number = position(one, name), position(one, draft.columns.get(NUMBERS.get(draft.table, "")))
    if not words or one.raw is None or at is None or number is None or draft.fill_down:
        return []
    frame = one.raw.frame.select(pl.nth(at).alias("cell"), pl.nth(number).alias("number"))
    numbered = frame.with_columns(pl.all().str.strip_chars(BLANK)).filter(pl.col("number") != "")["cell"].unique()
    return [word for word in words if word not in numbered]


def not_in(name: str, words: Sequence[str]) -> str:
    """Return the condition that a column of the file says none of the words."""
    column = quoted(name)
    return f"({column} is null or {column} not in ({_words(words)}))"


def quoted(name: str) -> str:
    """Return a column of the file as a condition names it."""
    return '"' + name.replace('"', '""') + '"'


def _words(words: Sequence[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def both(first: str | None, second: str) -> str:
    """Return the condition that both hold."""
    return second if first is None else f"{first} and {second}"


def _read(draft: Draft) -> set[str]:
    """Return the columns of which the words have a meaning of their own."""
    words = ("movement", "document_type", "line_type", "match_policy", "closed", "description", "supplier_name", "item")
    return {name for column, name in draft.columns.items() if column in words}


def _asked(
    draft: Draft, one: Inspection, name: str, void: Sequence[str], doubtful: Sequence[str], interview: Interview
) -> Draft:
    choices = {f"leave out {' and '.join(words)}": words for words in _choices(void, doubtful)}
    what = ", ".join([*void, *doubtful])
    back = _take_back(draft, one, name, [*void, *doubtful])
    minus = " They have a minus: without them what they take back counts again." if back else ""
    text = f"In {label(one)} the column {name} says {what}.{minus} Are such rows to be read?"
    options = [*choices, READ_ALL] if void and not back else [READ_ALL, *choices]  # what is closed may well be billed
    chosen = interview.answer(text, options, f"{draft.place}.where")
    if chosen not in choices:
        return draft
    return replace(draft, where=both(draft.where, not_in(name, choices[chosen])))


def _take_back(draft: Draft, one: Inspection, name: str, words: Sequence[str]) -> bool:
    """Return whether rows with these words have a minus: they are entries of their own that take others back."""
    at, places = position(one, name), [position(one, draft.columns.get(column)) for column in ("quantity", "amount")]
    if one.raw is None or at is None:
        return False
    rows = one.raw.frame.filter(one.raw.frame[:, at].str.strip_chars(BLANK).is_in(list(words)))
    return any(rows[:, place].str.contains(MINUS).any() for place in places if place is not None)


def _flagged(draft: Draft, one: Inspection, column: Column, states: Sequence[str], interview: Interview) -> Draft:
    """Return the draft without the rows that a column named `is_cancelled` or `Storniert am` marks, if a person says so."""
    no = [cell for cell in states if meanings("truth").get(cell.casefold()) == "false"]
    marks = [cell for cell in states if cell not in no]
    flags = column.kind == "date" or all(len(cell) == 1 or cell.casefold() in meanings("truth") for cell in marks)
    if not marks or not flags or (column.filled == one.rows and not no):
        return draft
    shown = ", ".join(marks[:3]) + (", ..." if marks[3:] else "")
    text = f"In {label(one)} the column {column.name} marks rows ({shown}). Are such rows to be read?"
    out = "leave out what it marks"
    if interview.answer(text, (out, READ_ALL), f"{draft.place}.where") != out:
        return draft
    name = quoted(column.name)
    blank = f"{name} is null"
    return replace(draft, where=both(draft.where, f"({blank} or {name} in ({_words(no)}))" if no else blank))


def _choices(void: Sequence[str], doubtful: Sequence[str]) -> list[list[str]]:
    found = [[*void], [*void, *doubtful], [*doubtful]]
    return [words for n, words in enumerate(found) if words and words not in found[:n]]
