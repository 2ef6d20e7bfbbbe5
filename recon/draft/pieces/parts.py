"""A file of which the cells of one column are taken apart: what is part of them stands in columns of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells
from recon.draft.look.columns import describe_columns
from recon.draft.look.obstacles import of_columns
from recon.draft.suggest import Described, suggest
from recon.draft.synonyms import LEAST_SCORE, SURE, Candidate
from recon.read.pieces import with_piece
from recon.rules.rule import CellPart
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection

TABLES = ("orders", "receipts", "invoices")


def may_be(column: Column, *canonical: str) -> bool:
    """Return whether a column is called like one of these canonical columns."""
    return any(one.column in canonical and one.score >= LEAST_SCORE for one in column.candidates)


def texts_of(one: Inspection, *canonical: str) -> set[str]:
    """Return what stands in the columns of a file that are called like one of these."""
    return {cell for column in one.columns if may_be(column, *canonical) for cell in cells(one, column.name)}


def taken_apart(one: Inspection, whole: Column, parts: Mapping[str, str], told: str) -> Inspection:
    """Return the file with a column for each of `parts` (canonical column -> pattern); `whole` itself then means nothing.

    Other columns of the file are no longer taken for one of them.
    """
    raw = one.raw
    if raw is None:
        return one
    for column, pattern in parts.items():
        raw = with_piece(raw, column, CellPart(whole.name, pattern))
    new = describe_columns(raw)[-len(parts) :]
    new = tuple(_meant(each, column) for each, column in zip(new, parts, strict=True))
    old = tuple(replace(each, candidates=() if each is whole else _others(each, parts)) for each in one.columns)
    columns = (*old, *new)
    described = [Described(each.name, each.kind, each.candidates) for each in columns]
    mine = f", column '{whole.name}'"
    obstacles = [each for each in one.obstacles if not each.where.endswith(mine)]
    pieces = {each.name: CellPart(whole.name, pattern) for each, pattern in zip(new, parts.values(), strict=True)}
    return replace(
        one,
        raw=raw,
        columns=columns,
        tables=tuple(suggest(described, one.said)),
        obstacles=(*obstacles, *of_columns(new, one.path)),
        notes=(*one.notes, told),
        parts={**one.parts, **pieces},
    )


def _meant(column: Column, canonical: str) -> Column:
    tables = (table for table in TABLES if canonical in CANONICAL[table].columns)
    return replace(column, candidates=tuple(Candidate(table, canonical, SURE) for table in tables))


def _others(column: Column, parts: Mapping[str, str]) -> tuple[Candidate, ...]:
    return tuple(one for one in column.candidates if one.column not in parts)
