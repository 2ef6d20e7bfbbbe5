"""A file as recon sees it: layout, columns with their formats, what each may mean, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.draft.file_names import named_table, says_sales
from recon.draft.gaps import gaps
from recon.draft.look.above import groups_of
from recon.draft.look.columns import describe_columns
from recon.draft.look.inspection import Inspection, lenient
from recon.draft.look.obstacles import Obstacle, obstacle_of, of_cells, of_columns, of_repeats
from recon.draft.look.others import other_kind
from recon.draft.look.presets import fitting_presets, joining_presets
from recon.draft.look.second import second_header
from recon.draft.look.text import look_at_text
from recon.draft.look.units import units_below, without_units
from recon.draft.look.workbook import look_at_workbook, refuse_other_sheet, sheet_names
from recon.draft.pieces.pieces import with_own_pieces
from recon.draft.suggest import Described, is_plausible, suggest
from recon.errors import SourceError
from recon.read.again import AGAIN, repeats_of
from recon.read.files.files import Blob, read_blob
from recon.read.readers import read_raw
from recon.read.register import is_kind
from recon.rules.rule import STDIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.look.column import Column
    from recon.read.raw import Raw


def inspect_file(path: str | Path, sheet: str | None = None) -> Inspection:
    """Look at a CSV, text, list export, workbook or Parquet file (also .gz, or `-`), and say what recon sees in it.

    Cells of two things that its own headings tell are taken apart. Raises SourceError where there is no such file,
    RulesError where it has no such sheet; whatever else is wrong is an obstacle in the answer.
    """
    return with_own_pieces(inspect_whole(path, sheet))


def inspect_whole(path: str | Path, sheet: str | None = None) -> Inspection:
    """Look at a file as `inspect_file` does, its cells as they are. Raises as that does."""
    path = Path(path)
    piped = str(path) == STDIN
    if path.is_dir():
        hint = "Name a file in it; `recon init` drafts rules for all of them."
        raise SourceError("a folder, not a file", str(path), hint)
    if not piped and not path.is_file():
        raise SourceError("there is no such file", str(path))
    try:
        blob = read_blob(STDIN if piped else str(path.resolve()), path.resolve().parent)
        if sheet is not None:
            refuse_other_sheet(blob, sheet)
        seen = _look(blob, sheet)
    except SourceError as error:
        return Inspection(path.name, "unreadable", obstacles=(obstacle_of(error),))
    return _described(seen)


def inspect_tables(path: str | Path) -> list[Inspection]:
    """Look at a file as `inspect_whole` does; a workbook gives an answer for each of its sheets."""
    path = Path(path)
    try:
        blob = read_blob(str(path.resolve()), path.resolve().parent)
        names: Sequence[str | None] = sheet_names(blob) if is_kind(blob.suffix, "workbook", refused=True) else ()
    except SourceError:
        names = ()
    return [inspect_whole(path, name) for name in names or (None,)]


def _look(blob: Blob, sheet: str | None) -> Inspection:
    if is_kind(blob.suffix, "workbook", refused=True):
        return look_at_workbook(blob, sheet)
    if is_kind(blob.suffix, "parquet"):
        raw = read_raw(blob.data, blob.path, blob.suffix, lenient(), ())
        return Inspection(blob.path, "Parquet file", raw.frame.height, raw=raw)
    return look_at_text(blob)


def _described(seen: Inspection) -> Inspection:
    raw = seen.raw
    if raw is None:
        return seen
    if units := units_below(raw):
        row, raw = raw.rows[0], without_units(raw)
        told = f"row {row} says units ({', '.join(units.values())}) and is no line: a draft leaves it out by `where`"
        seen = replace(seen, raw=raw, units=units, notes=(*seen.notes, told))
    if (other := second_header(raw)) is not None:
        told = f"row {other[0]} begins another table ({other[1]})"
        hint = "Put each table in a file or sheet of its own."
        seen = replace(seen, second=told, obstacles=(*seen.obstacles, Obstacle(told, seen.path, hint)))
    groups = groups_of(seen.groups, raw.header) if seen.groups else ()
    columns = describe_columns(raw, groups)
    described = [Described(column.name, column.kind, column.candidates) for column in columns]
    obstacles = seen.obstacles
    if not raw.header:
        obstacles += (
            Obstacle(
                "no line looks like a header", seen.path, "Map the columns by position: `columns: {po_number: '#1'}`."
            ),
        )
    notes = tuple(note for note in raw.notes if not note.startswith(("columns not used", AGAIN)))
    if repeats := repeats_of(raw):
        obstacles += (Obstacle(repeats, seen.path, "Declare `repeated_header: leave` where each page begins with it."),)
    said = named_table(Path(seen.path).name, seen.sheet, seen.sheets)
    fits = tuple(suggest(described, said))
    if said is not None and fits and fits[0].table != said:
        notes += (f"its name says that it holds {said}",)
    presets = fitting_presets(raw.header, said)
    return replace(
        seen,
        columns=tuple(_without_implausible(column) for column in columns),
        tables=fits,
        other=other_kind(raw.header, fits, sales=says_sales(Path(seen.path).name, seen.sheet)),
        presets=presets,
        joined=() if presets else joining_presets(raw.header),
        obstacles=(*obstacles, *of_repeats(raw, columns, seen.path), *of_columns(columns, seen.path), *of_cells(raw)),
        notes=(*seen.notes, *notes, *_above(seen), *_gaps(raw, columns)),
        groups=groups,
        rows=raw.frame.height,
    )


def _above(seen: Inspection) -> list[str]:
    told = "; ".join(f"{name} {value}" for name, value in seen.above)
    return [f"above the header: {told} (give what holds for every line as `defaults`)"] if told else []


def _gaps(raw: Raw, columns: Sequence[Column]) -> list[str]:
    """Tell which numbers of documents stand on a document's first line only."""
    numbers = {"po_number", "receipt_number", "invoice_number"}
    found = []
    for column in columns:
        meant = next((one.column for one in column.candidates if one.column in numbers), None)
        rows = gaps(raw, column.position - 1) if meant and column.filled < raw.frame.height else []
        if rows:
            told = f"'{column.name}' is blank below a filled cell in {len(rows)} row{'s' if rows[1:] else ''} (row {rows[0]})"
            found.append(f"{told}: `fill_down: [{meant}]` takes it from the line above")
    return found


def _without_implausible(column: Column) -> Column:
    plausible = tuple(one for one in column.candidates if is_plausible(one.table, one.column, column.kind))
    return replace(column, candidates=plausible)
