"""Tied: bills that cite another supplier's order make one group of two; nobody is another through that, and none is looked for again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.match.resolve.groups import components
from recon.match.resolve.resolve import order_ties
from recon.store.closure import documents_naming, documents_of, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.store.state import State
    from recon.store.world.mentions import Mention
    from recon.store.world.world import Group, World

MOST_RENAMED = 2_000
"""Documents of groups that go into others, of which it is looked for what they have in common with those."""
NUMBER = {"supplier_key": TEXT, "po_key": TEXT, "company_key": TEXT}


def tied(before: World, around: Sequence[Mention]) -> World:
    """Return the world in which the groups are one whose suppliers `around`, all that names some orders, ties.

    That is all that bills and receipts do which are new: nothing that was tied comes apart.
    """
    numbers = {
        table: named(before.suppliers, around, table) for table in ("order_lines", "invoice_lines", "receipt_lines")
    }
    pairs = order_ties(numbers["order_lines"], numbers["invoice_lines"], numbers["receipt_lines"].drop("supplier_key"))
    of = {before.suppliers[party]: before.groups[party] for _, party, *_ in around if party is not None}
    ties = [(of[one], of[other]) for each in pairs for one, other in each.select("one", "other").iter_rows()]
    return _renamed(before, components(pl.Series(sorted({*of.values()})), pl.DataFrame(ties, ["one", "other"], orient="row")))  # fmt: skip


def named(suppliers: Mapping[int, str], around: Iterable[Mention], table: str) -> pl.DataFrame:
    """Return which `supplier_key` (null on receipts) names which `po_key`, `company_key` in a table."""
    rows = [(suppliers.get(party) if party is not None else None, po, company) for name, party, _, po, company in around if name == table]  # fmt: skip
    return pl.DataFrame(rows, NUMBER, orient="row").drop_nulls("po_key").unique()


def _renamed(before: World, least: pl.DataFrame) -> World:
    renamed = {group: to for group, to in least.iter_rows() if group != to}
    if not renamed:
        return before
    groups = {**before.groups, **{party: to for group, to in renamed.items() for party in before.parties_of[group]}}
    sides = (each.with_columns(pl.col("group_id").replace(renamed)) for each in (before.parties.orders, before.parties.invoices))  # fmt: skip
    parties = replace(before.parties, orders=next(sides), invoices=next(sides))
    return replace(before, parties=parties, groups=groups, renamed=renamed)


def newly_together(state: State, world: World, before: World) -> set[int] | None:
    """Return the documents that may have another result because groups became one: those of strangers, whose keys name their
    group, and those that have an invoice's or receipt's number in common and were of several groups.

    None: there are too many to look for them.
    """
    moved = documents_of(state, before, set(world.renamed))
    if len(moved) > MOST_RENAMED:
        return None
    numbers = {row[0] for row in state.chosen("select distinct number from numbered where document in", sorted(moved))}
    alike = state.chosen("select distinct number, document from numbered where number in", sorted(numbers))
    was, is_ = (_groups(state, each, {document for _, document in alike}) for each in (before, world))
    met: dict[tuple[Group, str], set[int]] = {}
    for number, document in alike:
        for group in is_.get(document, set()) & set(world.renamed.values()):
            met.setdefault((group, number), set()).add(document)
    found = {document for some in met.values() if len(set().union(*(was[d] for d in some))) > 1 for document in some}
    strangers = [party for group in world.renamed for party in before.parties_of[group] if before.suppliers[party].startswith("?")]  # fmt: skip
    return found | documents_naming(state, strangers)


def _groups(state: State, world: World, documents: Iterable[int]) -> Mapping[int, set[Group]]:
    found: dict[int, set[Group]] = {}
    for group, document in grouped(state, world, sorted(documents)):
        found.setdefault(document, set()).add(group)
    return found
