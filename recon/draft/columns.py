"""Which column of a file is one that recon needs: asked where its name does not tell, with some of its cells."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.cells import cells, label, position
from recon.draft.headings import concepts_of, documents_of
from recon.draft.suggest import is_plausible
from recon.read.cells.mapping import ALTERNATIVES
from recon.read.cells.words import meanings
from recon.read.header import BLANK, fold
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.inspection import Inspection
    from recon.draft.interview import Interview
    from recon.draft.text import Draft
    from recon.draft.ways import Way

NONE = "none of them"
FIRST_LINE = 100
MOST_OPTIONS = 12
"""So many columns are shown where no heading comes near what is asked for; any other may be typed."""
TOTALS = ("invoice_net", "invoice_total")
OF_ORDERS = {"po_number": "numbers", "item": "items"}
"""Columns of which other files have what the orders have."""
LINES, LINE = ("po_line", "receipt_line", "invoice_line"), re.compile(r"[0-9]{1,6}(?:\.[0-9]+)*")
"""Numbers of lines, and what one looks like."""
SHOWN = 3
"""So many cells are shown beside a column that is asked about."""
AGAINST, SHORTEST_WORD, MOST_WORDS = ("credit_note", "return"), 5, 8
TELLING = {"receipts": ("movement",), "invoices": ("po_number", "document_type", "line_type")}
"""Columns that a file may lack, but without which goods sent back or a credit note would be read as the contrary."""


def with_asked_columns(
    draft: Draft, file: tuple[Inspection, Way], interview: Interview, orders: Draft | None = None
) -> Draft | None:
    """Return the draft with the columns that the names leave open; None where one that is needed is not in the file.

    `orders`: which of several columns cites an order is settled where the numbers of orders stand in one of them alone.
    """
    one, way = file
    for column, rivals in way.rivals.items():
        names = (way.mapping[column], *rivals)
        known = _cells_of(orders, column) if column in OF_ORDERS else frozenset()
        citing = [name for name in names if not known.isdisjoint(cells(one, name))]
        if len(citing) == 1:
            told = {**draft.reasons, column: f"its cells are the orders' {OF_ORDERS[column]}"}
            draft = replace(_with(draft, column, citing[0]), reasons=told)
            continue
        if column == "item" and (numbered := _numbered(one, names)):
            draft = _with_text(_with(draft, column, numbered), [name for name in names if name != numbered])
            continue
        items = _cells_of(orders, "item") if column not in OF_ORDERS else frozenset()
        others = [name for name in names if items.isdisjoint(cells(one, name))]
        if column in LINES:
            others = [name for name in names if all(LINE.fullmatch(cell) for cell in cells(one, name))]
        if len(others) == 1:
            draft = _with(draft, column, others[0])
            continue
        draft = _with(draft, column, _ask(one, column, [way.mapping[column], *rivals], draft, interview))
    for needed in way.missing:
        choices = _likeliest_first(_choices(draft.table, needed), one, way, draft)
        if interview.ask is None:
            options = _unused(one, way, draft, [[column for column in choices[0] if column not in draft.columns]])
            options = options or _unused(one, way, draft, choices)
            if not options:
                return None
            options = options if len(options) > 1 else [*options, NONE]
            first = next(column for column in choices[0] if column not in draft.columns)
            text, place = f"Which column of {label(one)} is {_said(first, needed)}?", f"{draft.place}.columns.{first}"
            interview.answer(text, options, place, examples=_examples(one))
            continue
        answered = _answered(draft, one, way, choices, interview)
        if answered is None:
            return None
        draft = answered
    return draft


def with_telling_cells(draft: Draft, file: tuple[Inspection, Way], orders: Draft | None, interview: Interview) -> Draft:
    """Return the draft with columns that no name tells but whose cells do: orders' numbers, words for credit notes, ..."""
    one, way = file
    for column in TELLING.get(draft.table, ()):
        if column in {*draft.columns, *draft.defaults, *draft.above, *way.mapping}:
            continue
        known = _cells_of(orders, "po_number") if column == "po_number" else frozenset(meanings(column))
        telling = [name for name in _unused(one, way, draft, [(column,)]) if _tells(one, name, column, known)]
        telling += _texts_that_tell(one, draft, column, known) if column != "po_number" else []
        if telling:
            draft = _alone(with_answer(draft, one, column, telling, interview), column)
    return draft


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
            draft = _with(draft, column, chosen)
    return draft


def _equal(one: Inspection, place: str, other: str) -> bool:
    first, second = position(one, place), position(one, other)
    if one.raw is None or first is None or second is None:
        return False
    return one.raw.frame.to_series(first).equals(one.raw.frame.to_series(second))


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


def with_answer(draft: Draft, one: Inspection, column: str, likely: Sequence[str], interview: Interview) -> Draft:
    """Return the draft with that of the `likely` columns which a person says is `column`, if any is."""
    return _with(draft, column, _ask(one, column, [*likely, NONE], draft, interview))


def _cells_of(orders: Draft | None, column: str) -> frozenset[str]:
    """Return what stands in a column of the orders; nothing where there are none."""
    seen = orders.seen if orders is not None else ()
    names = orders.columns if orders is not None and not orders.preset else {}
    return frozenset(cell for one, mapping in seen for cell in cells(one, names.get(column, mapping.get(column))))


def _numbered(one: Inspection, names: Sequence[str]) -> str:
    """Return which column is the item's number (`Item No.`) beside one that is its text (`Item`); "" where that cannot be told."""
    called = [name for name in names if concepts_of(name)[0] & {"number", "code"}]
    texts = [name for name in names if name not in called and any(" " in cell for cell in cells(one, name))]
    return called[0] if len(called) == 1 and len(texts) == len(names) - 1 else ""


def _with_text(draft: Draft, names: Sequence[str]) -> Draft:
    """Return the draft with a column for the item's text, where it has none."""
    return draft if "description" in draft.columns else _with(draft, "description", names[0])


def _tells(one: Inspection, name: str, column: str, known: frozenset[str]) -> bool:
    found = cells(one, name)
    if column == "po_number":
        return not known.isdisjoint(found)
    words = [re.sub("[ _-]+", "_", cell.lower()) for cell in found]
    paid = {"payment", "terms"} & concepts_of(name)[0]  # `Credit` is also a way to pay
    return bool(found) and (all(word in known for word in words) or (not paid and _says_contrary(words, column)))


def _says_contrary(words: Sequence[str], column: str) -> bool:
    """Return whether a few words say of some rows in letters that they count against the others: `Gutschrift`, `Returned`."""
    meant = meanings(column)
    against = [word for word in words if meant.get(word) in AGAINST and len(word) >= SHORTEST_WORD]
    return bool(against) and len(words) <= MOST_WORDS


def unused(one: Inspection, way: Way, draft: Draft) -> list[str]:
    """Return the columns that nothing takes."""
    taken = {*way.used, *draft.columns.values()}
    return [column.name for column in one.columns if column.name not in taken and column.kind != "empty"]


def numbers_lines(one: Inspection, name: str, document: str) -> bool:
    """Return whether a column tells the rows of one document apart, by numbers that begin low."""
    at, whole = position(one, name), position(one, document)
    if one.raw is None or at is None or whole is None:
        return False
    cells = one.raw.frame.select(pl.nth(whole).alias("document"), pl.nth(at).str.strip_chars(BLANK).alias("line"))
    short = cells["line"].str.contains(r"^0*[0-9]{1,4}$").fill_null(value=False)
    return bool(short.all()) and not cells.is_duplicated().any() and _starts_low(cells)


def _starts_low(cells: pl.DataFrame) -> bool:
    first = cells.group_by("document").agg(pl.col("line").cast(pl.Int64, strict=False).min())["line"]
    return first.n_unique() <= 2 and bool((first <= FIRST_LINE).all())


def _answered(
    draft: Draft, one: Inspection, way: Way, choices: Sequence[Sequence[str]], interview: Interview
) -> Draft | None:
    """Return the draft with the columns of the first choice that the file has whole."""
    for choice in choices:
        tried = draft
        for column in (column for column in choice if column not in {*draft.columns, *way.mapping}):
            options = _unused(one, way, tried, [(column,)])
            chosen = _ask(one, column, [*options, NONE], tried, interview) if options else NONE
            if chosen in {None, NONE}:
                break
            tried = _with(tried, column, chosen)
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
        near = [_affinity(one, name, draft.table, c) for c in absent for name in _unused(one, way, draft, [(c,)])]
        present = len(choice) - len(absent)
        enough = len(_unused(one, way, draft, [absent])) >= len(absent)
        return -bool(max(near, default=0)), -present, -len(absent) if enough else 0

    return sorted(choices, key=rank)


def _affinity(one: Inspection, name: str, table: str, column: str) -> int:
    """Return how near a heading comes to a column, 0 to 100."""
    seen = next((seen for seen in one.columns if seen.name == name), None)
    scores = [c.score for c in seen.candidates if (c.table, c.column) == (table, column)] if seen else []
    return max(scores, default=0)


def _ask(one: Inspection, column: str, options: Sequence[str], draft: Draft, interview: Interview) -> str | None:
    text, place = f"Which column of {label(one)} is {column}?", f"{draft.place}.columns.{column}"
    others = [seen.name for seen in one.columns if seen.kind != "empty"] if len(options) > MOST_OPTIONS else []
    return interview.answer(text, options, place, examples=_examples(one), also=others)


def _with(draft: Draft, column: str, name: str | None) -> Draft:
    columns = {key: value for key, value in draft.columns.items() if key != column}
    if name is not None and name != NONE:
        columns = {key: value for key, value in columns.items() if key not in TOTALS or value != name}
        columns[column] = name
    ordered = {key: columns[key] for key in CANONICAL[draft.table].columns if key in columns}
    return replace(draft, columns=ordered)


def _unused(one: Inspection, way: Way, draft: Draft, choices: Sequence[Sequence[str]]) -> list[str]:
    """Return the columns that nothing else takes and whose cells can fill one of `choices`."""
    wanted = [column for choice in choices for column in choice]
    totals = {draft.columns.get(column) for column in TOTALS} if "amount" in wanted else set()
    taken = {*way.used, *draft.columns.values()} - totals
    found = [
        column.name
        for column in one.columns
        if column.name not in taken
        and column.kind != "empty"
        and any(is_plausible(draft.table, name, column.kind) for name in wanted)
    ]
    near = {name: max((_affinity(one, name, draft.table, c) for c in wanted), default=0) for name in found}
    others = {column.name for column in one.columns if documents_of(column.heading) - {draft.table}}
    ranked = sorted(found, key=lambda name: (name in others, -near[name]))
    return ranked if len(ranked) <= MOST_OPTIONS else ranked[: max(MOST_OPTIONS, sum(map(bool, near.values())))]


def _examples(one: Inspection) -> Mapping[str, Sequence[str]]:
    return {column.name: column.examples for column in one.columns}
