"""`first_seen.json` of a report's folder: since which day each finding that could stop a payment has been there."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SEEN = "first_seen.json"


def read_seen(directory: Path) -> pl.DataFrame | None:
    """Return `subject_id` and its day, `first_seen`; None where the folder does not tell, or not so that it can be read."""
    try:
        days = json.loads((directory / SEEN).read_text(encoding="utf-8"))
        told = pl.concat([_frame([], None), *(_frame(names, date.fromisoformat(day)) for day, names in days.items())])
    except (OSError, ValueError, TypeError, AttributeError, pl.exceptions.PolarsError):
        return None
    return told.unique("subject_id", keep="last", maintain_order=True)


def write_seen(directory: Path, seen: pl.DataFrame) -> None:
    """Write `subject_id` and `first_seen` as day -> subjects, sorted: few words for many findings."""
    days = {day: subjects["subject_id"] for (day,), subjects in seen.partition_by("first_seen", as_dict=True).items()}
    lines = ",\n".join(f'"{day}": [\n{_listed(days[day])}\n]' for day in sorted(days))
    (directory / SEEN).write_text(f"{{{lines}}}\n", encoding="utf-8", newline="\n")


def _frame(subjects: Iterable[Any], day: date | None) -> pl.DataFrame:
    names = pl.Series("subject_id", [*subjects], pl.String)
    return pl.DataFrame(names).with_columns(first_seen=pl.lit(day, pl.Date))


def _listed(subjects: pl.Series) -> str:
    return json.dumps(subjects.sort().to_list(), separators=(",\n", ":"))[1:-1]
