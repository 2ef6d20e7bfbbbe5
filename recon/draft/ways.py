"""One file -> the ways in which it can fill a table: by a preset, or by the known names of its columns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from recon.draft.cells import position
from recon.draft.suggest import NAMED, score_of
from recon.draft.synonyms import is_listed
from recon.read.header import told_apart
from recon.read.presets.fit import deciding_columns, fit_beside, fit_lines
from recon.rules.presets.catalogue import load, names
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.look.inspection import Inspection
    from recon.draft.suggest import Suggestion
    from recon.read.presets.fit import Fit
    from recon.rules.presets.preset import Preset

DOCUMENTS = ("orders", "receipts", "invoices")
FEWEST_OF_PRESET = 5
"""So many columns of a file must be a preset's, or a few common words would make it a system's export."""
PER_COLUMN = 1.5
"""What one column adds to the score of a file: that it is filled, and that no column is left over."""
CLEAR_MARGIN = 1.5
"""A way is clearly better than another if its score is so much higher."""


@dataclass(frozen=True)
class Way:
    """How a file can fill a table. `mapping`: canonical column -> the file's name; `used`: all names that are read.

    `preset`: None if by known names alone. `role`: a file of its own, or the lines or the headers of two that are joined.
    `missing`: what no column gives; `rivals`: columns that fit as well; `twins`: presets that fit as well.
    `half`: lines of a system's tables, to be joined with a header file that is not here. `also`: tables
    that the file would fill too, if its name did not say this one. `flat`: it holds other tables side by side with this. `telling`: the file has columns that only this preset understands (cells of two things, rows to be left out).
    """

    table: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    score: float = 0.0
    used: tuple[str, ...] = ()
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    preset: str | None = None
    role: Literal["alone", "lines", "header"] = "alone"
    twins: tuple[str, ...] = ()
    telling: bool = False
    flat: bool = False
    half: bool = False
    also: tuple[str, ...] = ()


def joined_presets(seen: Sequence[Inspection]) -> dict[str, str]:
    """Return table -> the preset by which a header file among `seen` is joined to a file of lines."""
    found: dict[str, tuple[int, str]] = {}
    for preset in map(load, names()):
        roles = [(one, way) for one in seen if (way := _joined_way(one, preset)) is not None]
        if {way.role for _, way in roles} == {"lines", "header"}:
            used = sum(len(way.used) for _, way in roles)
            found[preset.table] = max(found.get(preset.table, (0, "")), (used, preset.name))
    return {table: name for table, (_, name) in found.items()}


def ways_of(one: Inspection, joined: Mapping[str, str]) -> list[Way]:
    """Return the best way to fill each table with a file, the likeliest table first.

    A preset is taken where it covers the file clearly better than the known names do.
    """
    named = {fit.table: _by_names(fit) for fit in one.tables} if one.kind != "list export" else {}
    found = []
    for table in dict.fromkeys((*DOCUMENTS, *named)):
        preset, names_way = _best_preset(one, table, joined.get(table)), named.get(table)
        if preset is not None and (names_way is None or _clearly_better(preset, names_way)):
            found.append(preset)
        elif names_way is not None:
            found.append(names_way)
    return sorted(found, key=lambda way: -way.score)


def header_of(one: Inspection) -> tuple[str, ...]:
    """Return the names of the file's columns."""
    return tuple(column.name for column in one.columns)


def one_line_each(one: Inspection, mapping: Mapping[str, str]) -> bool:
    """Return whether every order has one row only: then it has one line, and needs no number."""
    at = position(one, mapping.get("po_number"))
    return one.raw is not None and at is not None and bool(one.raw.frame[:, at].is_unique().all())


def _by_names(fit: Suggestion) -> Way:
    return Way(fit.table, fit.mapping, fit.missing, fit.score, tuple(fit.mapping.values()), fit.rivals)


def _clearly_better(preset: Way, named: Way) -> bool:
    if preset.missing and not named.missing:
        return preset.half and len(preset.used) >= len(named.used)
    if preset.role != "alone":
        return True
    if not preset.missing and {word for column in named.missing for word in column.split()} & preset.mapping.keys():
        return True
    # A name that is in no list, and only its words tell, says less than a preset that lists it.
    read = sum(not is_listed(name) for name in named.used)
    covers = len(preset.used) - len(named.used) + read
    score = named.score - PER_COLUMN * read
    return covers >= 0 and (preset.telling or (covers > 0 and preset.score >= score + CLEAR_MARGIN))


def _best_preset(one: Inspection, table: str, joined: str | None) -> Way | None:
    presets = [preset for preset in map(load, names()) if preset.table == table]
    if one.kind == "list export":
        presets = [preset for preset in presets if preset.layout == "list"]
    ways = [way for preset in presets if (way := _alone(one, preset)) is not None]
    best = max(ways, key=_rank, default=None)
    half = _joined_way(one, load(joined)) if joined is not None else None
    if half is not None and (best is None or best.missing or len(best.used) <= len(half.used)):
        return half
    if best is None:
        return None
    alike = [way for way in ways if _rank(way) == _rank(best)]
    called = [way for way in alike if str(way.preset).rpartition("-")[2] in one.path.rpartition("/")[2].lower()]
    best = called[0] if len(called) == 1 else best  # `mb51.xlsx`: a file that is called as its screen is its export
    twins = tuple(str(way.preset) for way in alike if way is not best) if best not in called[:1] else ()
    return replace(best, twins=twins)


def _rank(way: Way) -> tuple[int, float]:
    return -len(way.missing), way.score


def _alone(one: Inspection, preset: Preset) -> Way | None:
    header = told_apart(header_of(one))
    fit = fit_lines(preset, header, {}, alone=True)
    if len(fit.columns) + len(fit.pieces) < FEWEST_OF_PRESET:
        return None
    way = _by_preset(one, preset, fit, "alone")
    lines = preset.beside is not None and not fit_lines(preset, header, {}, alone=False).missing
    technical = all(name.isupper() and " " not in name for name in way.used)
    return replace(way, half=lines and technical)


def _joined_way(one: Inspection, preset: Preset) -> Way | None:
    """Return the way of a file that is the lines or the headers of two to be joined."""
    header = told_apart(header_of(one))
    if preset.beside is None or one.said not in {None, preset.table}:
        return None
    lines = fit_lines(preset, header, {}, alone=False)
    if not lines.missing:
        given = fit_lines(preset, header, {}, alone=True).columns.keys()
        whole = given >= preset.beside.columns.keys()
        return None if whole or len(lines.columns) < FEWEST_OF_PRESET else _by_preset(one, preset, lines, "lines")
    beside = fit_beside(preset, header)
    return _by_preset(one, preset, beside, "header") if beside is not None else None


def _by_preset(one: Inspection, preset: Preset, fit: Fit, role: Literal["alone", "lines", "header"]) -> Way:
    header = told_apart(header_of(one))
    mapping = {**fit.columns, **{column: next(iter(names)) for column, names in fit.pieces.items()}}
    deciding = deciding_columns(preset, header)
    used = tuple(dict.fromkeys((*fit.names, *deciding)))
    other = preset.columns if role == "header" else preset.beside.columns if preset.beside and role == "lines" else {}
    given = {column for column in other if column in CANONICAL[preset.table].required}
    weights = dict.fromkeys((*mapping, *given, *(f"leave {name}" for name in deciding)), 1.0)
    score = score_of(preset.table, weights, len(fit.missing), len(header) - len(used))
    score += NAMED * (one.said == preset.table)
    telling = bool(fit.pieces or deciding)
    return Way(preset.table, mapping, fit.missing, score, used, {}, preset.name, role, (), telling)
