"""The world of a store: whom its documents name and who that is, and what every match is made with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import TEXT
from recon.match.resolve.grow import grown
from recon.match.resolve.resolve import ANSWERS, resolve
from recon.store.documents import read_rejects
from recon.store.gathered import absent, ledger
from recon.store.unit import Context
from recon.store.world.mentions import SIDES, named, newcomers
from recon.tables import REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.match.resolve.resolve import Parties
    from recon.rules.rule import Rules
    from recon.store.keys import Keyring
    from recon.store.state import State
    from recon.tables import Sources

MASTERS = ("suppliers", "conversions", "rates")
Group = str | None
Pair = tuple[str | None, str | None]
LOOSE: Group = None
"""The group of receipts that no order could have."""


@dataclass(frozen=True)
class World:
    """What holds for all documents at one place of the log.

    `groups` and `suppliers`: the group of each party and its supplier, by the party's id; `unsure`: the parties of which
    the orders that they cite may decide who they are. `received`: the group of each number (`po_key`, `company_key`) on
    receipts; `moved`: what is other in it than before, `renamed`: which groups are part of others now, until that is settled.
    """

    masters: Sources
    parties: Parties
    ids: Mapping[str, pl.DataFrame]
    groups: Mapping[int, str]
    suppliers: Mapping[int, str]
    unsure: frozenset[int]
    received: dict[Pair, str]
    moved: Mapping[Pair, Group] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, state: State, keys: Keyring, rules: Rules) -> World:
        """Find out who all parties are, from all that documents name."""
        masters = ledger(state.documents(tables=MASTERS), absent(state.has()))
        told = named(state, keys)
        parties = resolve(told.register, masters.suppliers, rules.suppliers)
        sides = {"order_lines": parties.orders, "invoice_lines": parties.invoices}
        who = pl.concat([sides[t].join(told.parties[t], on="party_mark").select("id", "group_id", "supplier_key", may_turn()) for t in SIDES])  # fmt: skip
        received = parties.received.select("po_key", "company_key", "group_id").iter_rows()
        return cls(
            masters,
            replace(parties, received=parties.received.clear(), groups=parties.groups.clear()),
            told.parties,
            dict(who.select("id", "group_id").iter_rows()),
            dict(who.select("id", "supplier_key").iter_rows()),
            frozenset(who.filter("unsure")["id"].to_list()),
            {(po_key, company_key and intern(company_key)): intern(group) for po_key, company_key, group in received},
        )

    def with_newcomers(self, state: State, keys: Keyring, rules: Rules, new: Iterable[tuple[str, int]]) -> World | None:
        """Return the world in which parties (table, id) are known that name no order number yet; None where that may be another world."""
        of = {table: newcomers(state, keys, [i for t, i in new if t == table], table) for table in SIDES}
        if any(some["party_mark"].is_in(self.ids[table]["party_mark"].implode()).any() for table, some in of.items()):
            return None
        parties = grown(self.parties, of["order_lines"].drop("id"), of["invoice_lines"].drop("id"), self.masters.suppliers, rules.suppliers)  # fmt: skip
        if parties is None:
            return None
        decided = {"order_lines": parties.orders, "invoice_lines": parties.invoices}
        who = pl.concat([decided[t].join(of[t], on="party_mark").select("id", "group_id", "supplier_key", may_turn()) for t in SIDES])  # fmt: skip
        ids = {table: pl.concat([known, of[table].select(known.columns)]) for table, known in self.ids.items()}
        groups = {**self.groups, **dict(who.select("id", "group_id").iter_rows())}
        suppliers = {**self.suppliers, **dict(who.select("id", "supplier_key").iter_rows())}
        unsure = self.unsure | frozenset(who.filter("unsure")["id"].to_list())
        return replace(self, parties=parties, ids=ids, groups=groups, suppliers=suppliers, unsure=unsure)

    @cached_property
    def parties_of(self) -> Mapping[Group, list[int]]:
        """The parties of each group."""
        found: dict[Group, list[int]] = {}
        for party, group in self.groups.items():
            found.setdefault(group, []).append(party)
        return found

    def group_of_number(self, pair: Pair) -> Group:
        """Return the group in which receipts of a number are matched."""
        if pair in self.moved:
            return self.moved[pair]
        group = self.received.get(pair, LOOSE)
        return self.renamed.get(group, group) if group is not None else group

    def with_moved(self, moved: Mapping[Pair, Group]) -> World:
        """Return the world in which some numbers on receipts are matched in other groups than before."""
        return replace(self, moved=moved) if moved else self

    def settled(self) -> World:
        """Return the world with what moved in its place; to be called when it is durable, for it changes what was before."""
        for pair, part in self.received.items() if self.renamed else ():
            self.received[pair] = self.renamed.get(part, part)
        for pair, group in self.moved.items():
            if group is None:
                self.received.pop(pair, None)
            else:
                self.received[pair] = group
        return replace(self, moved={}, renamed={}) if self.moved or self.renamed else self

    def context(self, state: State, keys: Keyring, rules: Rules, documents: Iterable[int]) -> Context:
        """Return what the lines of some documents are matched with."""
        query = "select distinct po_key, company_key from mention where tbl = 'receipt_lines' and document in"
        pairs = sorted({(po, company) for po, company in state.chosen(query, sorted(documents))}, key=str)
        rows = [(po, company, group) for po, company in pairs if (group := self.group_of_number((po, company))) is not None]  # fmt: skip
        schema = dict.fromkeys(("po_key", "company_key", "group_id"), TEXT)
        parties = replace(self.parties, received=pl.DataFrame(rows, schema=schema, orient="row"))
        masters = self.masters
        return Context(rules, parties, masters.conversions, masters.rates, all_rejects(state, keys), masters.absent)

    def changed_parties(self, before: World) -> set[int]:
        """Return the parties of which something else is decided than before, or that hang together with others."""
        found: set[int] = set()
        if self.parties is before.parties:
            return found
        twins = pl.concat([self.parties.name_twins, before.parties.name_twins])
        lone = twins.filter(~twins.is_duplicated())
        of_twins = [*lone["one"].to_list(), *lone["other"].to_list()]
        for table, side in (("order_lines", "orders"), ("invoice_lines", "invoices")):
            new, old = getattr(self.parties, side), getattr(before.parties, side)
            told = new.select("party_mark", *ANSWERS, "group_id")
            same = told.join(old, on=told.columns, how="semi", nulls_equal=True)
            other = new.filter(~pl.col("party_mark").is_in(same["party_mark"].implode()) | pl.col("supplier_key").is_in(of_twins))  # fmt: skip
            found.update(self.ids[table].join(other, on="party_mark", how="semi")["id"].to_list())
        return found

    def changed_numbers(self, before: World) -> set[Pair]:
        """Return the numbers on receipts that are matched in another group than before."""
        if self.received is before.received:
            return set(self.moved)
        pairs = {*self.received, *before.received}
        return {pair for pair in pairs if self.received.get(pair) != before.received.get(pair)}

    def with_masters(self, state: State, tables: Iterable[str]) -> World:
        """Return the world with the conversions, or rates, that the state has now."""
        asked = sorted(tables)
        told = ledger(state.documents(tables=asked), self.masters.absent) if asked else None
        return replace(self, masters=replace(self.masters, **{t: getattr(told, t) for t in asked})) if told else self

    def differs_for_all(self, before: World) -> bool:
        """Return whether conversions or what sources have at all differ: then every line may be another."""
        mine, theirs = self.masters, before.masters
        return not mine.conversions.equals(theirs.conversions) or mine.absent != theirs.absent


def may_turn() -> pl.Expr:
    """Return of decided parties whether the orders that they cite may decide who they are."""
    decided = pl.col("supplier_state").is_null() & (pl.col("method") != "order") & pl.col("weighed").is_null()
    nobody = pl.col("supplier_state") == "supplier_unknown"  # among nobody the orders that he cites cannot choose
    return (~(decided | nobody)).fill_null(value=True).alias("unsure")


def all_rejects(state: State, keys: Keyring) -> pl.DataFrame:
    """Return the rejects of all documents, in their order."""
    rows = [json.loads(keys.open(body, "reject")) for (body,) in state.database.execute("select body from reject")]
    return (read_rejects(rows) if rows else REJECTS.empty()).sort("table", "source", "row")
