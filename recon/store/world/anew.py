"""Anew: the world after events that may make somebody another, of what they touch: as `World.of` finds it out of all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.match.resolve.again import known_by
from recon.match.resolve.groups import components
from recon.match.resolve.name_twins import name_twins
from recon.match.resolve.parties import GIVEN, KEYS, keyed
from recon.match.resolve.resolve import Parties, doubts, order_ties, twin_ties
from recon.store.gathered import ledger
from recon.store.world.mentions import mentioned, newcomers
from recon.store.world.tied import named
from recon.store.world.who import Sides, Who
from recon.store.world.world import may_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.match.resolve.parties import Known
    from recon.rules.rule import SupplierRules
    from recon.store.intake import Taken
    from recon.store.keys import Keyring
    from recon.store.state import State
    from recon.store.world.mentions import Mention
    from recon.store.world.world import World
    from recon.tables import Sources

MOST_NEW = 200
"""Of more parties at once all are decided anew."""
OF = {"order_lines": "orders", "invoice_lines": "invoices"}


def world_after(state: State, keys: Keyring, rules: SupplierRules, before: World, taken: Taken, rows: Iterable[Mention]) -> tuple[World, set[Mention]] | None:  # fmt: skip
    """Return the world after what was taken in, without the numbers on receipts that moved, and what names the numbers of all
    whose groups were looked at. None where many are new.

    `rows`: what names the numbers that changed documents name or named, now or then. Decided again is who is new, of whom
    something else is known, and who cites these numbers and is not sure; grouped again is who hangs together with them, or did.
    """
    sides = _sides(state, keys, before, taken)
    if sides is None:
        return None
    masters = _masters(state, before, taken)
    was, is_ = known_by(before.parties.orders, before.masters.suppliers, rules), known_by(sides["order_lines"], masters.suppliers, rules)  # fmt: skip
    then = {table: getattr(before.parties, side) for table, side in OF.items()}
    decided = Who(state, rules, sides, was, is_).decided(then, rows, before.unsure)
    told = pl.concat([side.select("id", "supplier_key", may_turn()) for side in decided.values()])
    suppliers = dict(told.select("id", "supplier_key").iter_rows())
    ungrouped = _parties(before, decided, was, is_)
    ties = [_ties(known, parties) for known, parties in ((was, before.parties), (is_, ungrouped))]
    start = _concerned(before, suppliers, rows, ties)
    again, around = _grouped(state, before, suppliers, start, ties[1])
    groups = {party: group for party, group in before.groups.items() if party in suppliers} | again
    by_key = {suppliers[party]: group for party, group in groups.items()}
    parties = _with_groups(ungrouped, by_key, before.parties.orders.columns)
    ids = {table: side[["id", "party_mark"]] for table, side in sides.items()}
    doubted = frozenset(told.filter("unsure")["id"].to_list())
    return replace(before, masters=masters, parties=parties, ids=ids, groups=groups, suppliers=suppliers, unsure=doubted), around  # fmt: skip


def _sides(state: State, keys: Keyring, before: World, taken: Taken) -> Sides | None:
    """Return the parties of each table that lines name now; None where many are new."""
    here = {row[1]: row[0] for row in mentioned(state, taken.changed) if row[1] is not None}
    come = {party: table for party, table in here.items() if party not in before.groups}
    left = sorted({row[1] for row in taken.named if row[1] is not None} - here.keys())
    gone = set(left) - {row[0] for row in state.chosen("select distinct party from mention where party in", left)}
    found = {}
    for table, side in OF.items():
        new = newcomers(state, keys, [party for party, t in come.items() if t == table], table)
        there = getattr(before.parties, side).select("party", "party_mark", *GIVEN, *KEYS).join(before.ids[table], on="party_mark")  # fmt: skip
        there = there.filter(~pl.col("id").is_in(sorted(gone)))
        first = int(str(there["party"].max() or 0)) + 1
        numbered = keyed(new).with_columns(pl.int_range(first, first + new.height, dtype=pl.UInt32).alias("party"))
        found[table] = pl.concat([there, numbered.select(there.columns)])
    unique = not any(side["party_mark"].is_duplicated().any() for side in found.values())
    return found if unique and len(come) <= MOST_NEW else None


def _masters(state: State, before: World, taken: Taken) -> Sources:
    if all(document.table != "suppliers" for document in taken.changed.values()):
        return before.masters
    return replace(before.masters, suppliers=ledger(state.documents(tables=["suppliers"]), before.masters.absent).suppliers)  # fmt: skip


def _parties(before: World, decided: Sides, was: Known, is_: Known) -> Parties:
    """Return what is decided, with who is another's twin by name and by what is on file, and without groups."""
    sides = {OF[table]: side.drop("id") for table, side in decided.items()}
    keys = pl.concat([side["supplier_key"] for side in sides.values()]).unique()
    then = pl.concat([before.parties.orders["supplier_key"], before.parties.invoices["supplier_key"]]).unique()
    same = was.evidence.equals(is_.evidence) and set(keys) == set(then)
    twins = before.parties.name_twins if same else name_twins(is_, keys)
    least = components(keys, twin_ties(is_, sides["invoices"])).rename({"least": "supplier_group"})
    return replace(before.parties, name_twins=twins, **{n: s.join(least, on="supplier_key", how="left") for n, s in sides.items()})  # fmt: skip


def _ties(known: Known, parties: Parties) -> pl.DataFrame:
    """Return the ties of suppliers but those by order numbers."""
    return pl.concat([twin_ties(known, parties.invoices), parties.name_twins, doubts(parties.orders), doubts(parties.invoices)]).unique()  # fmt: skip


def _concerned(before: World, suppliers: Mapping[int, str], rows: Iterable[Mention], ties: Sequence[pl.DataFrame]) -> set[int]:  # fmt: skip
    """Return the parties that are new or another, name these numbers, or are tied otherwise; and who was in a group with such a one."""
    one, other = (set(each.iter_rows()) for each in ties)
    keys = {key for tie in one ^ other for key in tie}
    told = (before.suppliers, suppliers)
    found = {row[1] for row in rows if row[1] is not None} | {
        p for each in told for p, key in each.items() if key in keys
    }
    found |= {p for p in suppliers.keys() | before.suppliers.keys() if suppliers.get(p) != before.suppliers.get(p)}
    return (found | _with_groups_of(before, found)) & suppliers.keys()


def _with_groups_of(before: World, parties: Iterable[int]) -> set[int]:
    groups = {before.groups[party] for party in parties if party in before.groups}
    return {party for group in groups for party in before.parties_of[group]}


def _grouped(state: State, before: World, suppliers: Mapping[int, str], start: set[int], ties: pl.DataFrame) -> tuple[dict[int, str], set[Mention]]:  # fmt: skip
    """Return the group of each of some parties, and of all that they hang together with, or did; and what names their numbers."""
    of_key: dict[str, set[int]] = {}
    for party, key in suppliers.items():
        of_key.setdefault(key, set()).add(party)
    found = start.union(*(of_key[suppliers[party]] for party in start))
    while True:
        rows = _numbered(state, found)
        keys = sorted({suppliers[party] for party in found})
        tables = [named(suppliers, rows, table) for table in ("order_lines", "invoice_lines", "receipt_lines")]
        through = order_ties(tables[0], tables[1], tables[2].drop("supplier_key"))
        least = dict(components(pl.Series(keys, dtype=TEXT), pl.concat([ties, *through])).iter_rows())
        here = {least[key] for key in keys}
        with_them = set().union(*(of_key.get(key, ()) for key, group in least.items() if group in here))
        more = (with_them | _with_groups_of(before, with_them)) & suppliers.keys()
        if more <= found:
            return {party: least[suppliers[party]] for party in found}, rows
        found |= more.union(*(of_key[suppliers[party]] for party in more))


def _numbered(state: State, parties: Iterable[int]) -> set[Mention]:
    """Return all that names the order numbers (by look) that parties name."""
    looks = state.chosen("select distinct look from mention where look is not null and party in", sorted(parties))
    query = "select distinct tbl, party, look, po_key, company_key from mention where look in"
    return set(state.chosen(query, sorted({look for (look,) in looks})))


def _with_groups(parties: Parties, groups: Mapping[str, str], columns: Sequence[str]) -> Parties:
    """Return the parties in the groups of their suppliers."""
    least = pl.DataFrame({"supplier_key": list(groups), "group_id": list(groups.values())}, schema=dict.fromkeys(("supplier_key", "group_id"), TEXT))  # fmt: skip
    sides = (
        side.join(least, on="supplier_key", how="left").select(columns) for side in (parties.orders, parties.invoices)
    )
    return replace(parties, orders=next(sides), invoices=next(sides))
