"""What the API tells of a store: rows as the match gave them, amounts as text, a page at a time."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.codes import CODES, DECISIONS, SEVERITIES
from recon.ledger.summary import plain
from recon.result_tables import DISCREPANCIES, INVOICES
from recon.run.live.status import feeds_told, status
from recon.run.serve.query import cursor
from recon.run.serve.refused import RefusedError
from recon.run.serve.standing import behind
from recon.store.deliveries import changes as changed
from recon.store.positions import MEASURES, balances, positions_after
from recon.store.results import most_at_risk, results_after, results_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules.rule import Rules
    from recon.run.serve.query import Query
    from recon.store.results import Place
    from recon.store.store import Store
    from recon.tables import Table

Row = dict[str, Any]
LOOKED_AT = 5_000
"""How many rows of a page are looked at for a word; then it ends, and the next one goes on."""


def invoices(store: Store, asked: Query) -> Row:
    """Return invoices by key: of one decision, in which a word stands."""
    return invoices_of(store, asked, asked.word("decision", DECISIONS))


def invoices_of(store: Store, asked: Query, decision: str) -> Row:
    """Return invoices of a decision, or all where that is empty, by key."""
    after = asked.after(str) or ("",)
    rows = results_named(store.state, "invoices", after[0], decision, _looked_at(asked))
    return _with_word(asked, [([name], row) for name, row in rows])


def invoices_at_risk(store: Store, asked: Query, decision: str) -> Row:
    """Return invoices of a decision in which a word stands: the most at risk first, of those the oldest."""
    after = asked.after(float, str, str)
    return _with_word(asked, most_at_risk(store.state, decision, list(after) if after else None, _looked_at(asked)))


def _looked_at(asked: Query) -> int:
    return LOOKED_AT if asked.text("q") else asked.limit


def _with_word(asked: Query, rows: Sequence[tuple[Place, Row]]) -> Row:
    """Return a page of the rows that have the word asked for, and where the next one begins."""
    word = asked.text("q").casefold()
    found: list[Row] = []
    last: Place = []
    for place, row in rows:
        last = place
        if not word or word in _words(row):
            found.append(in_plain(row, INVOICES))
        if len(found) == asked.limit:
            break
    whole = len(found) < asked.limit and (not word or len(rows) < LOOKED_AT)
    return {"invoices": found, "next": None if whole else cursor(*last)}


SEARCHED = ("invoice_number", "supplier_id", "supplier_name", "company", "invoice_key", "codes")


def _words(row: Row) -> str:
    return " ".join(str(row.get(name, "")) for name in SEARCHED).casefold()


def discrepancies(store: Store, asked: Query) -> Row:
    """Return what was found by matches after an event, in the order of those."""
    seq, place = asked.after(int, int) or (asked.whole("since", 0), 2**62)
    rows = results_after(store.state, "discrepancies", seq, place, asked.limit)
    severity, code = asked.word("severity", SEVERITIES), asked.word("code", tuple(CODES))
    found = [{**in_plain(row, DISCREPANCIES), "seq": at} for at, _, row in rows if severity in ("", row.get("severity")) and code in ("", row.get("code"))]  # fmt: skip
    last = cursor(*rows[-1][:2]) if len(rows) == asked.limit else None
    return {"discrepancies": found, "next": last, "since": store.state.applied_seq}


def changes(store: Store, asked: Query) -> Row:
    """Return how verdicts turned after a change, in the order in which they did."""
    state, after = store.state, asked.whole("after", 0)
    if asked.text("outbox") not in ("", state.outbox_id):
        raise RefusedError(410, "the state was made again from the log: changes are counted anew, begin with after=0", outbox=state.outbox_id)  # fmt: skip
    found = changed(state, after, asked.limit)
    rows = [{"id": each.id, "seq": each.seq, "type": each.type, "subject": each.subject, "data": dict(each.data)} for each in found]  # fmt: skip
    return {"changes": rows, "outbox": state.outbox_id, "next": found[-1].id if found else after, "more": len(found) == asked.limit}  # fmt: skip


def commitments(store: Store, asked: Query) -> Row:
    """Return what orders commit to pay now, in all by currency and by order line."""
    return _of_measure(store, asked, "committed")


def accrual(store: Store, asked: Query) -> Row:
    """Return what was received and not invoiced now, in all by currency and by order line."""
    return _of_measure(store, asked, "accrued")


def _of_measure(store: Store, asked: Query, measure: str) -> Row:
    told = positions(store, asked, (measure,))
    return {measure: told["balances"][measure], "lines": told["lines"], "next": told["next"], "applied": store.state.applied_seq}  # fmt: skip


def positions(store: Store, asked: Query, measures: Sequence[str] = MEASURES) -> Row:
    """Return the balances by measure and currency, and the order lines of which one of the measures is not nil."""
    found = positions_after(store.state, measures, asked.after(str, str, int), asked.limit)
    now = {name: {c: format(a, "f") for c, a in amounts.items()} for name, amounts in balances(store.state).items()}
    more = cursor(*found[-1][0]) if len(found) == asked.limit else None
    return {"balances": now, "lines": [line for _, line in found], "next": more}


def feeds(rules: Rules) -> Callable[[Store, Query], Row]:
    """Return what tells how far each feed and the whole is."""

    def tell(store: Store, _asked: Query) -> Row:
        told = status(store)
        measures = {name: {c: format(a, "f") for c, a in amounts.items()} for name, amounts in told.balances.items()}
        own = {"feeds": feeds_told(store, rules), "outbox": dict(told.outbox), "balances": measures}
        return {**vars(told), **own, "lag": behind(store)}

    return tell


def dead(store: Store, _asked: Query) -> Row:
    """Return the documents that could not be applied, and why."""
    names = ("seq", "feed", "document", "why", "mend", "at")
    return {"dead": [dict(zip(names, row, strict=True)) for row in store.state.dead()]}


def as_json(value: Any) -> str:
    """Return JSON of what a view gives: decimals and days as text, in plain notation."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def in_plain(row: Row, table: Table) -> Row:
    """Return a row as it is kept with its numbers in plain notation: 60, not 60.000000."""
    numbers = {name for name, kind in table.columns.items() if isinstance(kind, pl.Decimal)}
    return {name: plain(Decimal(value)) if name in numbers and value is not None else value for name, value in row.items()}  # fmt: skip
