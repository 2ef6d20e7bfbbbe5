"""Closure: which documents are matched together with some that changed: whole groups, or what hangs together by orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.store.world.mentions import look
from recon.store.world.world import LOOSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from recon.store.state import State
    from recon.store.world.world import Group, Pair, World


MOST_CONNECTED, FEW_CONNECTED = 300, 20
"""How many documents may hang together with some that changed: so many, and so many more for each of those."""


def groups_of(state: State, world: World, documents: Iterable[int]) -> set[Group]:
    """Return the groups that the lines of documents are matched in; receipts of no order are in LOOSE."""
    return {group for group, _ in grouped(state, world, documents)}


def grouped(state: State, world: World, documents: Iterable[int]) -> set[tuple[Group, int]]:
    """Return the groups of documents, each with the document."""
    query = "select distinct document, tbl, party, po_key, company_key from mention where document in"
    found: set[tuple[Group, int]] = set()
    for document, table, party, po_key, company_key in state.chosen(query, documents):
        if table == "receipt_lines":
            found.add((world.group_of_number((po_key, company_key)), document))
        elif party in world.groups:
            found.add((world.groups[party], document))
    return found


def nowhere(state: State, world: World, documents: AbstractSet[int]) -> set[int]:
    """Return the documents that are receipts of orders that nobody could mean: there is nothing for them to look at."""
    found = grouped(state, world, sorted(documents))
    return {document for _, document in found} - {document for group, document in found if group is not LOOSE}


def documents_of(state: State, world: World, groups: AbstractSet[Group]) -> set[int]:
    """Return the documents with lines in these groups."""
    parties = [party for group in groups for party in world.parties_of.get(group, ())]
    named = documents_naming(state, parties)
    there = {row[0] for row in state.chosen("select distinct look from mention where look is not null and party in", parties)}  # fmt: skip
    query = "select distinct document, po_key, company_key from mention where tbl = 'receipt_lines' and look in"
    came = {document for document, *pair in state.chosen(query, sorted(there)) if world.group_of_number((pair[0], pair[1])) in groups}  # fmt: skip
    return named | came | (_loose(state, world) if LOOSE in groups else set())


def documents_naming(state: State, parties: Iterable[int]) -> set[int]:
    """Return the documents whose lines name these parties."""
    return {row[0] for row in state.chosen("select distinct document from mention where party in", parties)}


def receipts_of(state: State, pairs: Iterable[Pair]) -> set[int]:
    """Return the documents of receipts for these numbers (`po_key`, `company_key`)."""
    asked = set(pairs)
    query = "select distinct document, po_key, company_key from mention where tbl = 'receipt_lines' and look in"
    return {document for document, *pair in state.chosen(query, looks(po for po, _ in asked)) if tuple(pair) in asked}


def looks(numbers: Iterable[str | None]) -> list[str]:
    """Return the looks of order numbers, each once."""
    keys = pl.DataFrame({"po_key": sorted({n for n in numbers if n is not None})}, schema={"po_key": TEXT})
    return keys.select(look().unique().sort()).to_series().to_list()


def closed(state: State, world: World, documents: AbstractSet[int], groups: AbstractSet[Group]) -> set[int]:
    """Return the documents with all that they and the groups are matched with: whole groups, and nothing else of others."""
    found, asked = set(documents), set(groups)
    while True:
        asked |= groups_of(state, world, found)
        more = documents_of(state, world, asked) - found
        if not more:
            return found
        found |= more


def components(
    state: State, world: World, documents: AbstractSet[int], there: AbstractSet[str], numbers: AbstractSet[str]
) -> list[set[int]] | None:
    """Return, apart, what hangs together with some documents, with orders (by look) and with numbers, within their groups.

    Two do by an order that both name or are linked to, or by an invoice's or receipt's number. None: they are so many that
    their groups may as well be taken whole.
    """
    found, named, numbered = set(documents), set(there), set(numbers)
    most = MOST_CONNECTED + FEW_CONNECTED * len(found)
    while len(found) <= most:
        groups = groups_of(state, world, found)
        named |= _values(state, "select distinct look from mention where look is not null and document in", found)
        named |= _values(state, "select distinct look from linked where document in", found)
        numbered |= _values(state, "select distinct number from numbered where document in", found)
        by_look = _ids(state, "select distinct document from mention where look in", named)
        by_look |= _ids(state, "select distinct document from linked where look in", named)
        by_number = _ids(state, "select distinct document from numbered where number in", numbered) - found - by_look
        same = {document for group, document in grouped(state, world, by_number) if group in groups}
        more = (by_look | same) - found
        if not more:
            return _apart(found, _ties(state, world, found))
        found |= more
    return None


def _ties(state: State, world: World, documents: AbstractSet[int]) -> Iterator[tuple[int, object]]:
    """Yield each document with each order (by look) and each number within its group that it hangs on."""
    ids = sorted(documents)
    yield from state.chosen("select distinct document, look from mention where look is not null and document in", ids)
    yield from state.chosen("select distinct document, look from linked where document in", ids)
    groups: dict[int, list[Group]] = {}
    for group, document in grouped(state, world, ids):
        groups.setdefault(document, []).append(group)
    for document, number in state.chosen("select distinct document, number from numbered where document in", ids):
        yield from ((document, (group, number)) for group in groups.get(document, ()))


def _apart(documents: AbstractSet[int], ties: Iterable[tuple[int, object]]) -> list[set[int]]:
    """Return the documents in sets that no tie connects."""
    first: dict[int, int] = {document: document for document in documents}

    def root(document: int) -> int:
        while first[document] != document:
            first[document] = first[first[document]]
            document = first[document]
        return document

    by: dict[object, int] = {}
    for document, tie in ties:
        first[root(document)] = root(by.setdefault(tie, document))
    parts: dict[int, set[int]] = {}
    for document in sorted(documents):
        parts.setdefault(root(document), set()).add(document)
    return list(parts.values())


def near(state: State, document: int) -> set[int]:
    """Return the documents that name an order, or are linked to one, that a document does."""
    named = _values(state, "select distinct look from mention where look is not null and document in", [document])
    named |= _values(state, "select distinct look from linked where document in", [document])
    by_look = _ids(state, "select distinct document from mention where look in", named)
    return by_look | _ids(state, "select distinct document from linked where look in", named) | {document}


def _values(state: State, query: str, documents: Iterable[int]) -> set[str]:
    return {row[0] for row in state.chosen(query, sorted(documents))}


def _ids(state: State, query: str, values: Iterable[str]) -> set[int]:
    return {row[0] for row in state.chosen(query, sorted(values))}


def _loose(state: State, world: World) -> set[int]:
    query = "select distinct document, po_key, company_key from mention where tbl = 'receipt_lines'"
    rows = state.database.execute(query)
    return {document for document, *pair in rows if world.group_of_number((pair[0], pair[1])) is LOOSE}
