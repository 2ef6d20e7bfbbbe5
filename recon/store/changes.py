"""Changes: which verdicts a match turned, put into the outbox for whoever wants to be told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from recon.store.documents import written
from recon.store.outcome import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from recon.store.state import State

DECIDED, WITHDRAWN = "recon.invoice.decided", "recon.invoice.withdrawn"
TOLD = ("invoice_key", "company", "supplier_id", "invoice_number", "document_type", "invoice_date", "currency", "amount", "amount_at_risk", "decision", "codes")  # fmt: skip
"""What is told of an invoice: nothing of banks, no prose."""


def tell_changes(state: State, before: Sequence[Mapping[str, Any]], frames: Mapping[str, pl.DataFrame], seq: int) -> None:  # fmt: skip
    """Put each invoice whose decision or codes are others than before into the outbox, and each that is gone."""
    name = NAMES["invoices"]
    after = written(frames["invoices"].select(*TOLD))
    standing = {row[name]: row for row in before}
    told = [(row[name], DECIDED, _event(row, standing.get(row[name]))) for row in after if _differs(row, standing.get(row[name]))]  # fmt: skip
    gone = {row[name] for row in after}
    told += [(key, WITHDRAWN, _event(row, None)) for key, row in standing.items() if key not in gone]
    rows = [(seq, key, kind, json.dumps(data, ensure_ascii=False)) for key, kind, data in told]
    state.database.executemany("insert into outbox(seq, subject, type, data) values (?, ?, ?, ?)", rows)


def _differs(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    return before is None or any(row.get(c, "") != before.get(c, "") for c in ("decision", "codes", "amount"))


def _event(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    told = {column: row[column] for column in TOLD if column in row}
    return {**told, "decision_before": before.get("decision") if before else None}
