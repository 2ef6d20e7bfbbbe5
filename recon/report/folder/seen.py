"""`first_seen.json` of a report's folder: since which day each finding that could stop a payment has been there."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SEEN = "first_seen.json"


def read_seen(directory: Path) -> dict[str, date] | None:
    """Return subject id -> day; None where the folder does not tell, or not so that it can be read."""
    try:
        days = json.loads((directory / SEEN).read_text(encoding="utf-8"))
        return {subject: date.fromisoformat(day) for day, subjects in days.items() for subject in subjects}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_seen(directory: Path, seen: Mapping[str, date]) -> None:
    """Write subject id -> day as day -> subjects, sorted: few words for many findings."""
    days: dict[str, list[str]] = {}
    for subject in sorted(seen):
        days.setdefault(seen[subject].isoformat(), []).append(subject)
    lines = ",\n".join(f"{json.dumps(day)}: [\n{_listed(days[day])}\n]" for day in sorted(days))
    (directory / SEEN).write_text(f"{{{lines}}}\n", encoding="utf-8", newline="\n")


def _listed(subjects: Iterable[str]) -> str:
    return ",\n".join(json.dumps(subject) for subject in subjects)
