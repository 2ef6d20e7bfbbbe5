"""Closure: which documents are matched together with some that changed: those of the groups that their lines are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.store.mentions import look
from recon.store.world import LOOSE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from recon.store.state import State
    from recon.store.world import Pair, World

Group = str | None


def groups_of(state: State, world: World, documents: Iterable[int]) -> set[Group]:
    """Return the groups that the lines of documents are matched in; receipts of no order are in LOOSE."""
    query = "select distinct tbl, party, po_key, company_key from mention where document in"
    found: set[Group] = set()
    for table, party, po_key, company_key in state.chosen(query, documents):
        if table == "receipt_lines":
            found.add(world.received.get((po_key, company_key), LOOSE))
        elif party in world.groups:
            found.add(world.groups[party])
    return found


def documents_of(state: State, world: World, groups: AbstractSet[Group]) -> set[int]:
    """Return the documents with lines in these groups."""
    parties = [party for party, group in world.groups.items() if group in groups]
    pairs = [pair for pair, group in world.received.items() if group in groups]
    named = {row[0] for row in state.chosen("select distinct document from mention where party in", parties)}
    return named | receipts_of(state, pairs) | (_loose(state, world) if LOOSE in groups else set())


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


def _loose(state: State, world: World) -> set[int]:
    query = "select distinct document, po_key, company_key from mention where tbl = 'receipt_lines'"
    return {document for document, *pair in state.database.execute(query) if tuple(pair) not in world.received}
