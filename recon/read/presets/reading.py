"""Files of a source with a preset -> Raw, each with the mapping and the formats that fit it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import polars as pl

from recon.errors import RulesError, SourceError
from recon.read.cells.percent import percent_cells
from recon.read.flat import filled_down
from recon.read.presets.fit import Fit, deciding_columns, fit_beside, fit_lines, name_in, names_for
from recon.read.presets.join import (
    count_within,
    counted_headers,
    join_beside,
    lonely_headers,
    position,
    with_column,
    without_documents,
)
from recon.read.presets.options import settled, with_options
from recon.read.presets.peek import Table, tables_of
from recon.read.presets.rows import (
    blanked,
    blanked_where_unlike,
    counted,
    numbered_apart,
    own_receipts,
    signs_needed,
    trimmed,
    undecided,
)
from recon.read.presets.signs import journal, turned
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from recon.read.files.files import Blob
    from recon.read.raw import Raw
    from recon.rules.presets.preset import Preset
    from recon.rules.rule import Source

    Reader = Callable[[bytes, str, str, Source, Collection[str]], Raw]


@dataclass(frozen=True)
class PresetRead:
    """One file of lines as the preset reads it: its records, the source with the mapping and formats that fit the file.

    `used`: names of columns that nothing maps and that are read all the same (pieces, joins, those that leave rows out).
    """

    raw: Raw
    source: Source
    used: tuple[str, ...] = ()
    receipts: frozenset[int] = frozenset()
    """Rows of invoices that are receipts, too."""


@dataclass(frozen=True)
class _Opened:
    """A file, the table in it that fits, and how."""

    blob: Blob
    table: Table
    fit: Fit
    also_lines: bool = False
    """Of a header file: whether it has all that a file of lines must have, too."""


def read_preset(
    blobs: Sequence[Blob], source: Source, preset: Preset, read: Reader
) -> tuple[list[PresetRead], list[tuple[Raw, pl.DataFrame]]]:
    """Return the line files of a source with a preset, and the header files joined to them with the REJECTS of each.

    `read` reads one file by its suffix (data, path, suffix, source, wanted). Raises RulesError for a preset of another
    table; SourceError for a file that does not fit it, for formats that the file leaves open, and for
    whatever the reader refuses.
    """
    if preset.table != source.name:
        raise RulesError(
            f"preset '{preset.name}' is for {preset.table}, not for {source.name}", f"sources.{source.name}"
        )
    opened = [(blob, list(tables_of(blob, with_options(source, preset, blob.data), preset))) for blob in blobs]
    headers = _headers(opened, preset)
    given = {**source.defaults, **source.columns}
    lines = [found for blob, tables in opened if (found := _as_lines(blob, tables, preset, given, headers)) is not None]
    if not lines:
        _refuse_headers(opened, given, preset)
    beside = [(_read(header, source, preset, read), header.fit) for header in headers]
    opened_lines = [(line, _read(line, source, preset, read)) for line in lines]
    reads = [_line_read(line, raw, beside, source, preset) for line, raw in opened_lines]
    counted_ones = [(counted_headers(raw, preset), fit.joins, fit.columns) for raw, fit in beside]
    joined = [(raw, line.fit.joins) for line, raw in opened_lines]
    alone = lonely_headers(counted_ones, joined, reads[0].source) if beside else []
    return reads, [(raw, rejects) for (raw, _), rejects in zip(beside, alone, strict=True)]


def _headers(opened: Sequence[tuple[Blob, Sequence[Table]]], preset: Preset) -> list[_Opened]:
    """Return the header files: those that fit as such, and not better as lines.

    A header file may have all that the lines must have (an amount of its own). Where another file is one of lines and no
    header file, and has more of the lines' columns, it is not taken for lines.
    """
    pairs = [(blob, _as_beside(blob, tables, preset), _most_lines(tables, preset)) for blob, tables in opened]
    most = max((columns for _, header, columns in pairs if header is None), default=0)
    return [header for _, header, columns in pairs if header is not None and (not header.also_lines or columns < most)]


def _most_lines(tables: Sequence[Table], preset: Preset) -> int:
    """Return how many columns of lines the table that fits best as one has; 0 where none fits."""
    fits = [fit_lines(preset, row, {}, alone=False) for table in tables for row in table.rows]
    return max((len(fit.columns) for fit in fits if not fit.missing), default=0)


def fit_raw(raw: Raw, source: Source, preset: Preset) -> PresetRead:
    """Return a Raw that is already read (a query's answer) with the mapping and formats that fit it."""
    given = {**source.defaults, **source.columns}
    fit = fit_lines(preset, raw.header, given, alone=True)
    if fit.missing:
        _refuse(raw.path, raw.header, fit, preset)
    return _finish(raw, fit, fit.columns, with_options(source, preset, b""), preset)


def _as_beside(blob: Blob, tables: Sequence[Table], preset: Preset) -> _Opened | None:
    for table in tables:
        for row in table.rows:
            fit = fit_beside(preset, row)
            if fit is not None:
                return _Opened(blob, table, fit, also_lines=not fit_lines(preset, row, {}, alone=False).missing)
    return None


def _as_lines(
    blob: Blob, tables: Sequence[Table], preset: Preset, given: Mapping[str, str], headers: Sequence[_Opened]
) -> _Opened | None:
    """Return the table of lines in a file; nothing where the file holds headers only."""
    others = [table for table in tables if all(table is not header.table for header in headers)]
    tries = [(table, row, fit_lines(preset, row, given, not headers)) for table in others for row in table.rows]
    fits: dict[int, _Opened] = {}
    for table, _, fit in tries:
        if not fit.missing:
            fits.setdefault(id(table), _Opened(blob, table, fit))
    sheets = [found.table.sheet for found in fits.values() if found.table.sheet is not None]
    if len(sheets) > 1:
        hint = f"Name the one that is meant: `sheet: {sheets[0]}`"
        raise SourceError(f"several sheets fit preset '{preset.name}': {', '.join(sheets)}", blob.path, hint)
    if fits:
        return next(iter(fits.values()))
    if any(header.blob is blob for header in headers):
        return None
    if not tries:
        raise SourceError("the file is empty", blob.path, "It holds no line with text.")
    return _refuse_nearest(blob, tries, preset)


def _refuse_headers(
    opened: Sequence[tuple[Blob, Sequence[Table]]], given: Mapping[str, str], preset: Preset
) -> NoReturn:
    tries = [
        (blob.path, fit_lines(preset, row, given, alone=False))
        for blob, tables in opened
        for table in tables
        for row in table.rows
    ]
    path, nearest = max(tries, key=lambda one: (len(one[1].columns), -len(one[1].missing)))
    known = "; ".join(f"{column}: {', '.join(names_for(preset, column)[:8])}" for column in nearest.missing)
    hint = f"Add the file of the lines to `files`. If that is {path}, it lacks\n{known}"
    raise SourceError(f"preset '{preset.name}' finds headers only", opened[0][0].path, hint)


def _refuse_nearest(blob: Blob, tries: Sequence[tuple[Table, Sequence[str], Fit]], preset: Preset) -> NoReturn:
    _, row, nearest = max(tries, key=lambda one: (len(one[2].columns), -len(one[2].missing)))
    _refuse(blob.path, row, nearest, preset)


def _refuse(path: str, header: Sequence[str], fit: Fit, preset: Preset) -> NoReturn:
    known = "\n".join(f"{column}: {', '.join(names_for(preset, column)[:8])}" for column in fit.missing)
    shown = ", ".join(name for name in header if name)[:300]
    beside = (
        " or add the header file to `files`"
        if preset.beside and any(c in preset.beside.columns for c in fit.missing)
        else ""
    )
    hint = f"It looks for\n{known}\nand the columns are: {shown or 'none'}\nMap them with `columns`{beside}."
    raise SourceError(f"preset '{preset.name}' finds no {', '.join(fit.missing)}", path, hint)


def _read(opened: _Opened, source: Source, preset: Preset, read: Reader) -> Raw:
    blob, options = opened.blob, with_options(source, preset, opened.blob.data)
    raw = opened.table.read(blob, options, _wanted(opened, source), read)
    return replace(raw, sha256=blob.sha256, bytes=blob.bytes)


def _wanted(opened: _Opened, source: Source) -> tuple[str, ...]:
    named = [name for name in source.columns.values() if not name.startswith("#")]
    return tuple(dict.fromkeys([*opened.fit.names, *named]))


def _line_read(
    line: _Opened, raw: Raw, beside: Sequence[tuple[Raw, Fit]], source: Source, preset: Preset
) -> PresetRead:
    columns = dict(line.fit.columns)
    if beside:
        files = [(header, fit.joins) for header, fit in beside]
        raw = without_documents(raw, line.fit.joins, files, preset)
        raw, joined = join_beside(raw, line.fit.joins, files, [fit.columns for _, fit in beside])
        columns |= {column: name for column, name in joined.items() if column not in source.columns}
        origin = ", ".join(header.path for header, _ in beside)
        raw = replace(raw, notes=(*raw.notes, f"the columns {', '.join(joined)} come from {origin}"))
    done = _finish(raw, line.fit, columns, with_options(source, preset, line.blob.data), preset)
    told = line.table.verified(line.blob, done.source, _wanted(line, source))
    told += undecided(preset, [raw.header, *(header.header for header, _ in beside)])
    return replace(done, raw=replace(done.raw, notes=(*done.raw.notes, *told)))


def _finish(raw: Raw, fit: Fit, columns: Mapping[str, str], source: Source, preset: Preset) -> PresetRead:
    mapped = dict(columns)
    for column, whole in fit.pieces.items():
        cut = [trimmed(raw, name).str.extract(pattern, 1) for name, pattern in whole.items()]
        cells = pl.select(pl.coalesce(cut)).to_series()
        raw, mapped[column] = with_column(raw, f"{', '.join(whole)}: {column}", cells)
    for column, within in preset.number.items():
        if column not in mapped and within in mapped:
            raw, mapped[column] = with_column(raw, column, count_within(raw, mapped[within]))
    whole_cells = [name for names in fit.pieces.values() for name in names]
    used = (*whole_cells, *fit.joins, *deciding_columns(preset, raw.header))
    filled = [mapped[column] for column in preset.fill_down if column in mapped]
    states = [state for names in (*preset.keep, *preset.leave) if filled and (state := name_in(raw.header, names))]
    above = [*filled, *states]
    raw, mapped = journal(filled_down(raw, [position(raw, name) for name in above], above), mapped, preset)
    raw, mapped = turned(counted(raw, preset), mapped, preset)
    raw = numbered_apart(blanked_where_unlike(blanked(raw, mapped, preset), mapped, preset), mapped, preset)
    source = replace(source, columns={**mapped, **source.columns})
    raw = percent_cells(signs_needed(raw, source, preset), source.columns, CANONICAL[source.name])
    source, notes = settled(raw, source, preset)
    return PresetRead(replace(raw, notes=(*raw.notes, *notes)), source, used, own_receipts(raw, preset))
