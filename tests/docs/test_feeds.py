"""docs/feeds.md: its worked examples are what the feed says."""

from __future__ import annotations

import pytest

from recon import load_rules, read_sources
from recon.close.feeds.feeds import feeds
from recon.close.feeds.tables import FEEDS
from tests.kit.places import PROJECT
from tests.kit.worked import examples, shown, write

TEXT = (PROJECT / "docs" / "feeds.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("told", examples(TEXT), ids=lambda e: e.title)
def test_the_feed_says_what_the_example_says(told, tmp_path):
    rules = load_rules(write(told, tmp_path))
    made = feeds(read_sources(rules), rules)
    [(name, rows)] = told.gives.items()
    assert shown(made, name, list(rows[0])) == [tuple(row.values()) for row in rows]


def test_every_feed_is_told_of():
    assert [table.name for table in FEEDS if f"`{table.name}`" not in TEXT] == []
