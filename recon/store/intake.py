"""Intake: what events say becomes documents, mentions, rejects and positions; what they touch is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from recon.match.keys import document_key, number_key
from recon.store.documents import written
from recon.store.gathered import ledger
from recon.store.outcome import UNMATCHED
from recon.store.positions import at_once, replace_positions
from recon.store.rated import keep_rated
from recon.store.state import Result
from recon.store.unit import normalised
from recon.store.world.mentions import Mention, look, mention, mentioned

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from recon.rules.rule import Rules
    from recon.store.documents import Body
    from recon.store.events import Logged
    from recon.store.keys import Keyring
    from recon.store.state import Kept, State
    from recon.store.world.world import Group, World

LINES = ("orders", "receipts", "invoices")


@dataclass
class Taken:
    """What changed: documents (by id); what their lines named, which numbers they had and to which orders (by look) they
    were linked before; and what their rejects reach, then and now.
    """

    changed: dict[int, Kept] = field(default_factory=dict)
    named: list[Mention] = field(default_factory=list)
    cited: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    looks: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    reaches_all: bool = False

    @property
    def lines(self) -> set[int]:
        """The changed documents whose lines are matched."""
        return {document.id for document in self.changed.values() if document.table in LINES}

    def groups_before(self, world: World) -> set[Group]:
        """Return the groups in which the changed documents were matched until now."""
        found: set[Group] = set()
        for table, party, _, po_key, company_key in self.named:
            if table == "receipt_lines":
                found.add(world.group_of_number((po_key, company_key)))
            elif party is not None and party in world.groups:
                found.add(world.groups[party])
        return found

    def reached(self, state: State) -> set[int]:
        """Return the documents that rejects hold, or held."""
        by_look = state.chosen("select distinct document from mention where look in", sorted(self.looks))
        by_number = state.chosen("select distinct document from numbered where number in", sorted(self.numbers))
        return {row[0] for row in [*by_look, *by_number]}


def take_in(state: State, keys: Keyring, rules: Rules, told: Sequence[tuple[Logged, Body]]) -> Taken:
    """Keep what events say, each a document's last version or nothing; return what changed."""
    taken = Taken()
    for logged, body in told:
        kept = state.put(logged, _placed(body, logged.seq))
        if kept is not None:
            taken.changed[kept.id] = kept
    ids = sorted(taken.changed)
    taken.named = mentioned(state, ids)
    taken.cited = {row[0] for row in state.chosen("select number from numbered where document in", ids)}
    taken.linked = {row[0] for row in state.chosen("select look from linked where document in", ids)}
    _note_rejects(taken, state.chosen("select look, number from reject where document in", ids))
    for table in ("mention", "numbered", "rated", "reject"):
        state.forget(table, ids)
    _take_lines(state, keys, rules, taken)
    taken.reaches_all |= any(d.body.rejects for d in taken.changed.values() if d.table in ("suppliers", "conversions"))
    return taken


def _placed(body: Body, seq: int) -> Body:
    """Return lines and rejects with the event that gave them in their `source`, so that no two have one place."""
    lines, rejects = (tuple({**row, "source": f"{row['source']}#{seq}"} for row in rows) for rows in (body.lines, body.rejects))  # fmt: skip
    return replace(body, lines=lines, rejects=rejects)


def _take_lines(state: State, keys: Keyring, rules: Rules, taken: Taken) -> None:
    """Keep what the lines of changed documents name, what of them are rejects, and what their orders commit to."""
    documents = list(taken.changed.values())
    of = {row["source"]: d.id for d in documents for row in (*d.body.lines, *d.body.rejects)}
    sources = ledger(documents, frozenset())
    normal, _ = normalised(sources, rules)
    mention(state, keys, normal, of)
    keep_rated(state, normal.invoice_lines, of, rules.base_currency)
    _keep_rejects(state, keys, normal.rejects, of, taken)
    left = [Result(of[row["source"]], "left_out", None, None, row) for row in written(normal.left_out)]
    rejects = [Result(of[row["source"]], "rejects", None, None, row) for row in written(normal.rejects)]
    state.replace_results(UNMATCHED, taken.changed, [*left, *rejects], max((d.seq for d in documents), default=0))
    orders = normal.order_lines.iter_rows(named=True)
    replace_positions(state, taken.changed, [at_once(of[line["source"]], line) for line in orders])


def _keep_rejects(state: State, keys: Keyring, rejects: pl.DataFrame, of: dict[str, int], taken: Taken) -> None:
    """Keep rejects by what they reach: an order's number, an invoice's."""
    if rejects.is_empty():
        return
    numbered = rejects.with_columns(number_key("po_number").alias("po_key"))
    told = numbered.select(look().alias("look"), document_key("invoice_number").alias("number"))
    rows = list(zip(told.rows(), written(rejects), strict=True))
    _note_rejects(taken, [names for names, _ in rows])
    sealed = [(of[row["source"]], *names, keys.seal(json.dumps(row).encode(), "reject")) for names, row in rows]
    state.database.executemany("insert into reject values (?, ?, ?, ?)", sealed)


def _note_rejects(taken: Taken, rows: Sequence[tuple[Any, ...]]) -> None:
    taken.looks.update(look_ for look_, _ in rows if look_ is not None)
    taken.numbers.update(number for _, number in rows if number is not None)
