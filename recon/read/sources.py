"""Rules -> Sources: every source's files read, mapped, converted; what cannot be read is refused or a reject."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.threads import in_threads
from recon.errors import SourceError
from recon.read.cells.expect import controls, verify
from recon.read.files.files import HELD, find_files
from recon.read.files.remote import is_remote, size_of
from recon.read.flat import Numbering
from recon.read.part import Part, header_part, part_of, with_own_receipts
from recon.read.readers import COUNTED_TWICE, as_written, blobs, raws, read_raw
from recon.rules.written.sources import NEEDED
from recon.tables import CANONICAL, RECEIPT_LINES, REJECTS, Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.read.presets import PresetRead
    from recon.read.raw import Raw
    from recon.rules.rule import HeaderFiles, Rules, Source
    from recon.tables import Table

READ_AT_ONCE = 4
BLOCK_BYTES = 1 << 25
UNKNOWN = 1 << 40
"""An object of unknown size is taken for a large one."""


def read_sources(rules: Rules) -> Sources:
    """Read every source of `rules` into canonical frames (tables.py), each row with its `source` and `row`.

    Raises SourceError for a file that is missing, damaged or not what the mapping needs; a row with a cell that does
    not convert goes to `rejects` instead of its frame.
    """
    sources, folder = _sources(rules)
    several = list(in_threads(lambda source: list(_parts(source, folder, HELD)), sources, READ_AT_ONCE))
    parts = dict(zip((source.name for source in sources), several, strict=True))
    frames = {table.name: _joined(parts.get(name, []), table) for name, table in CANONICAL.items()}
    own = [part.receipts for several in parts.values() for part in several if part.receipts.height]
    frames |= {RECEIPT_LINES.name: pl.concat([frames[RECEIPT_LINES.name], *own], how="diagonal")} if own else {}
    rejects = [part.rejects for several in parts.values() for part in several]
    files = told_once(part.file for several in parts.values() for part in several)
    there = {f"{CANONICAL[name].name}.{c}" for name, several in parts.items() for part in several for c in part.columns}
    absent = _COLUMNS - there
    return Sources(**frames, rejects=pl.concat([REJECTS.empty(), *rejects]), files=files, absent=absent)


def read_blocks(rules: Rules) -> Iterator[Sources]:
    """Yield what `read_sources` returns in pieces, one after the other: a file, or some megabytes of it, at a time.

    Raises as that does, once the last piece of a source has been read. `files` come last.
    """
    sources, folder = _sources(rules)
    files = []
    for source in sources:
        for part in _parts(source, folder, BLOCK_BYTES):
            files.append(part.file)
            lines = {RECEIPT_LINES.name: part.receipts, CANONICAL[source.name].name: part.lines}
            there = {f"{CANONICAL[source.name].name}.{column}" for column in part.columns}
            yield Sources(**{**_NOTHING, **lines}, rejects=part.rejects, absent=_COLUMNS - there)
    yield Sources(**_NOTHING, files=told_once(files), absent=_COLUMNS)


def parts_of(source: Source, folder: Path) -> list[Part]:
    """Return what the files of one source give, each whole. Raises SourceError as `read_sources` does."""
    return list(_parts(source, folder, HELD))


def size(rules: Rules) -> int:
    """Return how many bytes the files and objects of all sources have; UNKNOWN for an object that does not tell."""
    sources, folder = _sources(rules)
    files = (path for source in sources if source.query is None for path in find_files(source, folder))
    return sum(_size(path) for path in files)


def _size(path: str) -> int:
    if is_remote(path):
        size = size_of(path)
        return UNKNOWN if size is None else size
    return Path(path).stat().st_size if Path(path).is_file() else 0


_COLUMNS = frozenset(f"{table.name}.{column}" for table in CANONICAL.values() for column in table.columns)
_NOTHING: Mapping[str, Any] = {table.name: table.empty() for table in CANONICAL.values()}


def told_once(files: Iterable[Mapping[str, object]]) -> tuple[Mapping[str, object], ...]:
    """Return what is said of each file, once: of one read in pieces their rows are added up, and their notes together."""
    told: dict[tuple[object, object], dict[str, Any]] = {}
    for file in files:
        key = (file["source"], file["path"])
        if key not in told:
            told[key] = dict(file)
            continue
        one: dict[str, Any] = told[key]
        one |= {count: one[count] + file[count] for count in ("rows", "rejects", "filtered")}
        one["notes"] = [*dict.fromkeys([*one["notes"], *file["notes"]])]  # type: ignore[misc]
    return tuple(told.values())


def _sources(rules: Rules) -> tuple[list[Source], Path]:
    """Return the sources that have files or a query. Raises SourceError where feeds alone bring what is needed."""
    read = {name: source for name, source in rules.sources.items() if source.files or source.query}
    if fed := [name for name in NEEDED if name in rules.sources and name not in read]:
        raise SourceError(f"the rules name no files of {fed[0]}: feeds bring them", str(rules.path), "What feeds brought is in the store: `recon run RULES --store`.")  # fmt: skip
    return [replace(source, base_currency=rules.base_currency) for source in read.values()], rules.path.parent


def _parts(source: Source, folder: Path, size: int) -> Iterator[Part]:
    """Yield what each file of a source gives, `size` bytes of it at a time; at the end its control figures are verified."""
    source = replace(source, preset=None) if source.preset == "canonical" else source
    numbering = Numbering.of(source)
    several = source.query is None and len(find_files(source, folder)) > 1
    if source.preset is not None:
        parts = _preset_parts(source, folder, numbering)
    elif source.beside is not None:
        parts = _beside_parts(source, source.beside, folder, numbering)
    else:
        several = several or len(source.sheets) > 1
        whole = any(needs_whole(as_written(source, path)) for path in (*source.file_formats, ""))
        found = raws(source, folder, HELD if whole else size)
        parts = (part_of(raw, as_written(source, raw.path), numbering) for raw in found)
    content: dict[str, tuple[int, int]] = {}
    controlled, rows, rejects = [], 0, 0
    for part in parts:
        if several:
            _add_content(content, part)
        controlled.append(part.lines.select(controls(source)))
        rows, rejects = rows + part.lines.height + part.rejects.height, rejects + part.rejects.height
        yield part
    _refuse_copies(content)
    verify(source, controlled, rows, rejects)


def needs_whole(source: Source) -> bool:
    """Return whether a file must be seen as a whole, not in pieces, before any of its rows is read."""
    dates = len(source.date_format) > 1 or any("%y" in form for form in source.date_format)
    return dates or source.distinct or bool(source.fill_down)


def _add_content(content: dict[str, tuple[int, int]], part: Part) -> None:
    """Count a file's lines and add up what they hash to, whatever their line ends, encoding or packing."""
    rows, mark = content.get(str(part.file["path"]), (0, 0))
    marks = part.lines.drop("source", "row").hash_rows().cast(pl.Decimal(38, 0)).sum()
    content[str(part.file["path"])] = (rows + part.lines.height, mark + int(marks or 0))


def _refuse_copies(content: Mapping[str, tuple[int, int]]) -> None:
    """Raise SourceError for a file with the very lines of another."""
    first: dict[tuple[int, int], str] = {}
    for path, lines in content.items():
        if lines[0] and lines in first:
            raise SourceError(f"the same lines as {first[lines]}", path, COUNTED_TWICE)
        first[lines] = path


def _preset_parts(source: Source, folder: Path, numbering: Numbering) -> Iterator[Part]:
    """Yield the parts of a source with a preset: every file has the mapping and the formats that fit it."""
    from recon.read.presets import fit_raw, read_preset
    from recon.rules.presets.catalogue import load

    preset = load(source.preset or "", folder)
    if source.query is not None:
        reads = [fit_raw(raw, source, preset) for raw in raws(replace(source, columns={}, header_row=0), folder, HELD)]
        headers: list[tuple[Raw, pl.DataFrame]] = []
    else:
        reads, headers = read_preset(list(blobs(source, folder)), source, preset, read_raw)
    made_with = {"preset": source.preset, "preset_sha256": preset.digest}
    parts = (_preset_part(read, numbering) for read in reads)
    for part in chain((header_part(raw, rejects, source) for raw, rejects in headers), parts):
        yield replace(part, file={**part.file, **made_with})


def _preset_part(read: PresetRead, numbering: Numbering) -> Part:
    part = part_of(read.raw, read.source, numbering, read.used)
    return with_own_receipts(part, read.receipts) if read.receipts else part


def _beside_parts(source: Source, beside: HeaderFiles, folder: Path, numbering: Numbering) -> Iterator[Part]:
    """Yield the parts of a source whose documents' headers stand in files of their own."""
    from recon.read.beside import read_beside

    joined = read_beside(source, beside, folder)
    yield from (header_part(raw, rejects, source) for raw, rejects in joined.headers)
    yield from (part_of(raw, one, numbering, joined.used) for raw, one in joined.lines)


def _joined(parts: list[Part], table: Table) -> pl.DataFrame:
    if not parts:
        return table.empty()
    # Carried columns are text, so that frames of several files can only differ in which of them they have.
    frames = [part.lines for part in parts]
    return table.check(frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal"))
