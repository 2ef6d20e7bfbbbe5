"""Entries of a workbook -> decisions: what is new is appended; what another decision overtook is named and left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.report.excel.facts import ENTRIES
from recon.report.words import several
from recon.review.decision import COLUMNS, in_force, thing
from recon.review.entries import entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from recon.review.decision import Decision
    from recon.review.entries import Entry

MOST_TOLD = 10


@dataclass(frozen=True)
class Taken:
    """Decisions with what was taken over, how many that were, what is said of it, and the workbook's SHA-256."""

    decisions: list[Decision]
    count: int
    notes: tuple[str, ...]
    digest: str


def take(workbook: Path, decisions: Sequence[Decision], moment: str, by: str = "") -> Taken:
    """Return `decisions` with what people entered in a workbook, decided at a `moment` (UTC, ISO) by who saved it, else `by`.

    Raises SourceError where the workbook cannot be read.
    """
    read = entries(workbook)
    known = in_force(decisions)
    new: list[Decision] = []
    problems = list(read.problems)
    for entry in read.entered:
        current = known.get(thing(entry.decision))
        if current and all(current[name] == entry.decision[name] for name in ENTRIES):
            continue
        if current and current["decided_on"] > entry.seen_on:
            problems.append(_overtaken(entry, current))
        else:
            when = {"decided_by": read.by or by, "decided_on": moment, "expires": ""}
            new.append({**dict.fromkeys(COLUMNS, ""), **entry.decision, **when})
    return Taken([*decisions, *new], len(new), tuple(_notes(workbook.name, new, problems)), read.digest)


def _overtaken(entry: Entry, current: Decision) -> str:
    said = entry.decision["decision"] or "no decision"
    return (
        f"{entry.where}: {said} for {_named(entry.decision)} is not taken: {current['decided_by'] or 'somebody'} decided"
        f" {current['decision'] or 'nothing'} on {current['decided_on']}, after that workbook was made"
    )


def _named(decision: Decision) -> str:
    if decision["invoice_number"]:
        line = f"/{decision['invoice_line']}" if decision["invoice_line"] else ""
        return f"{decision['invoice_number']}{line} ({decision['id']})"
    return decision["id"]


def _notes(name: str, new: Sequence[Decision], problems: Sequence[str]) -> list[str]:
    notes = []
    if new:
        decided = sum(bool(row["decision"]) for row in new)
        by = f" of {new[0]['decided_by']}" if new[0]["decided_by"] else ""
        notes.append(f"{name}: {several(decided, 'decision')} and {several(len(new) - decided, 'note')}{by} taken over")
    if problems:
        notes.append(f"{name}: {several(len(problems), 'entry', 'entries')} not taken over:")
        notes.extend(f"  {problem}" for problem in problems[:MOST_TOLD])
        if len(problems) > MOST_TOLD:
            notes.append(f"  and {len(problems) - MOST_TOLD} more")
    return notes
