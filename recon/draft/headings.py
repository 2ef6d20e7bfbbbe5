"""What a heading says, word by word: concepts, and the columns that they make; for headings that no list has."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from recon.read.header import fold
from recon.rules.written.kinds import Text
from recon.rules.written.sections import Many, Pairs
from recon.rules.written.yaml_nodes import read_nodes
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DRAFTED = ("orders", "receipts", "invoices", "suppliers", "conversions", "rates")
"""The sources that are drafted: those of a match, not those of a month-end."""
READ, LESS, WEAK = 94, 91, 70
"""Every word is known; so, but other readings are likelier; some words are not known: only to be asked."""
DOCUMENTS = {"orders": "order", "receipts": "receipt", "invoices": "invoice"}
"""Table -> the concept that names its document."""
BLOCKING = frozenset({"other", "request"})
"""Concepts of things that no column of ours holds."""
TELLING = BLOCKING | frozenset(
    {*DOCUMENTS.values(), "supplier", "payee", "customer", "payment", "planned", "gross", "net", "tax", "percent"}
)
"""Concepts that say in brackets what a heading means."""
OTHERS = frozenset({"supplier_id", "item", "gl_account", "iban", "company", "plant", "cost_centre", "project"})
"""Columns of something else than the document: `Vendor Invoice No` is no number of the vendor."""
LONGEST_PHRASE, SHORTEST_PIECE, SHORTEST_SLIP = 4, 3, 4
PATH = re.compile(
    r"^[^/()]*(?i:\blines?|items?|moves?|_ids|zeilen|positionen|lignes|l[ií]neas|righe|regels|linhas)\s*/\s*(?=\S)"
)
"""What stands before the name of a line's own column: `Invoice lines/Product`."""
LABEL = re.compile(r"^\[[A-Z]{2,4}\]\s*(?=\S)")
"""What stands before a heading and says of what it is: `[PO] Order Id`, `[MEA]Quantity`."""
BRACKETS = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|\{([^}]*)\}")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
CODED = re.compile(
    r"[ _](?:[Ii]n[ _])?(EUR|USD|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY|SGD|HKD|ZAR|BRL|MXN|AED|SAR|"
    r"MYR|THB|eur|usd|gbp|chf|inr|[€$£])$"
)
"""A currency behind a heading: `Amount EUR`, `amount_usd`, `Price in $`."""
PER = re.compile(r"\s*/\s*(?=(?i:unit|each|ea|pc|uom|item)\b)")
RATE_IN_NAME = re.compile(r"\d+(?:[.,]\d+)?\s*(?:pct|percent|%)", re.IGNORECASE)
DOTLESS = ("ı", "i")
"""A letter of Turkish that is an accent's absence, and no accent."""
LINKS = ("", "s", "es", "n", "en", "e")
"""What German and Dutch put between the words of one word."""


@dataclass(frozen=True)
class Reading:
    """A column that a heading may be by its words; `score` 0-100, `WEAK` where some words are not understood."""

    table: str
    column: str
    score: int


@dataclass(frozen=True)
class _Pattern:
    table: str
    column: str
    needed: frozenset[str]
    allowed: frozenset[str]
    score: int


@lru_cache(maxsize=20_000)
def readings(heading: str) -> tuple[Reading, ...]:
    """Return the columns that the words of a heading make, per table; those of another document make none."""
    concepts, unknown = concepts_of(heading)
    if not concepts or concepts & BLOCKING:
        return ()
    found: dict[tuple[str, str], int] = {}
    for one in _patterns():
        if one.needed <= concepts <= one.allowed:
            score = WEAK if unknown else one.score
            found[one.table, one.column] = max(score, found.get((one.table, one.column), 0))
    return tuple(Reading(table, column, score) for (table, column), score in found.items())


def hint_of(heading: str) -> str:
    """Return what stands in brackets in a heading, or its currency, "" for nothing: a unit, a currency, a remark."""
    found = BRACKETS.search(heading)
    inner = next((part.strip() for part in found.groups() if part), "") if found else ""
    code = CODED.search(heading)
    return inner or (code[1] if code else "")


def own_name(heading: str) -> str:
    """Return the name of a line's own column without the path or label before it: `Invoice lines/Product` is Product."""
    return LABEL.sub("", PATH.sub("", heading))


def without_hint(heading: str) -> str:
    """Return a heading without its hint; as it is where nothing else would be left.

    Brackets that say what is meant stay: `Qty (PO)` is no `Qty`, `Amount (incl. VAT)` no `Amount`.
    """
    plain = BRACKETS.sub(lambda found: f" {_inner(found)} " if _is_telling(_inner(found)) else " ", heading)
    return " ".join(CODED.sub(" ", plain).split()) or heading


def _inner(found: re.Match[str]) -> str:
    return next((part for part in found.groups() if part), "")


def _is_telling(words: str) -> bool:
    concepts, unknown = concepts_of(words)
    return not unknown and bool(concepts & TELLING)


@lru_cache(maxsize=20_000)
def concepts_of(heading: str) -> tuple[frozenset[str], int]:
    """Return the concepts that a heading's words stand for, and how many words stand for none."""
    words = _split(heading)
    concepts: set[str] = set()
    unknown = at = 0
    while at < len(words):
        size, meant = _phrase(words[at : at + LONGEST_PHRASE])
        pieces = (meant,) if meant else _pieces(words[at])
        concepts.update(pieces)
        unknown += not pieces
        at += size
    return frozenset(concepts - {"silent"}), unknown


def misspelt(heading: str) -> bool:
    """Return whether a heading has a word that is not known and long enough for a slip, and is about nothing else."""
    concepts, _ = concepts_of(heading)
    odd = any(len(word) >= SHORTEST_SLIP and not _phrase([word])[1] and not _pieces(word) for word in _split(heading))
    return odd and not concepts & BLOCKING


def documents_of(heading: str) -> frozenset[str]:
    """Return the tables whose documents a heading names: `po_unit_price` is an order's."""
    concepts, _ = concepts_of(heading)
    return frozenset(table for table, concept in DOCUMENTS.items() if concept in concepts)


def _split(heading: str) -> list[str]:
    plain = " ".join(map(_parted, RATE_IN_NAME.sub(" ", without_hint(own_name(heading))).split()))
    plain = PER.sub(" per ", plain).replace("/", " ")
    plain = plain.replace("#", " no ").replace("%", " percent ").replace("°", " ").replace("º", " ")
    text = unicodedata.normalize("NFKD", fold(plain))
    letters = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in text).replace(*DOTLESS)
    return [word for word in re.findall(r"[^\W\d_]+|\d+", letters) if not word.isdigit()]


def _parted(word: str) -> str:
    """Return a word with a blank at each of its humps; one that is known as it stands (`USt`) as it is."""
    return word if " ".join(_plain(word)) in _words() else HUMPS.sub(" ", word)


def _phrase(words: Sequence[str]) -> tuple[int, str]:
    """Return how many of the next words are one phrase, and the concept that it stands for ("" for none)."""
    known = _words()
    for size in range(len(words), 0, -1):
        concept = known.get(" ".join(words[:size]), "")
        if concept:
            return size, concept
    return 1, ""


@cache
def _pieces(word: str) -> tuple[str, ...]:
    """Return the concepts of a word made of several (`Bestellmenge`, `fournisseurid`), the longest first pieces first."""
    known = _words()
    for end in range(len(word) - SHORTEST_PIECE + 1, SHORTEST_PIECE - 1, -1):
        first = known.get(word[:end])
        for link in LINKS if first else ():
            rest = word[end:]
            if not rest.startswith(link):
                continue
            rest = rest[len(link) :]
            concept = known.get(rest) if len(rest) >= SHORTEST_PIECE or rest in {"nr", "no", "id"} else None
            behind = (concept,) if concept else _pieces(rest) if len(rest) > SHORTEST_PIECE else ()
            if behind:
                return (str(first), *behind)
    return ()


@cache
def _words() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for concept, words in _sections()["words"].items():
        for word in words:
            found.setdefault(" ".join(_plain(word)), concept)
    return found


def _plain(word: str) -> list[str]:
    if word in {"#", "%"}:
        return ["no" if word == "#" else "percent"]
    text = unicodedata.normalize("NFKD", word.casefold())
    return re.findall(r"[^\W\d_]+", "".join(c for c in text if not unicodedata.combining(c)).replace(*DOTLESS))


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        pattern
        for section, columns in _sections().items()
        if section != "words"
        for table in (tuple(DOCUMENTS) if section == "any" else (section,))
        for column, written in columns.items()
        if column in CANONICAL[table].columns
        for pattern in _of(table, column, written)
    )


def _of(table: str, column: str, written: Sequence[str]) -> Iterator[_Pattern]:
    own = {DOCUMENTS.get(table, "")} if column not in OTHERS else set()
    for one in written:
        concepts = one.removeprefix("~").split()
        needed = frozenset(concept for concept in concepts if not concept.endswith("*"))
        allowed = needed | {concept.rstrip("*") for concept in concepts} | own
        yield _Pattern(table, column, needed, allowed, LESS if one.startswith("~") else READ)


@cache
def _sections() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    node, _ = read_nodes((resources.files("recon.draft") / "headings.yaml").read_bytes(), shipped=True)
    return Pairs(Text(), Pairs(Text(), Many(Text(), or_one=True))).read(node)
