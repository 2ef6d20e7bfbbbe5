"""What people decided, as a file made for git: one row a decision, sorted; the last about a thing is the one in force."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import CODES, DECISIONS
from recon.engine.disk import write_in_place
from recon.errors import RulesError, did_you_mean
from recon.kinds import EXACT
from recon.report.excel.facts import ABOUT, ENTRIES, FACTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

WHEN = ("decided_by", "decided_on", "expires")
COLUMNS = (*ABOUT, *ENTRIES, *WHEN, *FACTS)
KINDS = ("finding", "invoice", "supplier")
NUMBERS = ("amount_at_risk", "variance", "amount")
NEEDS_REASON = ("input_rejected", "duplicate_invoice", "supplier_unknown")
"""Codes that nobody pays by hand without saying why."""
_ORDER = ("supplier_id", "invoice_number", "about", "invoice_line", "po_number", "po_line", "code", "id", "decided_on")
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
Decision = dict[str, str]
"""A row of the file: COLUMNS, all text, empty where absent."""


def load(path: Path) -> list[Decision]:
    """Return the decisions in a file, none where it is not there. Raises RulesError for a row that means nothing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise RulesError(f"the decisions cannot be read: {error}", str(path)) from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        hint = "Take the file back from version control, or move it away to begin anew."
        raise RulesError(f"this is no file of decisions: it has no column {missing[0]}", f"{path}:1", hint)
    return [_read(row, f"{path}:{rows.line_num}") for row in rows]


def save(path: Path, decisions: Iterable[Mapping[str, str]]) -> None:
    """Write the decisions, sorted, in place of the file. Raises OutputError."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    ordered = sorted(decisions, key=lambda row: tuple(row[name] for name in _ORDER))
    writer.writerows(
        {name: row[name] if name in NUMBERS else _guarded(row[name]) for name in COLUMNS} for row in ordered
    )
    write_in_place(path, text.getvalue(), "the decisions")


def in_force(decisions: Iterable[Decision]) -> dict[tuple[str, str, str], Decision]:
    """Return the last decision about each thing: (about, id, code where it is a supplier's)."""
    ordered = sorted(decisions, key=lambda row: row["decided_on"])
    return {thing(row): row for row in ordered}


def thing(decision: Mapping[str, str]) -> tuple[str, str, str]:
    """Return what a decision is about."""
    return decision["about"], decision["id"], decision["code"] if decision["about"] == "supplier" else ""


def frame(decisions: Iterable[Decision]) -> pl.DataFrame:
    """Return decisions as a frame of COLUMNS, absent as null: NUMBERS exact, `expires` a date."""
    rows = [{name: row[name] or None for name in COLUMNS} for row in decisions]
    texts = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
    return texts.with_columns(pl.col(*NUMBERS).cast(EXACT), pl.col("expires").str.to_date("%Y-%m-%d"))


def refusal(decision: Mapping[str, str]) -> str:
    """Return why nobody may decide that, or nothing: some codes are not paid by hand without a reason."""
    codes = [code for code in decision["code"].split() if code in NEEDS_REASON]
    if decision["decision"] == "pay" and codes and not decision["reason"].strip():
        return f"pay needs a reason where the code is {codes[0]}"
    return ""


def _read(row: Mapping[str, str | None], where: str) -> Decision:
    read = {name: _bare(row[name] or "") for name in COLUMNS}
    if row.get(None):  # type: ignore[call-overload]
        raise RulesError("the row has more cells than columns", where)
    for name, known in (("about", KINDS), ("decision", ("", *DECISIONS))):
        if read[name] not in known:
            meant = did_you_mean(read[name], list(known))
            raise RulesError(f"'{read[name]}' is no {name}{meant}", where, f"One of: {', '.join(filter(None, known))}.")
    unknown = [code for code in read["code"].split() if code not in CODES]
    if unknown:
        raise RulesError(f"there is no code '{unknown[0]}'{did_you_mean(unknown[0], list(CODES))}", where)
    if why := refusal(read) or _unreadable(read):
        raise RulesError(why, where)
    return read


def _unreadable(read: Decision) -> str:
    try:
        date.fromisoformat(read["expires"] or "2026-01-01")
        for name in NUMBERS:
            Decimal(read[name] or "0")
    except ValueError:
        return f"'{read['expires']}' is no date; as 2026-01-31"
    except InvalidOperation:
        return "amount_at_risk, variance and amount are numbers"
    return ""


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_LIVE) or (text.startswith("'") and text[1:].startswith(_LIVE)) else text


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:2] in ("'", *_LIVE) else text
