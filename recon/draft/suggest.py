"""Columns of a file -> the table they most likely are, and which column fills what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.headings import DOCUMENTS, DRAFTED, READ, concepts_of, documents_of
from recon.draft.synonyms import LEAST_SCORE, Candidate
from recon.read.cells.mapping import ALTERNATIVES
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLOSE = 4
"""Scores that lie no further apart are equals: which column is meant is a question."""
SUPPLIERS_NUMBER = frozenset({"supplier", "invoice", "number"})
REFERENCE = re.compile(r"(?i)\br[eé]f|\brif\b|\brif\.|\bkenmerk|\bext(?:ern|\.|\b)|\bobc[ey]")
"""Beside the booking system's number of a document, a reference is the supplier's own."""
NAMES = ("supplier_name", "name", "uom")
"""Nobody is called by a number: a `Vendor` that is one is an id, and `Uds.` that are numbers say how many."""
COUNTED = ("po_line", "receipt_number")
"""Needed, but lines can be counted, and a receipt without a number is known by its row."""
SIGNS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "orders": [("po_number", measure) for measure in ("quantity", "unit_price", "amount")],
    "receipts": [
        (number, quantity)
        for number in ("po_number", "receipt_number")
        for quantity in ("quantity", "quantity_accepted")
    ],
    "invoices": [
        ("invoice_number", measure) for measure in ("quantity", "unit_price", "amount", "invoice_net", "invoice_total")
    ],
    "suppliers": [("supplier_id", "name")],
    "conversions": [("from_uom", "to_uom"), ("factor",)],
    "rates": [("currency", "rate")],
}
"""Table -> columns of which a file has one set at least, or it holds something else."""
NAMED = 0.75
"""What a file's name adds to the score of the table that it names."""
KINDS = {"number": "numbers", "date": "dates", "text": "text", "empty": "empty"}


@dataclass(frozen=True)
class Described:
    """What the mapping needs to know of a column: its name, whether its cells are numbers, dates or other text."""

    name: str
    kind: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Suggestion:
    """How a file fits one table. `mapping`: canonical column -> header name; `rivals`: columns that fit as well.

    `missing`: what the table requires and no column gives; `reasons`: why columns that are named so do not give it.
    `score`: how much of file and table the mapping explains.
    """

    table: str
    mapping: Mapping[str, str]
    missing: tuple[str, ...]
    score: float
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


def suggest(columns: Sequence[Described], said: str | None) -> list[Suggestion]:
    """Return how the columns fit each table, the likeliest first; tables of which nothing fits are left out.

    `said`: the table that the file's name says.
    """
    columns = _with_names_behind_ids(columns)
    found = [_suggestion(table, columns, said) for table in DRAFTED]
    return sorted((one for one in found if one.mapping), key=lambda one: -one.score)


def _with_names_behind_ids(columns: Sequence[Described]) -> list[Described]:
    """Return the columns in which a bare `Name` behind the supplier's number is the supplier's, and no text of an item."""
    found = list(columns)
    for at, (before, one) in enumerate(pairwise(columns), start=1):
        of_supplier = any(candidate.column == "supplier_id" for candidate in before.candidates)
        told = before.kind == "number" or bool({"number", "code"} & concepts_of(before.name)[0])
        if of_supplier and told and concepts_of(one.name) == (frozenset({"name"}), 0) and one.kind == "text":
            others = tuple(candidate for candidate in one.candidates if candidate.table not in DOCUMENTS)
            names = tuple(Candidate(table, "supplier_name", READ) for table in ("orders", "invoices"))
            found[at] = replace(one, candidates=(*names, *others))
    return found


def _suggestion(table: str, columns: Sequence[Described], said: str | None) -> Suggestion:
    scored = _scored(table, columns)
    mapping: dict[str, str] = {}
    for _, column, name in scored:
        if column not in mapping and name not in mapping.values():
            mapping[column] = name
    money = {"unit_price", "amount", "invoice_net", "invoice_total"} & mapping.keys()
    if table == "invoices" and "invoice_number" not in mapping and "document_id" in mapping and money:
        mapping["invoice_number"] = mapping.pop("document_id")  # there is no other number than the booking system's
    if table == "invoices":
        mapping = _with_suppliers_number(mapping, scored)
    if table == "receipts" and "quantity" not in mapping and "quantity_accepted" in mapping:
        mapping = _with_accepted_alone(mapping)
    if missing_of(table, mapping):
        mapping = _with_total_as_amount(table, mapping, scored)
    mapping = {column: mapping[column] for column in CANONICAL[table].columns if column in mapping}
    best = {
        column: max(score for score, c, n in scored if c == column or n == name) for column, name in mapping.items()
    }
    rivals = {
        column: tuple(
            n for s, c, n in scored if c == column and s >= best[column] - CLOSE and n not in mapping.values()
        )
        for column in mapping
    }
    missing = missing_of(table, mapping)
    if table == "receipts" and "receipt_number" not in mapping and said != table and not _names_receipts(mapping):
        missing = ("receipt_number", *missing)
    weights = {column: best[column] / 100 for column in mapping}
    score = NAMED * (said == table) + score_of(table, weights, len(missing), len(columns) - len(mapping))
    told = {column: names for column, names in rivals.items() if names}
    return Suggestion(table, mapping, missing, round(score, 3), told, _reasons(table, columns, mapping, missing))


def _with_suppliers_number(mapping: dict[str, str], scored: Sequence[tuple[int, str, str]]) -> dict[str, str]:
    """Take the column that is called the supplier's number of an invoice for it; another number is the booking system's."""
    taken = mapping.get("invoice_number")
    booked = "document" in concepts_of(taken or "")[0]
    called = [
        name
        for _, column, name in scored
        if column == "invoice_number"
        and (concepts_of(name)[0] >= SUPPLIERS_NUMBER or (booked and REFERENCE.search(name) and name != taken))
    ]
    own = called[0] if called else ""
    used = own in mapping.values() and mapping.get("document_id") != own
    if not own or taken is None or taken in called or used:
        return mapping
    kept = taken if mapping.get("document_id", own) == own else mapping["document_id"]
    return {**mapping, "document_id": kept, "invoice_number": own}


def _with_accepted_alone(mapping: Mapping[str, str]) -> dict[str, str]:
    """Take what was accepted for what was received, where that is not there: what was rejected is then not in it."""
    others = {
        column: name for column, name in mapping.items() if column not in {"quantity_accepted", "quantity_rejected"}
    }
    return {**others, "quantity": mapping["quantity_accepted"]}


def _with_total_as_amount(
    table: str, mapping: Mapping[str, str], scored: Sequence[tuple[int, str, str]]
) -> dict[str, str]:
    """Take a column for the amount that would do for the document's total too, where there is no other amount."""
    amounts = {name for _, column, name in scored if column == "amount"}
    total = next((c for c in ("invoice_net", "invoice_total") if mapping.get(c) in amounts), None)
    if table != "invoices" or "amount" in mapping or total is None:
        return dict(mapping)
    return {**{column: name for column, name in mapping.items() if column != total}, "amount": mapping[total]}


def _names_receipts(mapping: Mapping[str, str]) -> bool:
    return any("receipts" in documents_of(name) for name in mapping.values())


def is_likely(table: str, mapping: Mapping[str, str]) -> bool:
    """Return whether a file with these columns can be one of `table`: it says which document, and how much of it."""
    return any(set(names) <= mapping.keys() for names in SIGNS[table])


def score_of(table: str, weights: Mapping[str, float], missing: int, unused: int) -> float:
    """Return how much of a file and of `table` is explained: `weights` (0 to 1) of the columns that are filled."""
    filled = sum(weight * (3 if column in CANONICAL[table].required else 1) for column, weight in weights.items())
    return filled - 2 * missing - 0.5 * unused


def _reasons(
    table: str, columns: Sequence[Described], mapping: Mapping[str, str], missing: Sequence[str]
) -> tuple[str, ...]:
    """Say of columns that are named as one that is missing why they do not fill it: their cells, or another use."""
    words = {word for one in missing for word in one.split()} - mapping.keys()
    taken = {name: column for column, name in mapping.items()}
    return tuple(
        f"'{one.name}' could be {candidate.column}, but "
        + (f"is taken for {taken[one.name]}" if one.name in taken else f"its cells are {KINDS[one.kind]}")
        for one in columns
        for candidate in one.candidates
        if candidate.table == table and candidate.column in words
    )


def _scored(table: str, columns: Sequence[Described]) -> list[tuple[int, str, str]]:
    """Return (score, canonical column, header name), best first; a column of the wrong kind is none."""
    order = list(CANONICAL[table].columns)
    scored = [
        (candidate.score, candidate.column, described.name)
        for described in columns
        for candidate in described.candidates
        if candidate.table == table
        and candidate.score >= LEAST_SCORE
        and is_plausible(table, candidate.column, described.kind)
    ]
    bare = {described.name for described in columns if concepts_of(described.name)[0] == {"number"}}
    return sorted(scored, key=lambda one: (-one[0], order.index(one[1]), one[2] in bare))


def is_plausible(table: str, column: str, kind: str) -> bool:
    """Return whether cells of that kind can fill a column."""
    dtype = CANONICAL[table].columns[column]
    if kind == "empty":
        return True
    if dtype == pl.Date:
        return kind == "date"
    if dtype.is_numeric():
        return kind == "number"
    return kind != "date" and not (column in NAMES and kind == "number")


def missing_of(table: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a table requires and `mapping` does not give; alternatives in words."""
    absent = [c for c in CANONICAL[table].required if c not in mapping and c not in COUNTED]
    lacking = [
        choices
        for choices in ALTERNATIVES.get(table, ())
        if not any(mapping.keys() >= set(choice) for choice in choices)
    ]
    return (*absent, *(" or ".join(" and ".join(choice) for choice in choices) for choices in lacking))
