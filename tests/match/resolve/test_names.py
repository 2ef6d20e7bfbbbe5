"""Names as they compare: what is the same name, what never is, and that asking twice changes nothing."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recon.match.resolve.name_pairs import doubts, scores
from recon.match.resolve.names import LEAST, LONGEST, _forms, _words, common_words, normalise_names

SAME = """
Müller Maschinenbau GmbH | MUELLER MASCHINENBAU G.m.b.H.
Müller Maschinenbau GmbH | Muller Maschinenbau Gesellschaft mit beschränkter Haftung
Procter & Gamble Co. | PROCTER AND GAMBLE COMPANY
Schmidt und Söhne OHG | Schmidt & Sohne offene Handelsgesellschaft
Société Générale S.A. | societe generale SA
Dupont S.A.R.L. | S.A.R.L. Dupont
Dupont S.A.R.L. | Société à responsabilité limitée Dupont
Faberlic Europe Sp. z o.o. | FABERLIC EUROPE SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ
ООО "Газпром Нефть" | Gazprom Neft OOO
First Bank Int'l | 1st International Bank
J.P. Morgan & Co. | JP Morgan and Co
Coca-Cola | Coca Cola
Goodwill Works | Good Will Works
SiemensAG | Siemens AG
Ørsted Wind A/S | Oersted Wind AS
Nordic  Steel\u00a0AB | nordic steel ab
Ｎｉｐｐｏｎ Steel | NIPPON Steel
MÃ¼ller Stahl | Müller Stahl
Gebr. Weiss Transporte | Gebrüder Weiss Transport
Grupo Sol S.A. de C.V. | Grupo Sol SA DE CV
Bowne of Boston, Inc. | BOWNE BOSTON INCORPORATED
The Homs Refinery Company | HOMS REFINERY
Acme Pty. Ltd. | ACME PTY LIMITED
Kim & Lee Co., Ltd. | Kim Lee Company Limited
"""

OTHER = """
Deutsche Bank AG | Deutsche Bank GmbH
Supplier 1 Ltd | Supplier 2 Ltd
Bowne Solutions | Bowne Solutions II
Goldman Trust 2004-1 | Goldman Trust 2005-1
Alpha Industries Limited | Aloha Industries Limited
Banco Santander S.A. | Banco Santander Chile S.A.
BWI Industries, Inc. | BAE Industries, Inc.
North Supply Co Ltd | South Supply Co Ltd
ABC Company | CBA Company
Management Company 23 | Management Company
ACME | ACME Holdings Berlin
"""


def pairs(table: str) -> list[list[str]]:
    return [[name.strip() for name in line.split("|")] for line in table.strip().splitlines()]


def frames(one: str, other: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    return normalise_names(pl.Series([one])), normalise_names(pl.Series([other]))


def equal(one: str, other: str) -> bool:
    here, there = frames(one, other)
    shared = set(here["keys"][0]) & set(there["keys"][0])
    forms = {here["form"][0], there["form"][0]} - {""}
    glued = here["glued"][0] == there["glued"][0]
    return bool(shared) and (len(forms) < 2 or glued)


@pytest.mark.parametrize(("one", "other"), pairs(SAME))
def test_one_supplier_spelt_two_ways_has_one_name(one: str, other: str) -> None:
    assert equal(one, other)


@pytest.mark.parametrize(("one", "other"), pairs(OTHER))
def test_another_company_is_neither_equal_nor_beyond_doubt(one: str, other: str) -> None:
    here, there = frames(one, other)
    assert not equal(one, other)
    assert doubts(here, there)[0] != "" or here["numbers"][0] != there["numbers"][0]


@pytest.mark.parametrize(
    "name", ["HP", "3M", "", "???", "GmbH", "Ltd.", "The Ltd", "& Co. KG", "\u200b", "Aktiengesellschaft"]
)
def test_a_name_with_too_little_in_it_is_not_usable(name: str) -> None:
    assert not normalise_names(pl.Series([name]))["usable"][0]


def test_numbers_drop_their_zeros_and_misread_letters_are_none() -> None:
    names = pl.Series(["Depot 024 Nord 7", "K0hler Stahl", "Trust VIII", "Area51"])
    found = dict(normalise_names(names).select("name", "numbers").iter_rows())
    assert found == {"Depot 024 Nord 7": "24 7", "K0hler Stahl": "", "Trust VIII": "8", "Area51": "51"}


@pytest.mark.parametrize("name", ["Pаypal", "Αcme Works", "x" * 300])
def test_two_alphabets_in_a_word_and_overlong_names_are_flagged(name: str) -> None:
    assert normalise_names(pl.Series([name]))["mixed"][0]


@pytest.mark.parametrize("name", ["Газпром Neft", "Müller", "Ελληνική Γαλλική", "Größe"])
def test_two_alphabets_in_two_words_are_not(name: str) -> None:
    assert not normalise_names(pl.Series([name]))["mixed"][0]


def test_a_million_letters_are_read_as_far_as_the_limit() -> None:
    assert normalise_names(pl.Series(["ab" * 500_000]))["core"].str.len_chars()[0] == 256


def test_the_word_lists_do_not_feed_on_themselves() -> None:
    words = _words()
    long = {word for value in words.values() for word in value.split()}
    assert {f" {word} " for word in long} & set(words) == set()
    assert len(set(_forms().classes.values())) > 60
    assert all(word == word.lower() for word in common_words())


WORD = st.one_of(
    st.text(max_size=8),
    st.sampled_from([form.strip() for form in _forms().classes]),
    st.sampled_from([word.strip() for word in _words()]),
    st.sampled_from(["S.A.", "G.m.b.H.", "& Co. KG", "Müller", "İstanbul", "Straße", "x", "II", "007", "a/s"]),
)
NAME = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


@given(NAME)
def test_normalising_twice_is_normalising_once(name: str) -> None:
    once = normalise_names(pl.Series([name]))["core"][0]
    twice = normalise_names(pl.Series([once]))["core"][0]
    assert twice == once


@given(NAME)
def test_case_spaces_and_punctuation_at_the_edges_change_nothing(name: str) -> None:
    assume(len(name) < 100)
    plain, dressed = frames(name, f"  {name.replace(' ', '  ')}!? ")
    assert plain["core"].equals(dressed["core"])


@given(NAME, NAME)
def test_a_score_is_symmetric_and_a_hundred_for_the_same(one: str, other: str) -> None:
    here, there = frames(one, other)
    assert scores(here, there).equals(scores(there, here))
    assert scores(here, here)[0] == 100.0 or here["core"][0] == ""
    assert (doubts(here, there)[0] == "") == (doubts(there, here)[0] == "")


def named(text: str) -> dict[str, object]:
    return normalise_names(pl.Series([text])).row(0, named=True)


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ("Alpha Stahl A G", "alpha stahl"),
        ("Alpha Stahl g G m b H", "alpha stahl"),
        ("Alpha Stahl G m b H", "alpha stahl"),
        ("Alpha Stahl GmbH", "alpha stahl"),
    ],
)
def test_a_legal_form_spelt_letter_by_letter_is_one(written, core):
    assert named(written)["core"].lower() == core


@pytest.mark.parametrize(("letters", "usable"), [(LEAST, True), (LEAST - 1, False)])
def test_a_name_needs_so_many_letters_to_match(letters, usable):
    assert named("Q" * letters)["usable"] is usable


@pytest.mark.parametrize(("letters", "mixed"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_name_longer_than_is_read_is_for_a_person(letters, mixed):
    assert named("Q" * letters)["mixed"] is mixed


@pytest.mark.parametrize(
    ("written", "core", "form"),
    [
        ("Alpha Limited Liability Company", "alpha", "llc"),  # the longest form that is there, not `limited`
        ("Alpha Ltd Berlin", "alpha berlin", "ltd"),  # marked: a form anywhere
        ("Alpha AG Berlin", "alpha ag berlin", ""),  # not marked and short: a form at the end only
        ("Alpha AKG Audio", "alpha akg audio", ""),  # three letters are short
        ("Alpha AKG", "alpha", "ag"),
    ],
)
def test_where_in_a_name_a_legal_form_is_one(written, core, form):
    found = named(written)
    assert (str(found["core"]).lower(), found["form"]) == (core, form)


def test_few_names_which_are_remembered_are_what_many_are():
    names = pl.Series([f"Müller {n:03} & Söhne GmbH" for n in range(150)])
    many = normalise_names(names)
    few = [normalise_names(names[at : at + 60]) for at in (0, 40, 90)]
    assert_frame_equal(pl.concat(few).unique(maintain_order=True), many)
