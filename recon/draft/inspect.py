"""A file as recon sees it: layout, columns with their formats, what each may mean, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.draft.above import groups_of
from recon.draft.file_names import named_table, says_sales
from recon.draft.gaps import gaps
from recon.draft.inspect_columns import (
    MOST_OBSTACLES,
    Column,
    Obstacle,
    describe_columns,
    of_cells,
    of_columns,
    of_repeats,
)
from recon.draft.inspect_presets import fitting_presets, joining_presets
from recon.draft.inspection import Inspection
from recon.draft.layout import Layout, header_among, layout_of
from recon.draft.others import other_kind
from recon.draft.suggest import Described, is_plausible, suggest
from recon.draft.synonyms import is_known
from recon.errors import ReconError, RulesError, SourceError, did_you_mean
from recon.read.above import block_of
from recon.read.files.files import Blob, read_blob
from recon.read.header import SEARCHED_LINES
from recon.read.readers import read_raw
from recon.read.register import is_kind
from recon.read.text.alv import read_listing
from recon.rules.rule import STDIN, CsvOptions, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.read.raw import Raw


def inspect_file(path: str | Path, sheet: str | None = None) -> Inspection:
    """Look at a CSV, text, list export, workbook or Parquet file (also .gz, or `-`), and say what recon sees in it.

    Raises SourceError where there is no such file, RulesError where it has no such sheet; whatever else is wrong is an
    obstacle in the answer.
    """
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
            _refuse_other_sheet(blob, sheet)
        seen = _look(blob, sheet)
    except SourceError as error:
        return Inspection(path.name, "unreadable", obstacles=(_obstacle(error),))
    return _described(seen)


def inspect_tables(path: str | Path) -> list[Inspection]:
    """Look at a file as `inspect_file` does; a workbook gives an answer for each of its sheets."""
    path = Path(path)
    try:
        blob = read_blob(str(path.resolve()), path.resolve().parent)
        names: Sequence[str | None] = _sheet_names(blob) if is_kind(blob.suffix, "workbook", refused=True) else ()
    except SourceError:
        names = ()
    return [inspect_file(path, name) for name in names or (None,)]


def _sheet_names(blob: Blob) -> list[str]:
    from recon.read.excel.book import open_book
    from recon.read.excel.guard import open_package

    return [sheet.name for sheet in open_book(open_package(blob.data, blob.path)).sheets]


def _refuse_other_sheet(blob: Blob, sheet: str) -> None:
    if not is_kind(blob.suffix, "workbook", refused=True):
        raise RulesError("--sheet is for workbooks", blob.path, "Only a workbook has sheets.")
    names = _sheet_names(blob)
    if sheet not in names:
        near = did_you_mean(sheet, names)
        raise RulesError(f"no sheet is named '{sheet}'{near}", blob.path, f"The sheets are: {', '.join(names)}")


def _obstacle(error: ReconError) -> Obstacle:
    return Obstacle(error.message, error.where, error.hint)


def _look(blob: Blob, sheet: str | None) -> Inspection:
    if is_kind(blob.suffix, "workbook", refused=True):
        return _workbook(blob, sheet)
    if is_kind(blob.suffix, "parquet"):
        raw = read_raw(blob.data, blob.path, blob.suffix, _lenient(), ())
        return Inspection(blob.path, "Parquet file", raw.frame.height, raw=raw)
    layout = layout_of(blob.data, blob.path)
    kind = "list export" if layout.listing else "text file"
    seen = Inspection(blob.path, kind, 0, layout.encoding, layout.separator, header_row=layout.header_row)
    seen = replace(seen, above=block_of(layout.above), groups=layout.above[-1] if layout.above else ())
    if is_kind(named := Path(blob.path.lower()).suffix, "workbook", refused=True):
        seen = replace(seen, notes=(f"named {named}, and no workbook: its text is read",))
    return _text(blob, layout, seen)


def _lenient(**options: object) -> Source:
    # A source with a preset may have columns of one name that nobody asks for.
    return replace(Source("invoices", preset="canonical"), **options)  # type: ignore[arg-type]


def _text(blob: Blob, layout: Layout, seen: Inspection) -> Inspection:
    source = _lenient(csv=CsvOptions(layout.separator, '"', layout.encoding), header_row=layout.header_row)
    if layout.encoding is not None:
        hint = f"Declare it, and look whether the letters come out right: `csv: {{encoding: {layout.encoding}}}`."
        seen = replace(seen, obstacles=(Obstacle("the text is not UTF-8", blob.path, hint),))
    try:
        raw = _listed(blob, source, layout) if layout.listing else read_raw(blob.data, blob.path, ".csv", source, ())
    except SourceError as error:
        seen = replace(seen, obstacles=(*seen.obstacles, _obstacle(error)))
        return _with_short_rows(blob, source, seen) or _damaged(blob, source, layout, seen)
    return replace(seen, rows=raw.frame.height, raw=raw)


def _with_short_rows(blob: Blob, source: Source, seen: Inspection) -> Inspection | None:
    """Return what a file holds whose rows may be shorter than its header; None where that is not all that is wrong."""
    try:
        raw = read_raw(blob.data, blob.path, ".csv", replace(source, csv=replace(source.csv, short_rows="blank")), ())
    except SourceError:
        return None
    hint = "If nothing is cut off, `csv: {short_rows: blank}` reads such rows, the cells that they lack blank."
    last = replace(seen.obstacles[-1], hint=hint)
    return replace(seen, rows=raw.frame.height, raw=raw, short=True, obstacles=(*seen.obstacles[:-1], last))


def _listed(blob: Blob, source: Source, layout: Layout) -> Raw:
    from recon.read.header import told_apart
    from recon.read.text.alv import lines_of
    from recon.read.text.encoding import read_text

    lines = lines_of(read_text(blob.data, blob.path, layout.encoding).data.decode())
    header = next(line for line in lines if line.number == layout.header_row)
    return read_listing(blob.data, blob.path, source, [name for name in told_apart(header.cells) if name])


def _damaged(blob: Blob, source: Source, layout: Layout, seen: Inspection) -> Inspection:
    """Look at what can be read of a damaged text: the lines as wide as the header; the others are obstacles."""
    from recon.read.text.encoding import read_text

    text = read_text(blob.data, blob.path, layout.encoding).data.decode()
    lines = text.split("\n")
    at = max(layout.header_row - 1, 0)
    width = lines[at].count(layout.separator)
    wrong = [
        Obstacle(
            f"{line.count(layout.separator) + 1} fields, where the header has {width + 1}",
            f"{blob.path}:{number}",
            line[:80],
        )
        for number, line in enumerate(lines[at + 1 :], start=at + 2)
        if line.strip() and line.count(layout.separator) != width
    ]
    cells = [cell.strip().strip('"') for cell in lines[at].split(layout.separator)]
    regular = len(wrong) * 5 < sum(bool(line.strip()) for line in lines[at + 1 :])
    seen = replace(seen, damaged=sum(map(is_known, cells)) >= 2 or (regular and width >= 2))
    known = {obstacle.where for obstacle in seen.obstacles}
    seen = replace(
        seen, obstacles=(*seen.obstacles, *(one for one in wrong if one.where not in known))[:MOST_OBSTACLES]
    )
    if '"' in text:
        return seen
    whole = [line for line in lines[at:] if line.count(layout.separator) == width]
    try:
        raw = read_raw(
            "\n".join(whole).encode(),
            blob.path,
            ".csv",
            replace(source, header_row=1, csv=CsvOptions(layout.separator)),
            (),
        )
    except SourceError:
        return seen
    return replace(seen, rows=raw.frame.height, raw=raw)


def _workbook(blob: Blob, sheet: str | None) -> Inspection:
    from recon.read.excel.book import open_book
    from recon.read.excel.choice import cells_of
    from recon.read.excel.guard import open_package
    from recon.read.excel.reader import read_xlsx
    from recon.read.excel.sheet import first_rows

    book = open_book(open_package(blob.data, blob.path))
    heads = {one.name: first_rows(book, one, SEARCHED_LINES) for one in book.sheets if sheet in {None, one.name}}
    found = {name: header_among([cells_of(row) for row in rows]) for name, rows in heads.items()}
    hits = {
        name: sum(is_known(cell) for cell in cells_of(heads[name][at]) if cell) if at is not None else -1
        for name, at in found.items()
    }
    chosen = max(hits, key=lambda name: hits[name])
    rivals = [name for name in hits if name != chosen and hits[name] == hits[chosen] >= 0]
    row = heads[chosen][found[chosen] or 0].number if found[chosen] is not None else 0
    seen = Inspection(blob.path, "workbook", sheet=chosen, header_row=row, sheets=len(book.sheets))
    over = [cells_of(each) for each in heads[chosen][: found[chosen] or 0]]
    seen = replace(seen, above=block_of(over), groups=tuple(over[-1]) if over else ())
    others = [name for name in found if name != chosen and found[name] is not None]
    if others:
        seen = replace(seen, notes=(f"other sheets with a table: {', '.join(others)}",))
    if rivals:
        hint = f"Name the one that is meant: `sheet: {chosen}`."
        seen = replace(
            seen,
            obstacles=(Obstacle(f"several sheets could be meant: {', '.join([chosen, *rivals])}", blob.path, hint),),
        )
    try:
        raw = read_xlsx(blob.data, blob.path, _lenient(sheet=chosen, header_row=row), ())
    except SourceError as error:
        return replace(seen, obstacles=(*seen.obstacles, _obstacle(error)))
    return replace(seen, rows=raw.frame.height, raw=raw)


def _described(seen: Inspection) -> Inspection:
    raw = seen.raw
    if raw is None:
        return seen
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
    notes = tuple(note for note in raw.notes if not note.startswith("columns not used"))
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
            told = f"'{column.name}' is blank below a filled cell in {len(rows)} rows (row {rows[0]})"
            found.append(f"{told}: `fill_down: [{meant}]` takes it from the line above")
    return found


def _without_implausible(column: Column) -> Column:
    plausible = tuple(one for one in column.candidates if is_plausible(one.table, one.column, column.kind))
    return replace(column, candidates=plausible)
