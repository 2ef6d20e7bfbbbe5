"""Files that are called copies of each other (`orders (1).csv`, `orders_old.csv`) and differ: which is read is asked."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from recon.draft.cells import label, trimmed
from recon.read.header import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection

BEHIND = re.compile(
    r"(?:\s*\([0-9]{1,2}\)|[\s._-]+(?:copy|kopie|copie|copia|kopia|old|alt|ancien|viejo|vecchio|oud|backup|bak|sicherung|new|neu|"
    r"final|latest|aktuell|v(?:er)?\.?[0-9]{1,2}|rev[0-9]{1,2})(?:\s*\([0-9]{1,2}\)|[0-9])?)$",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"^(?:copy of|kopie von|copie de|copia de|copia di|kopie van|kopia av|old|alt|backup)[\s_-]+", re.IGNORECASE
)
BOTH = "all of them: they hold other rows"


def without_named_copies(seen: Sequence[Inspection], interview: Interview) -> tuple[list[Inspection], list[str]]:
    """Return the files without those that are an older or newer copy of another, as was answered, and what is said of them."""
    groups: dict[tuple[object, ...], list[Inspection]] = {}
    for one in seen:
        if one.raw is not None and one.rows:
            key = (
                _base(one.path),
                one.sheet if one.sheets > 1 else None,
                tuple(fold(column.name) for column in one.columns),
            )
            groups.setdefault(key, []).append(one)
    left: list[Inspection] = []
    for files in groups.values():
        if len({one.path for one in files}) > 1:
            left += _left(files, interview)
    kept = [one for one in seen if not any(one is other for other in left)]
    return kept, [f"{label(one)}, a copy that is not read, as was answered" for one in left]


def _left(files: Sequence[Inspection], interview: Interview) -> list[Inspection]:
    names = [label(one) for one in files]
    text = f"{' and '.join(names)} are called copies of one file, and {_differ(files)}. Which is read?"
    answer = interview.answer(text, [*(f"{name} alone" for name in names), BOTH])
    return [one for one in files if answer not in {None, BOTH, f"{label(one)} alone"}]


def _differ(files: Sequence[Inspection]) -> str:
    """Say how many rows of the first two are the same."""
    first, second = (trimmed(one.raw.frame) for one in files[:2] if one.raw is not None)
    common = (
        first.unique().join(second.unique(), on=first.columns, how="semi").height
        if first.columns == second.columns
        else 0
    )
    if not common:
        return "no row stands in both"
    return f"{common} row{'s' if common > 1 else ''} of {first.height} and {second.height} stand{'' if common > 1 else 's'} in both"


def _base(path: str) -> str:
    """Return what copies of one file have in common: its folder and name without the marks of a copy."""
    place = PurePosixPath(path)
    stem, before = place.stem, ""
    while stem != before:
        before, stem = stem, BEFORE.sub("", BEHIND.sub("", stem)).strip()
    return f"{place.parent}/{stem.casefold()}{place.suffix.casefold()}"
