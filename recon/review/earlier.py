"""An earlier report, or a baseline, read back: what its findings were."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from recon.errors import ReconError, SourceError
from recon.review import baseline
from recon.review.changes import KNOWN, Earlier
from recon.review.diff import INVOICES, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

_NO_REPORT = "Give the folder that an earlier `recon run -o` wrote, or a file that `recon baseline write` wrote."
Kinds = Mapping[str, DataType | DataTypeClass]
_EARLIER_VERSION = "It was written by an earlier version of recon: write it anew."


def earlier(path: Path, day: date | None = None) -> Earlier:
    """Return what a report folder holds, whichever format that is in, or a baseline file, as it stands on a day.

    Raises SourceError.
    """
    if path.is_file():
        entries = baseline.read(path)
        return Earlier(_whole(path, lambda _: known(entries if day is None else baseline.in_force(entries, day))))
    readers: Mapping[str, Callable[[Path], pl.DataFrame]] = {
        "discrepancies.parquet": _from_parquet,
        "discrepancies.json": _from_json,
        "discrepancies.csv": _from_csv,
        "report.xlsx": _from_workbook,
    }
    for name, read in readers.items():
        if (path / name).exists():  # a folder of parts is as good as a file
            return Earlier(_whole(path / name, read))
    what = "the earlier report has no discrepancies to read" if path.is_dir() else "there is no such report"
    raise SourceError(what, str(path), _NO_REPORT)


def side(directory: Path) -> Side:
    """Return a report folder as one side of a comparison; of a workbook alone no invoices are told. Raises SourceError."""
    found = earlier(directory).found
    for name, read in _INVOICES.items():
        if (directory / name).exists():
            return Side(found, _whole(directory / name, read))
    return Side(found, pl.DataFrame(schema=dict(INVOICES)))


def known(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return rows of text as a frame of KNOWN; what is empty is absent. Raises KeyError where a column is not there."""
    return _typed(rows, KNOWN)


def _whole(path: Path, read: Callable[[Path], pl.DataFrame]) -> pl.DataFrame:
    try:
        return read(path)
    except ReconError:
        raise
    except (KeyError, pl.exceptions.ColumnNotFoundError) as error:
        raise SourceError(f"the earlier report has no {error.args[0]}", str(path), _EARLIER_VERSION) from error
    except (OSError, ValueError, TypeError, csv.Error, pl.exceptions.PolarsError) as error:
        raise SourceError("the earlier report is damaged", str(path), _NO_REPORT) from error


def _from_json(path: Path, kinds: Kinds = KNOWN) -> pl.DataFrame:
    return _typed(json.loads(path.read_text(encoding="utf-8")), kinds)


def _from_csv(path: Path, kinds: Kinds = KNOWN) -> pl.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        return _typed(({name: _bare(cell) for name, cell in row.items()} for row in rows), kinds)


def _bare(cell: str | None) -> str:
    """Return a cell without the `'` that keeps a spreadsheet from running it."""
    return (cell or "").removeprefix("'")


def _from_parquet(path: Path, kinds: Kinds = KNOWN) -> pl.DataFrame:
    return pl.read_parquet(path, columns=list(kinds)).select(pl.col(name).cast(kind) for name, kind in kinds.items())


def _typed(rows: Iterable[Mapping[str, Any]], kinds: Kinds) -> pl.DataFrame:
    texts = [{name: row[name] or None for name in kinds} for row in rows]
    found = pl.DataFrame(texts, schema=dict.fromkeys(kinds, pl.String))
    return found.select(pl.col(name).cast(kind) for name, kind in kinds.items())


def _from_workbook(path: Path) -> pl.DataFrame:
    from recon.review.entries import seen

    return known(_named(facts) for facts in seen(path))


def _named(facts: Mapping[str, str]) -> Mapping[str, str]:
    return {**facts, "subject_id": facts["id"], "discrepancy_id": facts["facts_id"]}


_INVOICES: Mapping[str, Callable[[Path], pl.DataFrame]] = {
    "invoices.parquet": lambda path: _from_parquet(path, INVOICES),
    "invoices.json": lambda path: _from_json(path, INVOICES),
    "invoices.csv": lambda path: _from_csv(path, INVOICES),
}
