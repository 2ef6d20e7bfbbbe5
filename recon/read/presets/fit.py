"""A preset against a header: which of its columns are there, under which names, and what is missing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from recon.read.header import fold
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.rules.presets.preset import Names, Preset


@dataclass(frozen=True)
class Fit:
    """Canonical column -> the file's name for it, for the lines and for what a header file gives; what is missing.

    `pieces`: canonical column -> the file's names of the cells it is part of, and the pattern of each.
    """

    columns: Mapping[str, str]
    pieces: Mapping[str, Mapping[str, str]]
    joins: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the file's columns that are used, each once."""
        whole = [name for names in self.pieces.values() for name in names]
        return tuple(dict.fromkeys([*self.columns.values(), *whole, *self.joins]))


def key_of(name: str) -> str:
    """Return what two header names share that differ in case, spaces and punctuation only."""
    folded = fold(name)
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if c.isalnum())
    return plain or folded


def find_columns(mapping: Mapping[str, Names], header: Sequence[str], taken: Sequence[str] = ()) -> dict[str, str]:
    """Return canonical column -> name in `header`, the best name first; no name of the file serves two columns.

    `po_number > Item` is the column `Item` directly behind the one found for `po_number`.
    """
    known: dict[str, str] = {}
    for name in header:
        known.setdefault(key_of(name), name)
    found: dict[str, str] = {}
    used = set(taken)
    for column, names in mapping.items():
        for name in names:
            before, _, plain = name.rpartition(" > ")
            written = _behind(header, found.get(before), plain) if before else known.get(key_of(name))
            if written and written not in used:
                found[column] = written
                used.add(written)
                break
    return found


def _behind(header: Sequence[str], before: str | None, name: str) -> str | None:
    sought = {key_of(name), key_of(f"{before} {name}")}  # the second where names are told apart
    return next((then for first, then in pairwise(header) if first == before and key_of(then) in sought), None)


def fit_lines(preset: Preset, header: Sequence[str], given: Mapping[str, str], alone: bool) -> Fit:
    """Return how `header` fits as a file of lines; `alone`: no header file stands beside it.

    `given` are columns that the rules file maps or defaults: they need not be found.
    """
    beside = preset.beside
    columns = _line_columns(preset, header)
    joins: dict[str, str] = {}
    needed = [column for column in required(preset) if column not in {*given, *preset.defaults}]
    if beside is not None and alone:
        columns |= find_columns(_without(beside.columns, columns), header, tuple(columns.values()))
    elif beside is not None:
        columns = {column: name for column, name in columns.items() if column not in beside.columns}
        needed = [column for column in needed if column not in beside.columns]
        joins = find_columns(dict(zip(_on(preset), beside.on, strict=True)), header)
    pieces = _find_pieces(preset, columns, header)
    missing = [column for column in needed if column not in {*columns, *pieces, *preset.number}]
    missing += [names for names in _on(preset) if beside is not None and not alone and names not in joins]
    kept = {column: name for column, name in columns.items() if column not in given}
    return Fit(kept, pieces, tuple(joins.values()), tuple(missing))


def _line_columns(preset: Preset, header: Sequence[str]) -> dict[str, str]:
    groups = [find_columns(group, header) for group in preset.choices]
    whole = next((found for found, group in zip(groups, preset.choices, strict=True) if len(found) == len(group)), {})
    return {**whole, **find_columns(_without(preset.columns, whole), header, tuple(whole.values()))}


def _on(preset: Preset) -> list[str]:
    return [" or ".join(names) for names in preset.beside.on] if preset.beside else []


def _find_pieces(preset: Preset, columns: Mapping[str, str], header: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for column, pieces in preset.pieces.items():
        named = {name: piece.pattern for piece in pieces if (name := name_in(header, piece.names))}
        if named and column not in columns:
            found[column] = named
    return found


def fit_beside(preset: Preset, header: Sequence[str]) -> Fit | None:
    """Return how `header` fits as the header file of the preset, or nothing where it does not."""
    beside = preset.beside
    if beside is None:
        return None
    joins = find_columns({str(i): names for i, names in enumerate(beside.on)}, header)
    columns = find_columns(beside.columns, header)
    if len(joins) < len(beside.on) or not set(beside.required) <= set(columns):
        return None
    return Fit(columns, {}, tuple(joins.values()), ())


def required(preset: Preset) -> list[str]:
    """Return the canonical columns that must be found."""
    return list(dict.fromkeys([*CANONICAL[preset.table].required, *preset.required]))


def name_in(header: Sequence[str], names: Names) -> str | None:
    """Return the name in `header` of a column that is known by several."""
    return find_columns({"": names}, header).get("")


def deciding_columns(preset: Preset, header: Sequence[str]) -> tuple[str, ...]:
    """Return the names in `header` of columns that decide which rows and cells are read."""
    headers = tuple(preset.beside.keep) if preset.beside else ()
    pairs = [names for pair in preset.only_where_equal.values() for names in pair]
    told = preset.transactions
    journal = (told.type, told.id, told.parent) if told else ()
    deciding = (*preset.keep, *preset.leave, *preset.own_receipts, *preset.negative, *headers, *pairs, *journal)
    return tuple(name for names in deciding if (name := name_in(header, names)))


def knows(preset: Preset, name: str) -> bool:
    """Return whether `name` is one of the preset's names, for whichever column."""
    beside = preset.beside.columns if preset.beside else {}
    columns = {column for mapping in (preset.columns, *preset.choices, beside, preset.pieces) for column in mapping}
    return any(key_of(name) == key_of(known) for column in columns for known in names_for(preset, column))


def names_for(preset: Preset, column: str) -> tuple[str, ...]:
    """Return the names that a preset knows for a canonical column."""
    mappings = [preset.columns, *preset.choices, preset.beside.columns if preset.beside else {}]
    names = [name for mapping in mappings for name in mapping.get(column, ())]
    names += [name for piece in preset.pieces.get(column, ()) for name in piece.names]
    return tuple(dict.fromkeys(names))


def _without(mapping: Mapping[str, Names], taken: Mapping[str, object]) -> dict[str, Names]:
    return {column: names for column, names in mapping.items() if column not in taken}
