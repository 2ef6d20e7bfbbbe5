"""The world of a store: whom its documents name and who that is, and what every match is made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.match.resolve.resolve import resolve
from recon.store.documents import read_rejects
from recon.store.gathered import absent, ledger
from recon.store.mentions import SIDES, named
from recon.store.unit import Context
from recon.tables import REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recon.match.resolve.resolve import Parties
    from recon.rules.rule import Rules
    from recon.store.keys import Keyring
    from recon.store.state import State
    from recon.tables import Sources

MASTERS = ("suppliers", "conversions", "rates")
LOOSE = None
"""The group of receipts that no order could have."""
Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class World:
    """What holds for all documents at one place of the log.

    `groups`: the group of each party, by table and id; `received`: of each number (`po_key`, `company_key`) on receipts.
    """

    masters: Sources
    parties: Parties
    ids: Mapping[str, pl.DataFrame]
    groups: Mapping[int, str]
    received: Mapping[Pair, str]

    @classmethod
    def of(cls, state: State, keys: Keyring, rules: Rules) -> World:
        """Find out who all parties are, from all that documents name."""
        masters = ledger(state.documents(tables=MASTERS), absent(state.has()))
        told = named(state, keys)
        parties = resolve(told.register, masters.suppliers, rules.suppliers)
        sides = {"order_lines": parties.orders, "invoice_lines": parties.invoices}
        grouped = (sides[table].join(told.parties[table], on="party_mark").select("id", "group_id") for table in SIDES)
        received = {(po, company): group for po, company, group in parties.received.select("po_key", "company_key", "group_id").iter_rows()}  # fmt: skip
        return cls(masters, parties, told.parties, dict(pl.concat(grouped).iter_rows()), received)

    def context(self, state: State, keys: Keyring, rules: Rules) -> Context:
        """Return what the lines of a group are matched with."""
        masters = self.masters
        return Context(
            rules, self.parties, masters.conversions, masters.rates, all_rejects(state, keys), masters.absent
        )

    def changed_parties(self, before: World) -> set[int]:
        """Return the parties of which something else is decided than before, or that hang together with others."""
        found: set[int] = set()
        twins = pl.concat([self.parties.name_twins, before.parties.name_twins])
        lone = twins.filter(~twins.is_duplicated())
        of_twins = [*lone["one"].to_list(), *lone["other"].to_list()]
        for table, side in (("order_lines", "orders"), ("invoice_lines", "invoices")):
            new, old = getattr(self.parties, side), getattr(before.parties, side)
            told = new.drop("party", "weighed")
            same = told.join(old.select(told.columns), on=told.columns, how="semi", nulls_equal=True)
            other = new.filter(~pl.col("party_mark").is_in(same["party_mark"].implode()) | pl.col("supplier_key").is_in(of_twins))  # fmt: skip
            found.update(self.ids[table].join(other, on="party_mark", how="semi")["id"].to_list())
        return found

    def changed_numbers(self, before: World) -> set[Pair]:
        """Return the numbers on receipts that are matched in another group than before."""
        return {
            pair for pair in {*self.received, *before.received} if self.received.get(pair) != before.received.get(pair)
        }

    def differs_for_all(self, before: World) -> bool:
        """Return whether conversions, rates or what sources have at all differ: then every line may be another."""
        same = all(
            getattr(self.masters, name).equals(getattr(before.masters, name)) for name in ("conversions", "rates")
        )
        return not same or self.masters.absent != before.masters.absent


def all_rejects(state: State, keys: Keyring) -> pl.DataFrame:
    """Return the rejects of all documents."""
    return rejects_of(keys, (body for (body,) in state.database.execute("select body from reject")))


def rejects_of(keys: Keyring, sealed: Iterable[bytes]) -> pl.DataFrame:
    """Return REJECTS as they were sealed, in their order."""
    import json

    rows = [json.loads(keys.open(body, "reject")) for body in sealed]
    return (read_rejects(rows) if rows else REJECTS.empty()).sort("table", "source", "row")
