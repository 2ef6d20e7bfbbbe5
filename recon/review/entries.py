"""What a person entered in the workbook of a run: the cells that differ from what stood filled in, and what cannot be taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from recon.codes import DECISIONS
from recon.errors import SourceError, did_you_mean
from recon.report.excel.facts import ABOUT, ENTRIES, FACTS, read_facts
from recon.review.decision import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from recon.review.decision import Decision

TITLES = dict(zip(ENTRIES, ("Your decision", "Reason", "Note", "Owner"), strict=True))
_FACTS, _SUBJECT = "Facts", "Subject"
_OTHERS = ("Suppliers",)
"""Sheets whose decisions are about something else."""
_HEAD_WITHIN = 20
_OLE = b"\xd0\xcf\x11\xe0"
_NO_BOOK = "Give the report.xlsx that an earlier `recon run -o` wrote."


@dataclass(frozen=True)
class Entry:
    """What a person decided in one row; `seen_on` is when what stood there was decided, empty where nothing did."""

    decision: Decision
    where: str
    seen_on: str


@dataclass(frozen=True)
class Entries:
    """A workbook read back: what was entered, what is not taken and why, who saved it last, and its SHA-256."""

    entered: tuple[Entry, ...]
    problems: tuple[str, ...]
    by: str
    digest: str


def entries(path: Path) -> Entries:
    """Read a workbook back. Raises SourceError where it is none, or locked with a password."""
    data = _bytes(path)
    book = _book(data, path)
    entered: list[Entry] = []
    problems: list[str] = []
    for sheet in book.worksheets:
        if sheet.title not in _OTHERS:
            for told in _sheet(sheet.title, sheet.iter_rows(values_only=True)):
                (problems if isinstance(told, str) else entered).append(told)  # type: ignore[arg-type]
    kept, contradictions = _at_odds(entered)
    by = str(book.properties.lastModifiedBy or "").strip()
    return Entries(kept, (*problems, *contradictions), by, hashlib.sha256(data).hexdigest())


def seen(path: Path) -> Iterator[dict[str, str]]:
    """Yield the facts of every finding that stands in a workbook to be decided. Raises SourceError as `entries` does."""
    for sheet in _book(_bytes(path), path).worksheets:
        numbered = enumerate(sheet.iter_rows(values_only=True), 1)
        head = next((_columns(cells) for _, cells in islice(numbered, _HEAD_WITHIN) if _FACTS in cells), None)
        for _, cells in numbered if head else ():
            facts = read_facts(_text(cells, head[_FACTS])) if head else None
            if facts and facts["about"] == "finding":
                yield facts


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError("there is no such workbook", str(path), _NO_BOOK) from None
    except OSError as error:
        raise SourceError(f"the workbook cannot be read: {error.strerror}", str(path), _NO_BOOK) from error


def _book(data: bytes, path: Path) -> Any:
    from openpyxl import load_workbook

    if data.startswith(_OLE):
        hint = "Save it without a password, as .xlsx; nothing in it was taken over."
        raise SourceError("the workbook is locked with a password, or an old .xls", str(path), hint)
    try:
        return load_workbook(BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what it likes of a damaged file
        raise SourceError("this is no workbook that can be read", str(path), _NO_BOOK) from error


def _sheet(title: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[Entry | str]:
    """Yield the entries of a sheet that has a column for decisions, and what is wrong with others."""
    numbered = enumerate(rows, 1)
    head = next((_columns(cells) for _, cells in islice(numbered, _HEAD_WITHIN) if TITLES["decision"] in cells), None)
    if head is None:
        return
    if _FACTS not in head:
        entered = sum(_text(cells, head[TITLES["decision"]]) != "" for _, cells in numbered)
        if entered:
            yield f"{title}: its hidden column {_FACTS} is gone, so {entered} decisions there cannot be told whose they are"
        return
    for at, cells in numbered:
        told = _row(head, cells, f"{title}:{at}")
        if told is not None:
            yield told


def _columns(cells: Sequence[Any]) -> dict[str, int]:
    """Return title -> place, of several with one title the first."""
    return {str(cell): at for at, cell in reversed(list(enumerate(cells))) if cell is not None}


def _row(head: Mapping[str, int], cells: Sequence[Any], where: str) -> Entry | str | None:
    """Return what was entered in a row, what is wrong with it, or None where nothing was entered."""
    typed = {name: _text(cells, head[title]) for name, title in TITLES.items() if title in head}
    cell = _text(cells, head[_FACTS])
    if not cell:
        return (
            f"{where}: the row is not one of the report's, '{typed['decision']}' is not taken"
            if typed["decision"]
            else None
        )
    facts = read_facts(cell)
    if facts is None:
        return f"{where}: its hidden cell {_FACTS} was changed" if any(typed.values()) else None
    typed["decision"] = typed["decision"].casefold()
    if all(typed[name] == facts[name].strip() for name in typed):
        return None
    subject = _text(cells, head[_SUBJECT]) if _SUBJECT in head else ""
    if subject and subject != facts["id"]:
        return f"{where}: the row is about {facts['id']}, its column {_SUBJECT} says {subject}"
    decision = {name: facts[name] for name in (*ABOUT, *FACTS)} | {
        name: typed.get(name, facts[name]) for name in ENTRIES
    }
    if decision["decision"] not in ("", *DECISIONS):
        meant = did_you_mean(decision["decision"], list(DECISIONS))
        return f"{where}: '{decision['decision']}' is no decision{meant}"
    if why := refusal(decision):
        return f"{where}: {why}"
    return Entry(decision, where, facts["decided_on"])


def _at_odds(entered: Sequence[Entry]) -> tuple[tuple[Entry, ...], list[str]]:
    """Return the entries that no other contradicts, and a line about each that one does."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entered:
        groups.setdefault((entry.decision["about"], entry.decision["id"]), []).append(entry)
    kept, problems = [], []
    for (_, name), group in groups.items():
        if all(entry.decision == group[0].decision for entry in group):
            kept.append(group[0])
        else:
            said = ", ".join(f"{entry.where} {entry.decision['decision'] or 'nothing'}" for entry in group)
            problems.append(f"{name} is decided in several ways: {said}")
    return tuple(kept), problems


def _text(cells: Sequence[Any], at: int) -> str:
    value = cells[at] if at < len(cells) else None
    return "" if value is None else str(value).strip()
