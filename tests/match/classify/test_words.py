"""Sentences are templates: what a piece of one says, and that a language is a table of them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon.codes import CODES
from recon.errors import InvariantError
from recon.kinds import EXACT
from recon.match.classify.english import ENGLISH
from recon.match.classify.hints import HINTS
from recon.match.classify.messages import with_messages
from recon.match.classify.results import FACTS
from recon.match.classify.words import CONDITIONS, Language
from recon.match.compare.findings import FINDINGS
from recon.report.views.wrong import SHORT
from recon.result_tables import DISCREPANCIES

NUMBERS = {"expected": "10", "actual": "1234.5", "variance": "-2", "amount_at_risk": None}


def said(template, phrases=None, **columns):
    """Return what a template says of one finding."""
    numbers = {c: pl.Series([n and Decimal(n)], dtype=EXACT) for c, n in NUMBERS.items()} | {"sign": pl.Series([-1])}
    texts = {"code": "c", "currency": "EUR", "item": None, "detail": "R1"} | columns
    found = pl.DataFrame({**numbers, **{c: pl.Series([t], dtype=pl.String) for c, t in texts.items()}})
    return with_messages(found, Language({"c": template}, phrases or {}))["message"].item()


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("Billed {actual:number} of {item|this}.", "Billed 1,234.5 of this."),
        ("{actual:money}, {size:number} fewer", "1,234.50 EUR, 2 fewer"),
        ("{amount_at_risk:money} at risk", "? at risk"),
        ("{detail} and [{item}]", "R1 and []"),
        ("{detail:title|None}", "R1"),
        ("nothing to fill in", "nothing to fill in"),
    ],
)
def test_a_piece_is_written_as_its_kind_says(template, told):
    assert said(template) == told


@pytest.mark.parametrize(("item", "told"), [("M", "3 of item M!"), (None, "3 of what was ordered!")])
def test_a_phrase_says_the_first_turn_that_holds(item, told):
    phrases = {"item": {"item": "item {item:text}", "": "what was ordered"}}
    assert said("3 of {item}!", phrases, item=item) == told


def test_a_language_is_a_second_table():
    german = {"bigger": {"more": "mehr", "": "weniger"}}
    assert said("Berechnet {actual:number}, {size:number} {bigger}", german) == ("Berechnet 1,234.5, 2 weniger")


def test_a_kind_that_is_none_is_a_bug():
    with pytest.raises(InvariantError, match="nimber is no kind of text"):
        said("{actual:nimber}")


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_can_be_said_and_needs_what_findings_have(code):
    needed = set(ENGLISH.sentence(code).meta.root_names())
    assert needed <= {*FINDINGS, *FACTS, "receipt_numbers", "places", *HINTS}


@pytest.mark.parametrize("code", CODES)
def test_the_few_words_of_a_code_need_only_what_is_published(code):
    beside = {"item", "description", "line_type", "cited", "places"}
    assert set(SHORT.sentence(code).meta.root_names()) <= {*DISCREPANCIES.columns, *beside}


def test_every_condition_is_some_phrases():
    assert {turn for turns in ENGLISH.phrases.values() for turn in turns} - {""} == set(CONDITIONS)
