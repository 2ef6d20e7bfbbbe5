"""A source in two kinds of file: its documents' headers, and their lines, joined by a key that both have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.cells.mapping import asked_columns, is_position, needed, pieced, unquoted
from recon.read.header import columns_are, find_name
from recon.read.presets.join import join_beside, lonely_headers
from recon.read.readers import blobs, read_raw
from recon.tables import CANONICAL, PLACE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from recon.read.raw import Raw
    from recon.rules.rule import HeaderFiles, Source


@dataclass(frozen=True)
class Joined:
    """The line files with their headers' columns, each with the source that says where its columns stand; the headers,
    each with the REJECTS of those that have no line; the names of the columns that join.
    """

    lines: Sequence[tuple[Raw, Source]]
    headers: Sequence[tuple[Raw, pl.DataFrame]]
    used: tuple[str, ...]


def read_beside(source: Source, beside: HeaderFiles, folder: Path) -> Joined:
    """Read and join the files of a source with header files. Raises SourceError where either lacks a column that joins."""
    joins = beside.header_key or beside.key
    of_headers = replace(
        source, files=beside.files, columns={}, carry=(), sheet=beside.sheet, header_row=beside.header_row
    )
    headers = [_with_key(raw, joins) for raw in _read(of_headers, folder, joins)]
    known = {name for raw, _ in headers for name in raw.header}
    wanted = _wanted(source, beside, known)
    lines = [_with_key(raw, beside.key) for raw in _read(source, folder, wanted)]
    maps = [_from_header(raw, lines[0][0].header, source, beside) for raw, _ in headers]
    joined = [_joined(raw, on, headers, maps, source) for raw, on in lines]
    alone = lonely_headers([(raw, on, m) for (raw, on), m in zip(headers, maps, strict=True)], lines, source)
    rejects = [(raw, bad) for (raw, _), bad in zip(headers, alone, strict=True)]
    return Joined(joined, rejects, beside.key)


def _read(source: Source, folder: Path, wanted: Collection[str]) -> list[Raw]:
    found = []
    for blob in blobs(source, folder):
        raw = read_raw(blob.data, blob.path, blob.suffix, source, wanted)
        found.append(replace(raw, sha256=blob.sha256, bytes=blob.bytes))
    return found


def _with_key(raw: Raw, key: Sequence[str]) -> tuple[Raw, tuple[str, ...]]:
    """Return a file, and what it calls the columns that join."""
    at = [find_name(name, raw.header) for name in key]
    absent = [name for name, position in zip(key, at, strict=True) if position is None]
    if absent:
        raise SourceError(
            f"`beside` joins by {', '.join(absent)}, which is not there", raw.path, columns_are(raw.header)
        )
    return raw, tuple(raw.header[position] for position in at if position is not None)


def _wanted(source: Source, beside: HeaderFiles, in_headers: Collection[str]) -> tuple[str, ...]:
    """Return the names that the line files must have: the key, and whatever no header file has."""
    names = [
        *source.columns.values(),
        *source.carry,
        *pieced(source),
        *(unquoted(name) for name in asked_columns(source)),
    ]
    names += [] if source.columns else needed(source)
    elsewhere = {*in_headers, *beside.columns}
    return tuple(dict.fromkeys([*beside.key, *(n for n in names if n not in elsewhere and not is_position(n))]))


def _from_header(raw: Raw, lines: Sequence[str], source: Source, beside: HeaderFiles) -> dict[str, str]:
    """Return what a header file gives: column (canonical, carried or asked for) -> its name there.

    What the line file has too is the line's own, but what `beside.columns` names is the header's.
    """
    table = CANONICAL[source.name]
    names = {c: source.columns.get(c, "" if source.columns else c) for c in table.columns if c not in PLACE}
    names |= {name: name for name in (*source.carry, *map(unquoted, asked_columns(source)))}
    taken = {c: name for c, name in names.items() if name and find_name(name, lines) is None}
    positions = {c: find_name(name, raw.header) for c, name in (taken | dict(beside.columns)).items()}
    return {c: raw.header[at] for c, at in positions.items() if at is not None}


def _joined(
    raw: Raw,
    on: Sequence[str],
    headers: Sequence[tuple[Raw, Sequence[str]]],
    maps: Sequence[Mapping[str, str]],
    source: Source,
) -> tuple[Raw, Source]:
    table = CANONICAL[source.name]
    own = {c: c for c in table.columns if c not in PLACE and find_name(c, raw.header) is not None}
    raw, names = join_beside(raw, on, headers, maps)
    columns = dict(source.columns) if source.columns else own
    columns |= {c: name for c, name in names.items() if c in table.columns}
    origin = ", ".join(header.path for header, _ in headers)
    told = f"the columns {', '.join(names)} come from {origin}"
    return replace(raw, notes=(*raw.notes, told)), replace(source, columns=columns)
