"""docs/matching.md: every worked example in it is what the engine does, and no code goes unexplained."""

from __future__ import annotations

import pytest

from recon.codes import CODES, FED
from tests.kit.places import PROJECT
from tests.kit.worked import examples, run, shown, tables

TEXT = (PROJECT / "docs" / "matching.md").read_text(encoding="utf-8")
EXAMPLES = examples(TEXT)


@pytest.mark.parametrize("told", EXAMPLES, ids=[e.title for e in EXAMPLES])
def test_the_engine_does_what_the_example_says(told, tmp_path):
    done = run(told, tmp_path)
    for name, rows in told.gives.items():
        columns = list(rows[0])
        assert sorted(shown(done, name, columns)) == sorted(tuple(row.values()) for row in rows)


@pytest.mark.parametrize("code", sorted(set(CODES) - set(FED)))
def test_every_code_has_a_worked_example(code):
    assert code in {row["code"] for told in EXAMPLES for row in told.gives.get("discrepancies", [])}


def test_the_crosswalk_names_every_code_once():
    (crosswalk,) = [rows for caption, rows in tables(TEXT) if caption == "crosswalk"]
    assert sorted(row["code"].strip("`") for row in crosswalk) == sorted(set(CODES) - set(FED))
    assert all(cells for row in crosswalk for cells in row.values())
