"""docs/matching.md and its chapters: every worked example is what the engine does, and no code goes unexplained."""

from __future__ import annotations

import re

import pytest

from recon.codes import CODES, FED
from tests.kit.places import PROJECT, headings
from tests.kit.worked import examples, run, shown, tables

INDEX = (PROJECT / "docs" / "matching.md").read_text(encoding="utf-8")
CHAPTERS = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((PROJECT / "docs" / "matching").glob("*.md"))
}
EXAMPLES = {name: examples(text) for name, text in CHAPTERS.items()}
EVERY = [told for some in EXAMPLES.values() for told in some]
MATCHED = sorted(set(CODES) - set(FED))
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*?) \| \[(.+?)\]\(matching/([\w.]+)#(.+?)\) \|$", re.MULTILINE)
"""A row of the index: code, severity, meaning, the example's title, its file and its place there."""


@pytest.mark.parametrize("told", EVERY, ids=[e.title for e in EVERY])
def test_the_engine_does_what_the_example_says(told, tmp_path):
    done = run(told, tmp_path)
    for name, rows in told.gives.items():
        columns = list(rows[0])
        assert sorted(shown(done, name, columns)) == sorted(tuple(row.values()) for row in rows)


def test_the_index_says_of_every_code_what_it_is():
    told = [(code, severity, meaning) for code, severity, meaning, *_ in ROW.findall(INDEX)]
    assert sorted(told) == [(code, CODES[code].severity, CODES[code].meaning) for code in MATCHED]


@pytest.mark.parametrize(("code", "title", "file", "place"), [(row[0], *row[3:]) for row in ROW.findall(INDEX)])
def test_the_index_leads_to_an_example_of_the_code(code, title, file, place):
    (told,) = [each for each in EXAMPLES[file] if each.title == title]
    assert code in {row["code"] for row in told.gives["discrepancies"]}
    assert place in headings(PROJECT / "docs" / "matching" / file)


def test_the_index_leads_to_every_chapter():
    assert set(re.findall(r"matching/([\w.]+)", INDEX)) == set(CHAPTERS)


def test_the_crosswalk_names_every_code_once():
    (crosswalk,) = [rows for caption, rows in tables(CHAPTERS["elsewhere.md"]) if caption == "crosswalk"]
    assert sorted(row["code"].strip("`") for row in crosswalk) == MATCHED
    assert all(cells for row in crosswalk for cells in row.values())
