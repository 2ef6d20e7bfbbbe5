"""docs/bad_inputs.md tells the outcome of each of the 147 cases, once."""

from __future__ import annotations

import re
from collections import Counter

from tests.kit.places import PROJECT

PAGE = PROJECT / "docs" / "bad_inputs.md"


def numbers(cell: str) -> list[int]:
    found: list[int] = []
    for part in cell.split(","):
        first, _, last = part.strip().partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def test_each_case_has_an_outcome_and_only_one():
    rows = re.findall(r"^\| ([0-9][0-9, -]*) \| (.+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = Counter(number for cell, _, outcome in rows if outcome.strip() for number in numbers(cell))
    assert {number: times for number, times in told.items() if times > 1} == {}
    assert sorted(told) == list(range(1, 148))
