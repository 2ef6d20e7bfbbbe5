"""Changes: which verdicts a match turned, put into the outbox for whoever wants to be told."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.ledger.summary import plain
from recon.store.outcome import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.store.outcome import Turned
    from recon.store.state import State

DECIDED, WITHDRAWN = "recon.invoice.decided", "recon.invoice.withdrawn"
TOLD = ("invoice_key", "company", "supplier_id", "invoice_number", "document_type", "invoice_date", "currency", "amount", "amount_at_risk", "decision", "codes")  # fmt: skip
"""What is told of an invoice: nothing of banks, no prose."""
AMOUNTS = ("amount", "amount_at_risk")
"""What of it is told in plain notation: 2005, as the API says, not 2005.000000."""


def tell_changes(state: State, turned: Turned, seq: int) -> None:
    """Put each invoice whose decision or codes are others than before into the outbox, and each that is gone."""
    name = NAMES["invoices"]
    standing = {row[name]: row for row in turned.before}
    told = [(row[name], DECIDED, _event(row, standing.get(row[name]))) for row in turned.after if _differs(row, standing.get(row[name]))]  # fmt: skip
    gone = {row[name] for row in turned.after}
    told += [(key, WITHDRAWN, _event(row, None)) for key, row in standing.items() if key not in gone]
    _put(state, seq, told)


def carry_over(old: State, new: State, seq: int) -> None:
    """Let a new generation of the state go on where the old one ends: its changes, and those that other rules make.

    What waits for delivery is in it, with the ids that it had; what was sent is, too, and is not sent again. What people
    said of dead letters holds, and the pace of the past stays known.
    """
    with new.transaction():
        new.set_fact("outbox", old.outbox_id)
        _copy(old, new, "outbox(id, seq, subject, type, data)")
        _copy(old, new, "tick(at, events, seconds, oldest)")
        for seq_, state in old.database.execute("select seq, state from dead where state <> 'waiting'"):
            new.database.execute("update dead set state = ? where seq = ?", (state, seq_))
        before, after = _standing(old), _standing(new)
        told = [(key, DECIDED, _event(row, before.get(key))) for key, row in after.items() if _differs(row, before.get(key))]  # fmt: skip
        told += [(key, WITHDRAWN, _event(row, None)) for key, row in before.items() if key not in after]
        _put(new, seq, told)


def _copy(old: State, new: State, what: str) -> None:
    """Copy the rows of a table, named with its columns."""
    table, columns = what.removesuffix(")").split("(")
    new.database.execute(f"delete from {table}")
    rows = old.database.execute(f"select {columns} from {table} order by 1")
    new.database.executemany(f"insert into {what} values ({','.join('?' * len(columns.split(',')))})", rows)


def _standing(state: State) -> dict[str, Mapping[str, Any]]:
    return {row[NAMES["invoices"]]: {c: row[c] for c in TOLD if c in row} for row in state.results("invoices")}


def _put(state: State, seq: int, told: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    last = state.last_change()
    rows = [(at, seq, key, kind, json.dumps(data, ensure_ascii=False)) for at, (key, kind, data) in enumerate(told, start=last + 1)]  # fmt: skip
    state.database.executemany("insert into outbox(id, seq, subject, type, data) values (?, ?, ?, ?, ?)", rows)


def _differs(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    return before is None or any(row.get(c, "") != before.get(c, "") for c in ("decision", "codes", "amount"))


def _event(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    told = {column: row[column] for column in TOLD if column in row}
    told |= {column: plain(Decimal(told[column])) for column in AMOUNTS if column in told}
    return {**told, "decision_before": before.get("decision") if before else None}
