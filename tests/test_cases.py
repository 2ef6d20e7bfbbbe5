"""tests/cases: each folder is a situation told in a sentence, with its files and what must come of it, worked out by hand.

A folder is called `<code>--<sentence>` after the code that it is about, or `ok--<sentence>` where nothing is to be found.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from recon import load_rules, read_sources, reconcile
from recon.close.feeds.feeds import feeds
from recon.codes import CODES
from tests.kit.worked import shown

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/case.md"))


@pytest.mark.parametrize("case", CASES, ids=[path.name for path in CASES])
def test_it_comes_out_as_worked_out_by_hand(case):
    rules = load_rules(case / "rules.yaml")
    done = reconcile(read_sources(rules), rules)
    expected = sorted(case.glob("expected_*.csv"))
    assert expected
    if any(path.stem == "expected_anomalies" for path in expected):
        done = feeds(read_sources(rules), rules)
    for path in expected:
        head, *rows = read(path)
        assert sorted(shown(done, path.stem.removeprefix("expected_"), head)) == sorted(rows)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


@pytest.mark.parametrize("case", CASES, ids=[path.name for path in CASES])
def test_it_is_called_after_a_code_that_comes_of_it(case):
    code, _, sentence = case.name.partition("--")
    told = " ".join(path.read_text(encoding="utf-8") for path in case.glob("expected_*.csv"))
    assert sentence
    assert code == "ok" or (code in CODES and re.search(rf"\b{code}\b", told))
