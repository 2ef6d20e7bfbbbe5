"""What the old process decided: a file with recon's column names -> OLD_DECISIONS-like text, converted row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from recon.errors import SourceError, did_you_mean
from recon.read.files.files import HELD
from recon.read.readers import raws
from recon.rules.rule import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WORDS: Mapping[str, str] = {
    **dict.fromkeys(("pay", "paid", "approved", "approve", "released", "release", "ok"), "pay"),
    **dict.fromkeys(("review", "query", "queried", "pending", "open"), "review"),
    **dict.fromkeys(("hold", "held", "blocked", "block", "rejected", "disputed", "stop"), "hold"),
}
"""The old process's words -> recon's."""
NEEDED = ("invoice_number", "decision")


def read_named(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the records of a file whose headers are among `columns`, others left out, with `row`. Raises SourceError."""
    if not path.is_file():
        raise SourceError("there is no such file", str(path), "Name the file, from where you are.")
    for raw in raws(Source("invoices", files=(path.name,)), path.parent, HELD):
        names = [name.strip().lower() for name in raw.header]
        for needed in NEEDED if "decision" in columns else ("invoice_number",):
            if needed not in names:
                raise SourceError(f"there is no column '{needed}'{did_you_mean(needed, names)}", raw.path, f"Known: {', '.join(columns)}.")  # fmt: skip
        places = [(at, name) for at, name in enumerate(names) if name in columns]
        for row, cells in zip(raw.rows, raw.frame.iter_rows(), strict=True):
            yield {"row": row, **{name: (cells[at] or "").strip() or None for at, name in places}}


def read_old_decisions(path: Path, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the old decisions of a file as rows; raises SourceError for the first cell that means nothing."""
    return [_converted(record, path) for record in read_named(path, columns)]


def _converted(record: dict[str, Any], path: Path) -> dict[str, Any]:
    where = f"{path.name}:{record['row']}"
    if record["invoice_number"] is None:
        raise SourceError("the row names no invoice", where, "Every old decision is on an invoice: invoice_number.")
    word = (record["decision"] or "").lower()
    if word not in WORDS:
        raise SourceError(
            f"'{record['decision'] or ''}' is no decision", f"{where}: decision", f"Known: {', '.join(WORDS)}."
        )
    told = record | {"decision": WORDS[word]}
    try:
        day, amount = record.get("decided_on"), record.get("amount")
        told |= {"decided_on": date.fromisoformat(day) if day else None, "amount": Decimal(amount) if amount else None}
    except (ValueError, InvalidOperation):
        raise SourceError("a date or an amount cannot be read", where, "As 2026-10-31 and 1234.56.") from None
    return told
