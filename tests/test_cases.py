"""tests/cases: each folder is a situation told in a sentence, with its files and what must come of it, worked out by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from recon import load_rules, read_sources, reconcile
from tests.kit.worked import shown

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/case.md"))


@pytest.mark.parametrize("case", CASES, ids=[path.name for path in CASES])
def test_it_comes_out_as_worked_out_by_hand(case):
    rules = load_rules(case / "rules.yaml")
    done = reconcile(read_sources(rules), rules)
    expected = sorted(case.glob("expected_*.csv"))
    assert expected
    for path in expected:
        head, *rows = read(path)
        assert sorted(shown(done, path.stem.removeprefix("expected_"), head)) == sorted(rows)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


def test_the_cases_are_there():
    assert len(CASES) >= 15
