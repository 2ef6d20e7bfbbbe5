"""Candidates and scores of names, held against a slow reading of what their docstrings say, and at their boundaries."""

from __future__ import annotations

from collections import Counter
from math import log, sqrt
from random import Random

import polars as pl
import pytest

from recon.match.resolve import name_pairs
from recon.match.resolve.name_pairs import CANDIDATES, candidates, cut_short, doubts, scores
from recon.match.resolve.names import normalise_names

FEW, BUDGET = 6, 5


def slow_candidates(names: list[str], known: list[str]) -> set[tuple[int, int]]:
    """Return the pairs that meet through rare letter groups, one name after the other."""
    small = len(known) < FEW
    size, least = (3, 0) if small else (4, 30)
    frequency = Counter(gram for name in known for gram in grams(name, size))
    weight = {gram: round(log(len(known) / count) ** 2 * 1000) + 1 for gram, count in frequency.items()}
    norm = [sqrt(sum(weight[gram] for gram in grams(name, size))) for name in known]
    found = set()
    for place, name in enumerate(names):
        looked_up = rare(sorted((frequency[gram], gram) for gram in grams(name, size) if gram in frequency))
        shared = [looked_up & grams(other, size) for other in known]
        like = {n: sum(weight[gram] for gram in both) / norm[n] for n, both in enumerate(shared) if both}
        near = [n for n, value in like.items() if value * 100 >= least * max(like.values())]
        found |= {(place, n) for n in sorted(near, key=lambda n: (-like[n], n))[:CANDIDATES]}
    return found


def grams(name: str, size: int) -> set[str]:
    padded = f" {name} "
    return {padded[start : start + size] for start in range(len(padded) - size + 1)}


def rare(rarest_first: list[tuple[int, str]]) -> set[str]:
    met, taken = 0, set()
    for turn, (frequency, gram) in enumerate(rarest_first):
        met += frequency
        if met <= BUDGET or (turn == 0 and frequency <= 2 * BUDGET):
            taken.add(gram)
    return taken


def numbered(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"id": range(len(names)), "ordered": names}, schema={"id": pl.UInt32, "ordered": pl.String})


@pytest.mark.parametrize("many", [FEW - 2, FEW - 1, FEW, FEW + 1, 12, 25])
def test_candidates_are_those_of_the_slow_reading(many, monkeypatch):
    monkeypatch.setattr(name_pairs, "SMALL", FEW)
    monkeypatch.setattr(name_pairs, "PAIR_BUDGET", BUDGET)
    monkeypatch.setattr(name_pairs, "CHUNK", 3)
    dice = Random(many)
    for _ in range(60):
        names, known = ([drawn(dice) for _ in range(count)] for count in (7, many))
        assert set(candidates(numbered(names), numbered(known)).iter_rows()) == slow_candidates(names, known)


def drawn(dice: Random) -> str:
    return " ".join("".join(dice.choices("ab", k=dice.randint(1, 5))) for _ in range(dice.randint(1, 2)))


@pytest.mark.parametrize(("bearers", "met"), [(2 * BUDGET, CANDIDATES), (2 * BUDGET + 1, 0)])
def test_a_rarest_letter_group_may_meet_twice_as_many(bearers, met, monkeypatch):
    """All known names share `quill`, and nothing else with the name: each of its groups meets all of them."""
    monkeypatch.setattr(name_pairs, "PAIR_BUDGET", BUDGET)
    known = [f"{chr(97 + n) * 5} quill" for n in range(bearers)]
    assert candidates(numbered(["quill"]), numbered(known)).height == met


def test_no_more_than_so_many_candidates_are_scored():
    known = [f"alpha {n:03}" for n in range(CANDIDATES + 3)]
    assert candidates(numbered(["alpha"]), numbered(known)).height == CANDIDATES


def score(one: str, other: str) -> float:
    return scores(normalise_names(pl.Series([one])), normalise_names(pl.Series([other])))[0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Obermeister GmbH", "Obermeister GmbH", 100.0),
        ("Obermeister GmbH", "Obermeister AG", 95.0),  # another legal form: five less
        ("Abc GmbH", "Xyz AG", 0.0),  # nothing alike, less five, is still nothing
        ("Obermeister", "Obermeistr", 95.24),  # 2 x 10 of 21 letters: 95.238...
    ],
)
def test_a_score_is_the_share_of_equal_letters(one, other, expected):
    assert score(one, other) == expected


def is_cut(one: str, other: str) -> bool:
    return cut_short(normalise_names(pl.Series([one])), normalise_names(pl.Series([other])))[0]


@pytest.mark.parametrize(
    ("short", "long", "cut"),
    [
        ("Obermeisterei Bau", "Obermeisterei Bauwesen", True),  # 17 letters, three of the last word
        ("Obermeisterei Ba", "Obermeisterei Bauwesen", False),  # two of the last word are too few
        ("Obermeisterwerk", "Obermeisterwerke", True),  # 15 letters are enough
        ("Obermeisterhof", "Obermeisterhofs", False),  # 14 are not
        ("Obermeisterei Bau", "Obermeisterei Bau Wesen", False),  # a whole word more is another name
        ("Obermeisterei Bau", "Obermeisterei Bau", False),
        ("Obermeisterei Rau", "Obermeisterei Bauwesen", False),
    ],
)
def test_a_name_cut_short_ends_in_the_middle_of_a_word(short, long, cut):
    assert (is_cut(short, long), is_cut(long, short)) == (cut, cut)
    assert (score(short, long) >= 95) or not cut


def doubt(one: str, other: str) -> str:
    return doubts(normalise_names(pl.Series([one])), normalise_names(pl.Series([other])))[0]


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ("Kvem Obermeister", "Kvem Obermeistr", True),  # a word of four letters carries the slip
        ("Kve Obermeister", "Kve Obermeistr", False),  # one of three does not
        ("Kvemo Larsen", "Kvemo Larsn", False),  # a letter missing: of five letters that is no slip
        ("Kvemo Larsens", "Kvemo Larsen", True),  # of six it is
        ("Kvemo Larsen", "Kvemo Larson", False),  # a wrong letter: not in six
        ("Kvemo Larsens", "Kvemo Larsons", True),  # in seven it is
        ("Kvemo Larsen", "Kvemo Lasren", True),  # swapped letters are no wrong letter
        ("Kvemo Obermeister", "Kvemo Obermisterr", False),  # two slips need twelve letters, here are eleven
        ("Kvemo Obermeisters", "Kvemo Obermesiterz", True),
        ("Kvemo Obermeisters", "Kvemo Obermaastery", False),  # three slips are never one name
        ("Kvemo Larsens 1", "Kvemo Larsens 2", False),  # a number is never a slip
    ],
)
def test_which_slips_are_taken_for_one_name_unseen(one, other, sure):
    assert (doubt(one, other) == "", doubt(other, one) == "") == (sure, sure)
