"""An earlier report, or a baseline, read back: what its findings were."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.errors import ReconError, SourceError
from recon.review.changes import KNOWN, Earlier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_NO_REPORT = "Give the folder that an earlier `recon run -o` wrote, or a file that `recon baseline write` wrote."
_EARLIER_VERSION = "It was written by an earlier version of recon: write it anew."


def earlier(path: Path) -> Earlier:
    """Return what a report folder holds, whichever format that is in, or a baseline file. Raises SourceError."""
    if path.is_file():
        return Earlier(_whole(path, _from_lines))
    readers: Mapping[str, Callable[[Path], pl.DataFrame]] = {
        "discrepancies.parquet": _from_parquet,
        "discrepancies.json": _from_json,
        "discrepancies.csv": _from_csv,
        "report.xlsx": _from_workbook,
    }
    for name, read in readers.items():
        if (path / name).is_file():
            return Earlier(_whole(path / name, read))
    what = "the earlier report has no discrepancies to read" if path.is_dir() else "there is no such report"
    raise SourceError(what, str(path), _NO_REPORT)


def known(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return rows of text as a frame of KNOWN; what is empty is absent. Raises KeyError where a column is not there."""
    texts = [{name: row[name] or None for name in KNOWN} for row in rows]
    return _typed(pl.DataFrame(texts, schema=dict.fromkeys(KNOWN, pl.String)))


def _whole(path: Path, read: Callable[[Path], pl.DataFrame]) -> pl.DataFrame:
    try:
        return read(path)
    except ReconError:
        raise
    except (KeyError, pl.exceptions.ColumnNotFoundError) as error:
        raise SourceError(f"the earlier report has no {error.args[0]}", str(path), _EARLIER_VERSION) from error
    except (OSError, ValueError, TypeError, csv.Error, pl.exceptions.PolarsError) as error:
        raise SourceError("the earlier report is damaged", str(path), _NO_REPORT) from error


def _from_json(path: Path) -> pl.DataFrame:
    return known(json.loads(path.read_text(encoding="utf-8")))


def _from_lines(path: Path) -> pl.DataFrame:
    return known(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _from_csv(path: Path) -> pl.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return known({name: _bare(cell) for name, cell in row.items()} for row in csv.DictReader(file, strict=True))


def _bare(cell: str | None) -> str:
    """Return a cell without the `'` that keeps a spreadsheet from running it."""
    return (cell or "").removeprefix("'")


def _from_parquet(path: Path) -> pl.DataFrame:
    return _typed(pl.read_parquet(path, columns=list(KNOWN)))


def _typed(found: pl.DataFrame) -> pl.DataFrame:
    return found.select(pl.col(name).cast(kind) for name, kind in KNOWN.items())


def _from_workbook(path: Path) -> pl.DataFrame:
    from recon.review.entries import seen

    return known(_named(facts) for facts in seen(path))


def _named(facts: Mapping[str, str]) -> Mapping[str, str]:
    return {**facts, "subject_id": facts["id"], "discrepancy_id": facts["facts_id"]}
