"""A baseline: the findings that are known and accepted, one a line of JSON, sorted by subject, made for git."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from recon.codes import SEVERITIES
from recon.engine.disk import write_in_place
from recon.errors import SourceError
from recon.ledger.summary import plain
from recon.review.changes import KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import polars as pl

ACCEPTED = ("reason", "accepted_by", "expires")
"""What is said of why a finding is accepted, beside what is known of it."""
Entry = dict[str, Any]


def read(path: Path) -> list[Entry]:
    """Return the entries of a baseline. Raises SourceError, with the line, for one that is none."""
    entries = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SourceError(f"the baseline cannot be read: {error}", str(path)) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            entries.append(_entry(line, f"{path}:{number}"))
    return entries


def in_force(entries: Iterable[Entry], day: date) -> list[Entry]:
    """Return the entries that have not expired on a day."""
    return [entry for entry in entries if not entry["expires"] or date.fromisoformat(entry["expires"]) >= day]


def accepted(found: pl.DataFrame, said: Mapping[str, str], known: Iterable[Entry] = ()) -> list[Entry]:
    """Return an entry for each discrepancy that could stop a payment; what `known` ones say of the same facts stays."""
    before = {entry["subject_id"]: entry for entry in known}
    entries = []
    for row in found.select(*KNOWN).iter_rows(named=True):
        if row["severity"] in SEVERITIES[1:]:
            entry = {name: plain(value) if hasattr(value, "quantize") else value for name, value in row.items()}
            earlier = before.get(entry["subject_id"])
            same = earlier is not None and earlier["discrepancy_id"] == entry["discrepancy_id"]
            entries.append(
                entry | {name: earlier[name] if same and earlier else said.get(name) or None for name in ACCEPTED}
            )
    return entries


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline in place of the file. Raises OutputError."""
    lines = [
        json.dumps(entry, ensure_ascii=False) for entry in sorted(entries, key=lambda entry: str(entry["subject_id"]))
    ]
    write_in_place(path, "".join(f"{line}\n" for line in lines), "the baseline")


def _entry(line: str, where: str) -> Entry:
    try:
        entry = json.loads(line)
        missing = [name for name in (*KNOWN, *ACCEPTED) if name not in entry]
        if entry.get("expires"):
            date.fromisoformat(entry["expires"])
    except (ValueError, TypeError, AttributeError) as error:
        raise SourceError(
            f"this is no line of a baseline: {error}", where, "`recon baseline write` writes one."
        ) from error
    if missing:
        raise SourceError(f"the line of the baseline has no {missing[0]}", where, "`recon baseline write` writes one.")
    return dict(entry)
