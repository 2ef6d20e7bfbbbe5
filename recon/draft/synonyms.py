"""Which canonical column a header name may mean: known names in many languages and of many systems, then likeness."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from recon.draft.headings import DRAFTED, LESS, documents_of, misspelt, own_name, readings, without_hint
from recon.read.header import fold
from recon.read.presets.fit import key_of
from recon.rules.written.kinds import Text
from recon.rules.written.sections import Many, Pairs
from recon.rules.written.yaml_nodes import read_nodes
from recon.tables import CANONICAL, PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_SCORE = 88
PER_UNIT = re.compile(
    r"(?i:price|cost|rate|preis|prix|precio|prezzo|prijs|preço)\s*(?:/|(?i:per|pro|je|par|por)\b)\s*"
    r"(?i:unit|each|ea|pcs?|uom|einheit|stück|st|unité|unidad|ud|unità|stuk|eenheid|unidade)\.?"
)
SHORTEST_ALIKE = 5
"""Shorter names are compared as a whole: `qty` is not like `city`."""
SURE, TECHNICAL, VAGUE, TYPO = 100, 97, 94, 90


@dataclass(frozen=True)
class Candidate:
    """A canonical column that a header name may mean; `score` 0-100, 100 for a name that is known."""

    table: str
    column: str
    score: int


def _key(name: str) -> str:
    """Return what names have in common that are one; a percent sign is a word: `VAT %` is no VAT."""
    return key_of(name.replace("%", " percent "))


@lru_cache(maxsize=20_000)
def candidates(name: str) -> tuple[Candidate, ...]:
    """Return what a header name may mean, per table, the likeliest first; below LEAST_SCORE only to be asked about."""
    found = [Candidate(table, column, score) for (table, column), score in _scores(name).items()]
    return tuple(sorted(found, key=lambda one: (-one.score, list(CANONICAL).index(one.table))))


def is_known(name: str) -> bool:
    """Return whether a header name is one of those that are known, or whose every word is."""
    return is_listed(name) or any(one.score >= LESS for one in readings(name))


def is_listed(name: str) -> bool:
    """Return whether a header name stands in a list of ours."""
    return _key(without_hint(name)) in _known_keys()


def _scores(name: str) -> dict[tuple[str, str], int]:
    plain = without_hint(own_name(name))
    key = "priceperunit" if PER_UNIT.fullmatch(plain) else _key(plain)
    read = {(one.table, one.column): one.score for one in readings(name)}
    scores: dict[tuple[str, str], int] = {}
    for target, names in _names().items():
        if key in names.exact:
            scores[target] = SURE
        elif key in names.technical:
            scores[target] = TECHNICAL
        elif key in names.vague:
            scores[target] = VAGUE - names.place
        elif target in read:
            scores[target] = read[target]
    return scores if max(scores.values(), default=0) >= LEAST_SCORE else {**scores, **_typos(name)}


def _typos(name: str) -> dict[tuple[str, str], int]:
    """Return the columns of which one name is nearly this one, letter for letter; never that of another document."""
    words, named = _words(name), documents_of(name)
    if len(words) < SHORTEST_ALIKE or not misspelt(name):
        return {}
    return {
        target: TYPO
        for target, names in _names().items()
        if (best := _likeness(words, names.words)) and named <= documents_of(best)
    }


def _likeness(words: str, known: tuple[str, ...]) -> str:
    from rapidfuzz import fuzz, process

    best = process.extractOne(words, known, scorer=fuzz.ratio, score_cutoff=LEAST_SCORE)
    return best[0] if best else ""


@dataclass(frozen=True)
class _Names:
    exact: frozenset[str]
    technical: frozenset[str]
    words: tuple[str, ...]
    vague: frozenset[str]
    place: int


@cache
def _names() -> Mapping[tuple[str, str], _Names]:
    listed, technical, vague = _listed(), _of_presets(), _sections().get("vague", {})
    return {
        (name, column): _Names(
            frozenset(_key(word) for word in (column, *listed.get((name, column), ()))),
            frozenset(_key(word) for word in technical.get((name, column), ())),
            tuple(
                dict.fromkeys(
                    _words(word) for word in (column, *listed.get((name, column), ())) if len(word) >= SHORTEST_ALIKE
                )
            ),
            frozenset(_key(word) for word in vague.get(column, ())),
            list(vague).index(column) if column in vague else 0,
        )
        for name, table in ((name, CANONICAL[name]) for name in DRAFTED)
        for column in table.columns
        if column not in PLACE
    }


@cache
def _known_keys() -> frozenset[str]:
    return frozenset(key for names in _names().values() for key in (*names.exact, *names.technical, *names.vague))


def _sections() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    node, _ = read_nodes((resources.files("recon.draft") / "synonyms.yaml").read_bytes(), shipped=True)
    return Pairs(Text(), Pairs(Text(), Many(Text(), or_one=True))).read(node)


def _listed() -> dict[tuple[str, str], tuple[str, ...]]:
    sections = _sections()
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, table in ((name, CANONICAL[name]) for name in DRAFTED):
        for section in ("any", name):
            for column, words in sections.get(section, {}).items():
                if column in table.columns:
                    found[name, column] = (*found.get((name, column), ()), *words)
    return found


def _of_presets() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the names that the shipped presets know: technical names above all."""
    from recon.rules.presets.catalogue import load, names

    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for preset in map(load, names()):
        mappings = [preset.columns, *preset.choices, preset.beside.columns if preset.beside else {}]
        for column, words in ((column, words) for mapping in mappings for column, words in mapping.items()):
            # A word of one system's screen (`Name`, `Type`) means other things elsewhere; a technical name does not.
            technical = tuple(word for word in words if "_" in word or (word.isupper() and len(word) > 3))
            found[preset.table, column] = (*found.get((preset.table, column), ()), *technical)
    return found


def _words(name: str) -> str:
    plain = "".join(
        c if c.isalnum() else " " for c in unicodedata.normalize("NFKD", fold(name)) if not unicodedata.combining(c)
    )
    return " ".join(plain.split())
