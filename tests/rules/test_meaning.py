"""Rules that decide alike have one digest, whatever of them is written out."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass, replace
from pathlib import Path

import pytest

from recon.rules.feed import Feed
from recon.rules.file import parse_rules
from recon.rules.meaning import _digest, feed_digest, match_digest
from recon.rules.rule import Source

HEAD = "version: 1\nsources: {orders: {files: [o.csv]}, invoices: {files: [i.csv]}}\n"


def of(text):
    return match_digest(parse_rules((HEAD + text).encode(), Path("rules.yaml")))


@pytest.mark.parametrize("text", ["duplicates: {days: 90}\n", "base_currency: EUR\n", "store: {path: store/}\n"])
def test_what_goes_without_saying_makes_no_difference_when_it_is_said(text):
    assert of(text) == of("")


@pytest.mark.parametrize("text", ["duplicates: {days: 30}\n", "base_currency: USD\n", "severities: {not_received: info}\n"])  # fmt: skip
def test_what_decides_otherwise_does(text):
    assert of(text) != of("")


def test_a_feed_reads_otherwise_by_another_column_and_not_from_another_place():
    feed = Feed("erp", "orders", Source("orders"))
    assert feed_digest(replace(feed, source=Source("orders", files=("x.csv",)))) == feed_digest(feed)
    assert feed_digest(replace(feed, source=Source("orders", columns={"po_number": "PO"}))) != feed_digest(feed)


def test_a_field_that_is_new_in_the_code_matches_nothing_again():
    @dataclass
    class Said:
        a: int = 1

    newer = make_dataclass("Said", [("a", int, 1), ("b", str, "")])
    assert _digest([Said(2)]) == _digest([newer(2)]) != _digest([newer(2, "x")])
