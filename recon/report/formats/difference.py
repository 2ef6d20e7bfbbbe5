"""How `recon diff` tells what lies between two runs: text, Markdown or JSON."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from recon.report.formats.data import mask
from recon.report.formats.table import shown, table

if TYPE_CHECKING:
    from collections.abc import Mapping

SUBJECTS = {
    "change": "Change",
    "severity": "Severity",
    "code": "Code",
    "supplier_name": "Supplier",
    "invoice_number": "Invoice",
    "invoice_line": "Line",
    "po_number": "Order",
    "was_amount_at_risk": "At risk then",
    "amount_at_risk": "Now",
    "currency": "Currency",
    "subject_id": "Subject",
}
INVOICES = {
    "invoice_number": "Invoice",
    "supplier_name": "Supplier",
    "was_decision": "Was",
    "effective_decision": "Is",
    "amount": "Amount",
    "currency": "Currency",
}
MONEY = {
    "currency": "Currency",
    "was": "At risk then",
    "new": "New",
    "worse": "Worse",
    "better": "Better",
    "cleared": "Cleared",
    "now": "At risk now",
}
Sheets = dict[str, tuple[pl.DataFrame, "Mapping[str, str]"]]


def as_text(sheets: Sheets, width: int | None = None) -> str:
    """Return the tables one below the other under their titles, rows in words where they are wider than `width`."""
    return "\n\n".join(
        f"{title}: {'none' if frame.is_empty() else frame.height}"
        + (f"\n{table(frame, heads, width)}" if frame.height else "")
        for title, (frame, heads) in sheets.items()
    )


def as_markdown(sheets: Sheets) -> str:
    """Return the tables as Markdown."""
    return "\n\n".join(
        f"## {title}\n\n{_markdown(frame, heads) if frame.height else 'None.'}"
        for title, (frame, heads) in sheets.items()
    )


def as_json(sheets: Sheets) -> str:
    """Return all columns of the tables, decimals and dates as text."""
    rows = {title: mask(frame).to_dicts() for title, (frame, _) in sheets.items()}
    return json.dumps(rows, ensure_ascii=False, indent=2, default=_text)


def _markdown(frame: pl.DataFrame, heads: Mapping[str, str]) -> str:
    rows = [tuple(heads.values()), tuple("---" for _ in heads)]
    rows += [tuple(shown(value).replace("|", "\\|") for value in row) for row in frame.select(*heads).iter_rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _text(value: object) -> str:
    from recon.ledger.summary import plain

    return plain(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
