"""Files of one table -> the first draft of its source: by a preset, by the names of columns, or with header files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import label, position
from recon.draft.columns.repeated import with_repeated_names
from recon.draft.one_shape import sheets_of
from recon.draft.synonyms import SURE
from recon.draft.text import Draft
from recon.draft.ways import header_of
from recon.errors import SourceError
from recon.read.header import fold
from recon.read.presets.fit import knows
from recon.rules.presets.catalogue import load
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.joined import Joined
    from recon.draft.look.inspection import Inspection
    from recon.draft.ways import Way

    Files = Sequence[tuple[Inspection, Way]]


def first_draft(table: str, group: Files, joined: Joined | None, interview: Interview) -> Draft:
    """Return the draft that names and presets make of files of one shape, before anything is asked of their columns."""
    if joined:
        return _with_headers(_by_names(table, group), joined)
    if group[0][1].preset:
        return _by_preset(table, group, interview)
    return with_repeated_names(_by_names(table, group), [one for one, _ in group], interview)


def _with_headers(draft: Draft, joined: Joined) -> Draft:
    """Return the draft of lines with what their header file gives."""
    one = joined.header[0]
    told = f"{label(one)} holds the headers of these lines: joined by {joined.beside.key}"
    columns = {**draft.columns, **joined.columns}
    ordered = {column: columns[column] for column in CANONICAL[draft.table].columns if column in columns}
    seen = (*draft.seen, (one, {**joined.columns, **joined.beside.columns}))
    return replace(draft, columns=ordered, beside=joined.beside, remarks=(*draft.remarks, told), seen=seen)


def _by_names(table: str, group: Files) -> Draft:
    one, way = group[0]
    draft = Draft(table, _paths(group), dict(way.mapping), seen=tuple((file, way.mapping) for file, way in group))
    named = {other.sheet for other, _ in group}
    sheet, sheets = one.sheet if len(named) == 1 else None, sheets_of(group)
    draft = replace(draft, encoding=one.encoding, separator=one.separator, sheet=sheet, sheets=sheets)
    found = len({other.header_row for other, _ in group}) > 1 and bool(sheets)  # by its names, in each sheet
    draft = replace(draft, header_row=one.header_row if one.header_row != 1 and not found else None)
    if sheets:
        told = f"the sheets {', '.join(sheets)} are read one after the other"
        draft = replace(draft, remarks=(*draft.remarks, told))
    names = header_of(one)
    if len({fold(name) for name in names}) < len(names) and all(
        names.count(name) == 1 for name in draft.columns.values()
    ):
        draft = _first_by_place(draft, one)
    return draft


def _first_by_place(draft: Draft, one: Inspection) -> Draft:
    """Map one column by its place: a run then takes no notice of columns of one name that nobody asks for."""
    first, name = next(iter(draft.columns.items()), (None, None))
    at = position(one, name)
    if first is None or at is None:
        return draft
    told = f"two columns share a name; #{at + 1} is {name}"
    return replace(draft, columns={**draft.columns, first: f"#{at + 1}"}, remarks=(*draft.remarks, told))


def _by_preset(table: str, group: Files, interview: Interview) -> Draft:
    one, way = group[0]
    name = str(way.preset)
    if way.twins:
        told = f"Which export is {label(one)}?"
        name = interview.answer(told, [name, *way.twins], f"sources.{table}.preset") or ""
    draft = Draft(table, _paths(group), preset=name, seen=tuple((file, way.mapping) for file, way in group))
    preset = load(name or str(way.preset))
    joined = way.role != "alone"
    if preset.encoding is None:
        draft = replace(draft, encoding=_one_encoding(group))
    draft = replace(draft, sheet=None if joined else one.sheet, columns={} if joined else _beside_preset(one, way))
    names = [(name, name in way.used) for file, way in group for name in header_of(file)]
    known = sum(used for _, used in names)
    return replace(draft, remarks=(f"{preset.description}: it knows {known} of the {len(names)} columns",))


def _one_encoding(group: Files) -> str | None:
    """Return the encoding to declare for files that are read together; refuses those that no single one reads right."""
    found = {one.encoding for one, _ in group if one.encoding is not None or not _is_ascii(one)}
    if len(found) > 1:
        where = ", ".join(label(one) for one, _ in group)
        raise SourceError("these files are joined and have different encodings", where, "Save them all as UTF-8.")
    return next(iter(found), None)


def _is_ascii(one: Inspection) -> bool:
    texts = one.raw.frame.get_columns() if one.raw is not None else []
    return all(str(name).isascii() for name in header_of(one)) and not any(
        column.str.contains(r"[^\x00-\x7F]").any() for column in texts
    )


def _paths(group: Files) -> tuple[str, ...]:
    return tuple(sorted({one.path for one, _ in group}))


def _beside_preset(one: Inspection, way: Way) -> dict[str, str]:
    """Return the columns that the preset does not name, and whose names leave no doubt."""
    named = next((fit for fit in one.tables if fit.table == way.table), None)
    if named is None:
        return {}
    sure = {
        (candidate.column, column.name)
        for column in one.columns
        for candidate in column.candidates
        if candidate.table == way.table and candidate.score == SURE
    }
    return {
        column: name
        for column, name in named.mapping.items()
        if column not in {*way.mapping, *named.rivals}
        and name not in one.parts
        and (column, name) in sure
        and not knows(load(str(way.preset)), name)  # it would have another meaning there, as `name` in Odoo
    }
