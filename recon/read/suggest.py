"""Columns of a file -> the table they most likely are, and which column fills what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from recon.read.mapping import ALTERNATIVES
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.read.synonyms import Candidate

CLOSE = 4
"""Scores that lie no further apart are equals: which column is meant is a question."""
NAMES = ("supplier_name", "name")
"""Nobody is called by a number: a `Vendor` that is one is an id."""
HINTS = {
    "orders": ("order", "purch", "po_", "po-", "bestell", "commande", "pedido", "ordin", "ekpo", "ekko", "me2"),
    "receipts": (
        "receipt",
        "grn",
        "goods",
        "deliver",
        "wareneing",
        "reception",
        "recepcion",
        "ontvangst",
        "ekbe",
        "mseg",
        "mb51",
    ),
    "invoices": ("invoice", "bill", "rechnung", "facture", "factura", "fattur", "factuur", "rseg", "rbkp", "mir"),
    "suppliers": ("supplier", "vendor", "lieferant", "kreditor", "fournisseur", "proveedor", "fornitor", "leverancier"),
    "rates": ("rate", "kurs", "taux", "fx"),
    "conversions": ("conversion", "uom", "einheit"),
}


@dataclass(frozen=True)
class Described:
    """What the mapping needs to know of a column: its name, whether its cells are numbers, dates or other text."""

    name: str
    kind: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Suggestion:
    """How a file fits one table. `mapping`: canonical column -> header name; `rivals`: columns that fit as well.

    `missing`: what the table requires and no column gives; `score`: how much of file and table the mapping explains.
    """

    table: str
    mapping: Mapping[str, str]
    missing: tuple[str, ...]
    score: float
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def suggest(columns: Sequence[Described], file_name: str) -> list[Suggestion]:
    """Return how the columns fit each table, the likeliest first; tables of which nothing fits are left out."""
    found = [_suggestion(table, columns, file_name) for table in CANONICAL]
    return sorted((one for one in found if one.mapping), key=lambda one: -one.score)


def _suggestion(table: str, columns: Sequence[Described], file_name: str) -> Suggestion:
    scored = _scored(table, columns)
    mapping: dict[str, str] = {}
    for _, column, name in scored:
        if column not in mapping and name not in mapping.values():
            mapping[column] = name
    mapping = {column: mapping[column] for column in CANONICAL[table].columns if column in mapping}
    best = {column: max(score for score, c, _ in scored if c == column) for column in mapping}
    rivals = {
        column: tuple(
            n for s, c, n in scored if c == column and s >= best[column] - CLOSE and n not in mapping.values()
        )
        for column in mapping
    }
    missing = _missing(table, mapping)
    weight = sum(best[c] / 100 * (3 if c in CANONICAL[table].required else 1) for c in mapping)
    named = 0.75 * any(hint in file_name.lower() for hint in HINTS.get(table, ()))
    score = weight + named - 2 * len(missing) - 0.5 * (len(columns) - len(mapping))
    return Suggestion(table, mapping, missing, round(score, 3), {c: names for c, names in rivals.items() if names})


def _scored(table: str, columns: Sequence[Described]) -> list[tuple[int, str, str]]:
    """Return (score, canonical column, header name), best first; a column of the wrong kind is none."""
    order = list(CANONICAL[table].columns)
    scored = [
        (candidate.score, candidate.column, described.name)
        for described in columns
        for candidate in described.candidates
        if candidate.table == table and _is_plausible(table, candidate.column, described.kind)
    ]
    return sorted(scored, key=lambda one: (-one[0], order.index(one[1])))


def _is_plausible(table: str, column: str, kind: str) -> bool:
    dtype = CANONICAL[table].columns[column]
    if kind == "empty":
        return True
    if dtype == pl.Date:
        return kind == "date"
    if dtype.is_numeric():
        return kind == "number"
    return kind != "date" and not (column in NAMES and kind == "number")


def _missing(table: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    absent = [column for column in CANONICAL[table].required if column not in mapping]
    lacking = [
        choices
        for choices in ALTERNATIVES.get(table, ())
        if not any(mapping.keys() >= set(choice) for choice in choices)
    ]
    return (*absent, *(" or ".join(" and ".join(choice) for choice in choices) for choices in lacking))
