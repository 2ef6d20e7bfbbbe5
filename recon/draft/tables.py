"""Inspected files -> which table each of them fills; what cannot be told from columns and names is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from recon.draft.cells import label
from recon.draft.file_names import says_bought, says_reversed
from recon.draft.flat import flat_ways
from recon.draft.headings import concepts_of, documents_of
from recon.draft.joined import joined_files
from recon.draft.suggest import is_likely
from recon.draft.synonyms import is_known
from recon.draft.ways import CLEAR_MARGIN, DOCUMENTS, Way, header_of, joined_presets, ways_of
from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection

LEAVE_OUT = "leave it out"
NO_ROWS = "it has a header but no rows"
COUNTS, NOT_COUNTED = "no, it counts: stop, the file is to say so", "yes, what it holds is not counted"
SAY_SO = "make its figures negative, or give it a column document_type or movement"
NUMBERS = {"receipts": "receipt_number", "invoices": "invoice_number"}
SHOWN_COLUMNS = 6
FEWEST_COLUMNS = 3
"""A document line has at least so many: its number, the order's, a quantity."""


@dataclass
class Sorted:
    """Table -> its files, each with the way in which it fills it; `left`: what is left out, and why."""

    tables: dict[str, list[tuple[Inspection, Way]]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def take(self, one: Inspection, way: Way) -> None:
        self.tables.setdefault(way.table, []).append((one, way))

    def leave(self, one: Inspection, reason: str) -> None:
        self.left.append(f"{label(one)}, {reason}")


def sorted_by_table(seen: Sequence[Inspection], interview: Interview) -> Sorted:
    """Return what each file holds; asks where that could be several tables, or cannot be told."""
    found, joined = Sorted(), joined_presets(seen)
    unknown: list[tuple[Inspection, list[Way]]] = []
    flat = _flat_files(seen, joined)
    for one in seen:
        if one.path in flat:
            for way in flat[one.path]:
                found.take(one, way)
            continue
        if one.other and one.said is None:
            found.leave(one, f"it looks like {one.other}")
            continue
        if one.raw is not None and not one.rows and one.raw.header and not _holds_no_table(one):
            found.leave(one, NO_ROWS)
            continue
        if one.second:
            asked = f"{label(one)} cannot be used: {one.second}. Put each table in a file or sheet of its own. Leave it out?"
            interview.answer(asked, (LEAVE_OUT,))
            found.leave(one, one.second)
            continue
        ways = _possible(one, ways_of(one, joined))
        settled = _settled(one, ways)
        against = says_reversed(one.path, one.sheet if one.sheets > 1 else None)
        if against and ways and not _shows_signs(one):
            _ask_to_leave(one, against, found, interview)
        elif settled is not None:
            found.take(one, settled)
        elif _holds_no_table(one):
            found.leave(one, "it holds no table")
        else:
            unknown.append((one, ways))
    alike: dict[tuple[object, ...], Inspection] = {}
    for one, ways in unknown:
        header = _header_way(one, ways_of(one, joined), found) or _by_own_number(ways, found)
        first = alike.setdefault((one.path if one.raw is None else "", header_of(one)), one)
        if header is not None:
            found.take(one, header)
        elif first is one:
            _ask_for_table(one, ways, found, interview)
        else:
            _like_the_first(one, first, ways, found)
    return found


def _ask_to_leave(one: Inspection, against: str, found: Sorted, interview: Interview) -> None:
    """Ask whether what counts against others may be left out, for it cannot be read as it is; raises SourceError where not."""
    text = f"The name of {label(one)} says {against}, and no sign and no column of it does. Is it left out?"
    answer = interview.answer(text, (COUNTS, NOT_COUNTED))
    if answer == COUNTS:
        raise SourceError(
            f"its rows are {against}, and nothing in them says so", label(one), f"To count them {SAY_SO}."
        )
    found.leave(one, f"its name says {against}, which are then not counted: {SAY_SO}, and draft again")


def _shows_signs(one: Inspection) -> bool:
    """Return whether a file says itself which of its rows count against others: by a minus or by words."""
    words = any(c.column in {"document_type", "movement"} for column in one.columns for c in column.candidates)
    texts = one.raw.frame.get_columns() if one.raw is not None else []
    places = [column.position - 1 for column in one.columns if column.kind == "number"]
    return words or any(texts[at].str.contains(r"^\s*[-−(]|-\s*$").any() for at in places)


def _like_the_first(one: Inspection, first: Inspection, ways: Sequence[Way], found: Sorted) -> None:
    """Take a file for what was said of the first that has the same columns."""
    table = next((table for table, files in found.tables.items() if any(other is first for other, _ in files)), None)
    if table is None:
        found.leave(one, "as was answered")
    else:
        found.take(one, next((way for way in ways if way.table == table), nothing_known(table, one)))


def _header_way(one: Inspection, ways: Sequence[Way], found: Sorted) -> Way | None:
    """Return the way of a file that its name calls orders (or another document), and that holds the headers of such lines.

    Where its name says nothing, it holds those of lines that lack something which it has.
    """
    said = one.said
    for way in ways:
        lines = found.tables.get(way.table, [])
        lacking = said is None and way.table in DOCUMENTS and any(each.missing for _, each in lines)
        joined = joined_files(way.table, [*lines, (one, way)]) if lacking or way.table == said else None
        if joined is not None and joined.header[0] is one and way.table in DOCUMENTS:
            return way
    return None


def _by_own_number(ways: Sequence[Way], found: Sorted) -> Way | None:
    """Return the way of a file whose number is called a receipt's or an invoice's, and that could be orders too, which others are."""
    own = _own_number(ways)
    others = {way.table for way in ways if not way.missing} - {way.table for way in own}
    return own[0] if len(own) == 1 and others <= {"orders"} and "orders" in found.tables else None


def _own_number(ways: Sequence[Way]) -> list[Way]:
    """Return the ways of receipts or invoices whose number is called theirs, and whose measures are not called an order's."""
    return [
        way
        for way in ways
        if way.table in NUMBERS and not way.missing and _says(way, NUMBERS[way.table]) == {way.table}
        if "orders" not in _says(way, "quantity") | _says(way, "amount")
    ]


def _says(way: Way, column: str) -> frozenset[str]:
    return documents_of(way.mapping.get(column, ""))


def _flat_files(seen: Sequence[Inspection], joined: Mapping[str, str]) -> dict[str, list[Way]]:
    """Return path -> the tables to read from it, for files that hold several side by side and no other file does."""
    ways = {one.path: flat_ways(one) for one in seen}
    plain = [one for one in seen if not ways[one.path]]
    others = {one.said for one in plain if one.raw is not None}
    others |= {way.table for one in plain if (way := _settled(one, _possible(one, ways_of(one, joined)))) is not None}
    flat = {path: [way for table, way in each.items() if table not in others] for path, each in ways.items() if each}
    return {path: each for path, each in flat.items() if len(each) > 1}


def _possible(one: Inspection, ways: Sequence[Way]) -> list[Way]:
    """Return the ways that a person could mean; a table that the name of the file says is always one of them."""
    said = one.said
    known = any(is_likely(way.table, way.mapping) for way in ways) or one.sheets == 1
    kept = [
        way
        for way in ways
        if way.table == said or not way.missing or (way.table in DOCUMENTS and _could_be_lines(one) and known)
        if way.table != "suppliers" or way.table == said or way.preset or _tells_of_suppliers(one, way)
    ]
    if said in DOCUMENTS and _could_be_lines(one) and all(way.table != said for way in kept):
        kept.append(nothing_known(said, one))
    return kept


def _tells_of_suppliers(one: Inspection, way: Way) -> bool:
    """Return whether a list of names is one of suppliers: a heading says so, or it has what only those have."""
    named = any("supplier" in concepts_of(name)[0] for name in header_of(one))
    return named or bool({"vat_id", "iban", "payment_terms", "aliases"} & way.mapping.keys())


def nothing_known(table: str, one: Inspection) -> Way:
    """Return the way of a file of which no column is known: all that the table needs is missing."""
    from recon.draft.suggest import missing_of

    return Way(table, missing=missing_of(table, {}), score=-float(len(one.columns)))


def _settled(one: Inspection, ways: Sequence[Way]) -> Way | None:
    """Return the one way that the columns leave, or that the file's name settles between close ones."""
    said = next((way for way in ways if way.table == one.said), None)
    if said is not None and said.table == "orders" and says_bought(one.path, one.sheet) and _own_number(ways):
        return None  # a list of purchases by the numbers of bills
    documents = said is not None and said.table in DOCUMENTS and is_likely(said.table, said.mapping)
    whole = [way for way in ways if not way.missing and (way.table in DOCUMENTS or not documents)]
    if said is not None and (said in whole or not whole):
        others = [way for way in ways if way is not said and not way.missing]
        return replace(said, also=tuple(way.table for way in others if _is_close(way, said)))
    if not ways or ways[0].score <= 0 or (whole and ways[0].missing):
        return None
    return ways[0] if said is None and not any(_is_close(way, ways[0]) for way in ways[1:]) else None


def _is_close(way: Way, first: Way) -> bool:
    """Return whether a file may as well be meant in another way: it scores, or explains, nearly as much, or is one of a pair."""
    if first.score - way.score < CLEAR_MARGIN:
        return True
    return not way.missing and (way.role != "alone" or len(way.used) >= len(first.used))


def _could_be_lines(one: Inspection) -> bool:
    return len(one.columns) >= FEWEST_COLUMNS and any(column.kind == "number" for column in one.columns)


def _holds_no_table(one: Inspection) -> bool:
    """Return whether a file is no export, but a letter or a note: one column, or no names that recon knows and no numbers."""
    if one.raw is None:
        empty = any("is empty" in obstacle.message for obstacle in one.obstacles)
        return empty or (one.kind == "workbook" and not one.header_row) or (one.kind == "text file" and not one.damaged)
    known = any(is_known(name) for name in header_of(one))
    if one.sheets > 1 and one.said is None and not _says_a_document(one):
        return True
    return len(one.columns) == 1 or not (known or _could_be_lines(one))


def _says_a_document(one: Inspection) -> bool:
    """Return whether the columns say which document, and how much of it: a sheet without that is a cover or a pivot."""
    return any(is_likely(way.table, way.mapping) for way in one.tables) or bool(one.presets)


def _ask_for_table(one: Inspection, ways: Sequence[Way], found: Sorted, interview: Interview) -> None:
    if one.raw is None:
        reason = one.obstacles[0].message if one.obstacles else "it has no columns"
        hint = f" {one.obstacles[0].hint}" if one.obstacles and one.obstacles[0].hint else ""
        interview.answer(f"{label(one)} cannot be used: {reason}.{hint} Leave it out?", (LEAVE_OUT,))
        found.leave(one, reason)
        return
    known = [way for way in ways if way.score > 0]
    if not known and (not _could_be_lines(one) or found.tables.keys() >= set(DOCUMENTS)):
        found.leave(one, "its columns are not those of a table that recon reads")
        return
    said = one.said
    tables = list(dict.fromkeys([*([said] if said else []), *(way.table for way in ways), *DOCUMENTS]))
    shown = [*header_of(one)[:SHOWN_COLUMNS], *(["..."] if len(one.columns) > SHOWN_COLUMNS else [])]
    text = f"What does {label(one)} hold? Its columns are {', '.join(shown)}."
    chosen = interview.answer(text, [*tables, LEAVE_OUT])
    if chosen == LEAVE_OUT:
        found.leave(one, "as was answered")
    elif chosen is not None:
        found.take(one, next((way for way in ways if way.table == chosen), nothing_known(chosen, one)))
