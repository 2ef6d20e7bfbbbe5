"""`first_seen.json` of a report's folder: since which day each finding that could stop a payment has been there."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

SEEN = "first_seen.json"


def read_seen(directory: Path) -> dict[str, date] | None:
    """Return subject id -> day; None where the folder does not tell, or not so that it can be read."""
    try:
        days = json.loads((directory / SEEN).read_text(encoding="utf-8"))
        parsed = [(date.fromisoformat(day), subjects) for day, subjects in days.items()]
        return {subject: day for day, subjects in parsed for subject in subjects}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_seen(directory: Path, seen: pl.DataFrame) -> None:
    """Write `subject_id` and `first_seen` as day -> subjects, sorted: few words for many findings."""
    days = {day: subjects["subject_id"] for (day,), subjects in seen.partition_by("first_seen", as_dict=True).items()}
    lines = ",\n".join(f'"{day}": [\n{_listed(days[day])}\n]' for day in sorted(days))
    (directory / SEEN).write_text(f"{{{lines}}}\n", encoding="utf-8", newline="\n")


def _listed(subjects: pl.Series) -> str:
    return json.dumps(subjects.sort().to_list(), separators=(",\n", ":"))[1:-1]
