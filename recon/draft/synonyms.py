"""Which canonical column a header name may mean: known names in six languages and of many systems, then likeness."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from recon.read.header import fold
from recon.read.presets.fit import key_of
from recon.rules.written.kinds import Text
from recon.rules.written.sections import Many, Pairs
from recon.rules.written.yaml_nodes import read_nodes
from recon.tables import CANONICAL, PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_SCORE = 88
SHORTEST_ALIKE = 5
"""Shorter names are compared as a whole: `qty` is not like `city`."""
SURE, TECHNICAL, PREFIXED, VAGUE = 100, 97, 95, 94
PREFIXES = {
    "orders": ("purchase order", "po", "order", "purch"),
    "receipts": ("goods receipt", "grn", "gr", "receipt"),
    "invoices": ("invoice", "inv", "bill"),
}
"""What a file's own columns may begin with: `Invoice Qty` is `Qty` in a file of invoices, and nothing in one of orders."""


@dataclass(frozen=True)
class Candidate:
    """A canonical column that a header name may mean; `score` 0-100, 100 for a name that is known."""

    table: str
    column: str
    score: int


def candidates(name: str) -> list[Candidate]:
    """Return what a header name may mean, per table, the likeliest first."""
    found = [Candidate(table, column, score) for (table, column), score in _scores(name).items()]
    return sorted(found, key=lambda one: (-one.score, list(CANONICAL).index(one.table), one.column))


def is_known(name: str) -> bool:
    """Return whether a header name is one of those that are known."""
    return key_of(name) in _known_keys()


def _scores(name: str) -> dict[tuple[str, str], int]:
    key, words = key_of(name), _words(name)
    scores: dict[tuple[str, str], int] = {}
    for target, names in _names().items():
        if key in names.exact:
            scores[target] = SURE
        elif key in names.technical:
            scores[target] = TECHNICAL
        elif key in names.vague:
            scores[target] = VAGUE - names.place
        elif _without_prefix(words, target[0]) in names.exact:
            scores[target] = PREFIXED
        elif len(key) >= SHORTEST_ALIKE and (score := _likeness(words, names.words)) >= LEAST_SCORE:
            scores[target] = score
    return scores


def _without_prefix(words: str, table: str) -> str:
    prefix = next((one for one in PREFIXES.get(table, ()) if words.startswith(one + " ")), "")
    return key_of(words.removeprefix(prefix)) if prefix else ""


def _likeness(words: str, known: tuple[str, ...]) -> int:
    from rapidfuzz import fuzz, process

    best = process.extractOne(words, known, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_SCORE)
    return min(int(best[1]), SURE - 4) if best else 0


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
            frozenset(key_of(word) for word in (column, *listed.get((name, column), ()))),
            frozenset(key_of(word) for word in technical.get((name, column), ())),
            tuple(
                dict.fromkeys(
                    _words(word) for word in (column, *listed.get((name, column), ())) if len(word) >= SHORTEST_ALIKE
                )
            ),
            frozenset(key_of(word) for word in vague.get(column, ())),
            list(vague).index(column) if column in vague else 0,
        )
        for name, table in CANONICAL.items()
        for column in table.columns
        if column not in PLACE
    }


@cache
def _known_keys() -> frozenset[str]:
    return frozenset(key for names in _names().values() for key in (*names.exact, *names.technical, *names.vague))


def _sections() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    node, _ = read_nodes((resources.files("recon.draft") / "synonyms.yaml").read_bytes())
    return Pairs(Text(), Pairs(Text(), Many(Text(), or_one=True))).read(node)


def _listed() -> dict[tuple[str, str], tuple[str, ...]]:
    sections = _sections()
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, table in CANONICAL.items():
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
