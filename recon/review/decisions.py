"""An earlier report, read back: which discrepancies it knew, and what a reviewer decided about them."""

from __future__ import annotations

import csv
import hashlib
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from recon.codes import DECISIONS
from recon.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_SHEETS = ("To do", "Information")
_ID_HEADING, _DECISION_HEADING = "Discrepancy id", "Your decision"
_NO_REPORT = "Give the folder that an earlier `recon run -o` wrote."
_NO_BOOK = "Give the report.xlsx that an earlier `recon run -o` wrote."


def known_discrepancies(directory: Path) -> frozenset[str]:
    """Return the ids of the discrepancies in a report folder, whichever format it holds. Raises SourceError."""
    readers: Mapping[str, Callable[[Path], Iterator[str]]] = {
        "discrepancies.json": _from_json,
        "discrepancies.csv": _from_csv,
        "discrepancies.parquet": _from_parquet,
        "report.xlsx": _from_workbook,
    }
    for name, read in readers.items():
        path = directory / name
        if path.is_file():
            return _whole(path, read)
    what = "the earlier report has no discrepancies to read" if directory.is_dir() else "there is no such report folder"
    raise SourceError(what, str(directory), _NO_REPORT)


def reviewed(workbook: Path) -> dict[str, str]:
    """Return discrepancy id -> decision (pay, review, hold) as a reviewer filled it in. Raises SourceError."""
    decided = {}
    for row, (identity, word) in enumerate(_rows(workbook), 2):
        if identity and word is not None and str(word).strip():
            decision = str(word).strip().lower()
            if decision not in DECISIONS:
                where = f"{workbook}:{row}:{_DECISION_HEADING}"
                raise SourceError(f"{str(word)!r} is no decision", where, f"One of: {', '.join(DECISIONS)}, or empty.")
            decided[str(identity)] = decision
    return decided


def decisions_entered(directory: Path) -> int:
    """Return how many decisions a reviewer has entered into the workbook of a report folder since it was written."""
    from openpyxl import load_workbook

    workbook = directory / "report.xlsx"
    try:
        written = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))["files"][workbook.name]
        data = workbook.read_bytes()
        if hashlib.sha256(data).hexdigest() == written["sha256"]:
            return 0
        sheets = load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets
        return sum(_entered(sheet.iter_rows(values_only=True)) for sheet in sheets)
    except Exception:  # noqa: BLE001 - what cannot be read as a report of ours holds no decisions for us
        return 0


def _entered(rows: Iterator[tuple[Any, ...]]) -> int:
    head = next(rows, ())
    at = head.index(_DECISION_HEADING) if _DECISION_HEADING in head else None
    return 0 if at is None else sum(row[at] is not None and bool(str(row[at]).strip()) for row in rows)


def _whole(path: Path, read: Callable[[Path], Iterator[str]]) -> frozenset[str]:
    import polars as pl

    try:
        return frozenset(read(path))
    except (OSError, ValueError, KeyError, TypeError, csv.Error, pl.exceptions.PolarsError) as error:
        raise SourceError("the earlier report is damaged", str(path), _NO_REPORT) from error


def _from_json(path: Path) -> Iterator[str]:
    for finding in json.loads(path.read_text(encoding="utf-8")):
        yield finding["discrepancy_id"]


def _from_csv(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for finding in csv.DictReader(file, strict=True):
            yield finding["discrepancy_id"]


def _from_parquet(path: Path) -> Iterator[str]:
    import polars as pl

    yield from pl.read_parquet(path, columns=["discrepancy_id"]).to_series().to_list()


def _from_workbook(path: Path) -> Iterator[str]:
    return (str(identity) for identity, _ in _rows(path) if identity)


def _rows(workbook: Path) -> Iterator[tuple[Any, Any]]:
    """Yield id and reviewer's decision of each row of the sheets of discrepancies."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(workbook, read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.title.partition(" (")[0] in _SHEETS]
        found = [row for sheet in sheets for row in _of_sheet(sheet.iter_rows(values_only=True))]
        if not sheets:
            raise KeyError(_SHEETS[0])
    except FileNotFoundError:
        raise SourceError("there is no such workbook", str(workbook), _NO_BOOK) from None
    except (OSError, KeyError, ValueError, BadZipFile, InvalidFileException) as error:
        raise SourceError("this is no workbook of an earlier run", str(workbook), _NO_BOOK) from error
    return iter(found)


def _of_sheet(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, Any]]:
    head = next(rows, ())
    identity = head.index(_ID_HEADING)
    decision = head.index(_DECISION_HEADING) if _DECISION_HEADING in head else None
    return ((row[identity], None if decision is None else row[decision]) for row in rows)
