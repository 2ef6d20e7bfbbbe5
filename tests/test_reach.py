"""Random ledgers reach every sentence of version 2: what none of them shows, neither law nor oracle tries."""

from __future__ import annotations

from tests.kit.reach import count, sentences, some


def test_some_of_the_random_ledgers_reach_every_sentence():
    found = count(some(400))
    assert [name for name in sentences() if not found[name]] == []


def test_what_no_ledger_shows_is_counted_as_nothing():
    assert count([]) == {}
