"""Inspected files -> which table each of them fills, with which preset or by which columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.read.presets import load, names
from recon.read.presets.fit import fit_beside, fit_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.read.inspect import Inspection
    from recon.read.interview import Interview
    from recon.read.suggest import Suggestion

LEAVE_OUT = "leave it out"
CLEAR_MARGIN = 1.5
"""A file is taken for the table that fits best if the next best lies at least so far behind."""
FEWEST_OF_PRESET = 5


@dataclass(frozen=True)
class Draft:
    """One source to be: its files, and what the rules say of them. `remarks` go beside it as comments."""

    table: str
    files: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    preset: str | None = None
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    number_format: str | None = None
    date_format: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    seen: tuple[Inspection, ...] = field(default=(), repr=False)


def with_presets(seen: Sequence[Inspection]) -> tuple[list[Draft], list[Inspection]]:
    """Return the sources that need a preset (a header file beside the lines, a list export), and the files left."""
    left = list(seen)
    drafts: list[Draft] = []
    for _, name in sorted(((_columns_used(name, seen), name) for name in names()), reverse=True):
        preset = load(name)
        if preset.beside is not None:
            files = _joinable(name, left)
        else:
            files = [
                one
                for one in left
                if one.kind == "list export" and preset.layout == "list" and one.presets[:1] == (name,)
            ]
        if files and all(draft.table != preset.table for draft in drafts):
            drafts.append(
                Draft(
                    preset.table,
                    tuple(one.path for one in files),
                    preset=name,
                    remarks=(preset.description,),
                    seen=tuple(files),
                )
            )
            left = [one for one in left if one not in files]
    return drafts, left


def _header(one: Inspection) -> tuple[str, ...]:
    return tuple(column.name for column in one.columns)


def _columns_used(name: str, seen: Sequence[Inspection]) -> int:
    return max((len(fit_lines(load(name), _header(one), {}, alone=False).columns) for one in seen), default=0)


def _joinable(name: str, seen: Sequence[Inspection]) -> list[Inspection]:
    """Return header and line files of a preset, or nothing where it has not both."""
    preset = load(name)
    lines = [one for one in seen if _needs_header(name, _header(one))]
    headers = [one for one in seen if one not in lines and fit_beside(preset, _header(one)) is not None]
    headers = [one for one in headers if fit_lines(preset, _header(one), {}, alone=False).missing]
    return [*headers, *lines] if lines and headers else []


def _needs_header(name: str, header: Sequence[str]) -> bool:
    preset = load(name)
    fit = fit_lines(preset, header, {}, alone=False)
    return (
        not fit.missing
        and len(fit.columns) >= FEWEST_OF_PRESET
        and bool(fit_lines(preset, header, {}, alone=True).missing)
    )


def sorted_by_table(seen: Sequence[Inspection], interview: Interview) -> dict[str, list[tuple[Inspection, Suggestion]]]:
    """Return table -> its files with their mapping; asks where a file could be of several tables, or of none."""
    tables: dict[str, list[tuple[Inspection, Suggestion]]] = {}
    for one in seen:
        suggestion = _suggestion(one, interview)
        if suggestion is not None:
            tables.setdefault(suggestion.table, []).append((one, suggestion))
    return tables


def _suggestion(one: Inspection, interview: Interview) -> Suggestion | None:
    if one.raw is None or not one.tables:
        reason = one.obstacles[0].message if one.obstacles else "it has no columns that recon knows"
        interview.answer(f"{one.path} cannot be used: {reason}. Leave it out?", (LEAVE_OUT,))
        return None
    first, *others = one.tables
    if (
        first.score > 0
        and not _lacks(one, first)
        and all(first.score - other.score >= CLEAR_MARGIN for other in others)
    ):
        return first
    options = [other.table for other in one.tables[:3]]
    chosen = interview.answer(f"What does {one.path} hold?", [*options, LEAVE_OUT])
    return next((other for other in one.tables if other.table == chosen and interview.ask is not None), None)


def _lacks(one: Inspection, fit: Suggestion) -> bool:
    return bool([column for column in fit.missing if column != "po_line" or not _one_line_each(one, fit.mapping)])


def _one_line_each(one: Inspection, mapping: Mapping[str, str]) -> bool:
    """Return whether every order has one row only: then it has one line, and needs no number."""
    if one.raw is None or "po_number" not in mapping:
        return False
    return bool(one.raw.frame[:, one.raw.header.index(mapping["po_number"])].is_unique().all())
