"""The same world: whether what events changed lets all parties be who they were, so that nobody need be looked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.match.resolve.resolve import received_groups
from recon.store.gathered import absent
from recon.store.world.anew import MOST_NEW, world_after
from recon.store.world.mentions import mentioned
from recon.store.world.tied import tied
from recon.store.world.world import MASTERS, World

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from recon.rules.rule import Rules
    from recon.store.intake import Taken
    from recon.store.keys import Keyring
    from recon.store.state import State
    from recon.store.world.mentions import Mention
    from recon.store.world.world import Group, Pair

ROW = {"party": pl.Int64, "po_key": TEXT, "company_key": TEXT}


def next_world(state: State, keys: Keyring, rules: Rules, before: World, taken: Taken) -> World:
    """Return the world after what was taken in: the one before where nobody can be another, else what `world_after` finds out.

    Rates and conversions say nothing of anybody. Nobody is another where each party is known and none of them gone, and each of the
    order numbers is named by one supplier, whom they do not decide, or by whom it was: no tie comes or goes. New bills that
    cite another's order tie groups, and no more.
    """
    if not taken.changed:
        return before
    masters = {document.table for document in taken.changed.values()}.intersection(MASTERS)
    if absent(state.has()) != before.masters.absent:
        return World.of(state, keys, rules)
    before = before.with_masters(state, masters - {"suppliers"})
    then, mentions = taken.named, mentioned(state, taken.changed)
    looks = {row[2] for row in (*then, *mentions) if row[2] is not None}
    query = "select distinct document, tbl, party, look, po_key, company_key from mention where look in"
    there = state.chosen(query, sorted(looks))
    around = {tuple(row[1:]) for row in there}
    before_ = {tuple(row[1:]) for row in there if row[0] not in taken.changed} | {r for r in then if r[2] is not None}
    known = "suppliers" not in masters and _all_known(state, before, then, mentions)
    matters, decisive = _matter(before, before_ | around) if known else (set(), set())
    changed = {row for row in before_ ^ around if row[2] in matters}
    if not known or any(row in before_ or row[0] == "order_lines" or row[2] in decisive for row in changed):
        return _anew(state, keys, rules, before, taken, before_, around)
    ordered = sorted(around, key=str)
    after = tied(before, ordered) if changed else before
    return after.with_moved(_moved(after, then, ordered))


def _anew(state: State, keys: Keyring, rules: Rules, before: World, taken: Taken, then: AbstractSet[Mention], around: AbstractSet[Mention]) -> World:  # fmt: skip
    told = world_after(state, keys, rules.suppliers, before, taken, then | around)
    if told is None:
        return World.of(state, keys, rules)
    after, more = told
    return after.with_moved(_moved(after, taken.named, sorted(around | more, key=str)))


def with_newcomers(state: State, keys: Keyring, rules: Rules, before: World, taken: Taken) -> World:
    """Return the world before as if the parties that what changed names for the first time had been known, and had named no
    number; itself where there are none, or too many that are new, or only all of them together tell who they are.
    """
    named = {(row[0], row[1]) for row in mentioned(state, taken.changed) if row[1] is not None and row[1] not in before.groups}  # fmt: skip
    if not 0 < len(named) <= MOST_NEW or any(document.table == "suppliers" for document in taken.changed.values()):
        return before
    return before.with_newcomers(state, keys, rules, named) or before


def _all_known(state: State, before: World, then: Sequence[Mention], mentions: Sequence[Mention]) -> bool:
    was, is_ = ({row[1] for row in rows if row[1] is not None} for rows in (then, mentions))
    if not is_ <= before.groups.keys():
        return False
    there = {row[0] for row in state.chosen("select distinct party from mention where party in", sorted(was - is_))}
    return was - is_ <= there


def _matter(before: World, rows: AbstractSet[Mention]) -> tuple[set[str], set[str]]:
    """Return the numbers (by look) that several suppliers name, or somebody whom the orders that he cites may decide; and the
    latter alone.
    """
    suppliers: dict[str, set[str]] = {}
    decisive: set[str] = set()
    for _, party, look, _, _ in rows:
        if party is not None and look is not None:
            suppliers.setdefault(look, set()).add(before.suppliers[party])
            decisive |= {look} if party in before.unsure else set()
    return decisive | {look for look, some in suppliers.items() if len(some) > 1}, decisive


def _moved(before: World, then: Sequence[Mention], around: Sequence[Mention]) -> dict[Pair, Group]:
    """Return the numbers on receipts that go with another group now, or with none."""
    groups = _received(before, around)
    asked = {(po, company) for table, _, _, po, company in (*then, *around) if table == "receipt_lines"}
    return {pair: groups.get(pair) for pair in asked if groups.get(pair) != before.group_of_number(pair)}


def _received(before: World, around: Sequence[Mention]) -> dict[Pair, str]:
    sides = {}
    for table in ("order_lines", "receipt_lines", "invoice_lines"):
        rows = [(party, po, company) for name, party, _, po, company in around if name == table]
        sides[table] = pl.DataFrame(rows, schema=ROW, orient="row").drop_nulls("po_key").unique()
    grouped = {t: sides[t].with_columns(pl.Series("group_id", [before.groups[p] for p in sides[t]["party"]], TEXT)) for t in ("order_lines", "invoice_lines")}  # fmt: skip
    numbers = sides["receipt_lines"].select("po_key", "company_key").unique()
    found = received_groups(numbers, grouped["order_lines"], grouped["invoice_lines"])
    return {
        (po, company): group for po, company, group in found.select("po_key", "company_key", "group_id").iter_rows()
    }
