"""Columns that no name tells but whose cells do: numbers of orders, words for credit notes and returns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells
from recon.draft.columns.ask import cells_of, choices_for, with_answer
from recon.draft.headings import concepts_of
from recon.draft.meanings import word_of
from recon.read.cells.words import meanings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way

AGAINST, SHORTEST_WORD, MOST_WORDS = ("credit_note", "return"), 5, 8
TELLING = {"receipts": ("movement",), "invoices": ("po_number", "document_type", "line_type")}
"""Columns that a file may lack, but without which goods sent back or a credit note would be read as the contrary."""


def with_telling_cells(draft: Draft, file: tuple[Inspection, Way], orders: Draft | None, interview: Interview) -> Draft:
    """Return the draft with columns that no name tells but whose cells do: orders' numbers, words for credit notes, ..."""
    one, way = file
    for column in TELLING.get(draft.table, ()):
        if column in {*draft.columns, *draft.defaults, *draft.above, *way.mapping}:
            continue
        known = cells_of(orders, "po_number") if column == "po_number" else frozenset(meanings(column))
        telling = [name for name in choices_for(one, way, draft, [(column,)]) if _tells(one, name, column, known)]
        telling += _texts_that_tell(one, draft, column, known) if column != "po_number" else []
        if telling:
            draft = _alone(with_answer(draft, one, column, telling, interview), column)
    return draft


def _texts_that_tell(one: Inspection, draft: Draft, column: str, known: frozenset[str]) -> list[str]:
    """Return what a heading calls an item or a text, and what holds nothing but words of that column: `Art` is a type, too."""
    texts = [draft.columns[text] for text in ("item", "description", "category") if text in draft.columns]
    return [name for name in texts if _tells(one, name, column, known)]


def _alone(draft: Draft, column: str) -> Draft:
    """Return the draft in which nothing else is what a person says is `column`."""
    name = draft.columns.get(column)
    return replace(
        draft, columns={key: value for key, value in draft.columns.items() if key == column or value != name}
    )


def _tells(one: Inspection, name: str, column: str, known: frozenset[str]) -> bool:
    found = cells(one, name)
    if column == "po_number":
        return not known.isdisjoint(found)
    words = [word_of(cell) for cell in found]
    paid = {"payment", "terms"} & concepts_of(name)[0]  # `Credit` is also a way to pay
    return bool(found) and (all(word in known for word in words) or (not paid and _says_contrary(words, column)))


def _says_contrary(words: Sequence[str], column: str) -> bool:
    """Return whether a few words say of some rows in letters that they count against the others: `Gutschrift`, `Returned`."""
    meant = meanings(column)
    against = [word for word in words if meant.get(word) in AGAINST and len(word) >= SHORTEST_WORD]
    return bool(against) and len(words) <= MOST_WORDS
