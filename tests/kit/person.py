"""A person at a workbook: types into the rows of a report, saves it under a name, as Excel would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from recon.report.excel.facts import read_facts
from recon.review.entries import TITLES

Typed = Mapping[str, str] | None


def types(book: Path, what: Callable[[Mapping[str, str]], Typed], by: str = "anna", to: Path | None = None) -> int:
    """Enter what `what` gives for the facts of each row (decision, reason, note, owner); return how many rows that were."""
    workbook = openpyxl.load_workbook(book)
    typed = sum(_types(sheet, what) for sheet in workbook.worksheets)
    workbook.properties.lastModifiedBy = by
    workbook.save(to or book)
    return typed


def decides(code: str, word: str = "pay", **more: str) -> Callable[[Mapping[str, str]], Typed]:
    """Return what enters a decision on every finding with a code."""
    return lambda facts: {"decision": word, **more} if facts["code"] == code and facts["about"] == "finding" else None


def shown(book: Path, about: str = "finding") -> dict[str, dict[str, str]]:
    """Return subject id -> what stands in its row to be decided."""
    rows: dict[str, dict[str, str]] = {}
    for sheet in openpyxl.load_workbook(book).worksheets:
        head = _head(sheet)
        for cells in sheet.iter_rows(min_row=2) if "Facts" in head else ():
            facts = read_facts(str(cells[head["Facts"]].value or ""))
            if facts and facts["about"] == about:
                rows[facts["id"]] = {n: str(cells[head[t]].value or "") for n, t in TITLES.items() if t in head}
    return rows


def _types(sheet: Any, what: Callable[[Mapping[str, str]], Typed]) -> int:
    head, typed = _head(sheet), 0
    if "Facts" not in head:
        return 0
    for cells in sheet.iter_rows(min_row=2):
        facts = read_facts(str(cells[head["Facts"]].value or ""))
        entry = what(facts) if facts else None
        for name, text in (entry or {}).items():
            cells[head[TITLES[name]]].value = text
        typed += bool(entry)
    return typed


def _head(sheet: Any) -> dict[str, int]:
    return {str(cell.value): at for at, cell in enumerate(sheet[1]) if cell.value is not None}
