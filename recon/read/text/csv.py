"""Delimited text -> Raw: quotes, line ends, field counts. Structure that does not hold refuses the file, with the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import InvariantError, SourceError
from recon.read.above import block_of
from recon.read.header import (
    SEARCHED_LINES,
    find_header,
    missing_names,
    refuse_doubles,
    refuse_missing,
    told_apart,
    trim,
)
from recon.read.raw import Raw, keep_rows, name_column
from recon.read.text.cut import Piece
from recon.read.text.headings import without_groups
from recon.read.text.lines import read_lines
from recon.read.text.ragged import padded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import NoReturn

    from recon.read.text.lines import Lines
    from recon.rules.rule import Source

MAX_COLUMNS = 2_000
MAX_CELL_BYTES = 100_000
MAX_SUM = (1 << 32) - 1
"""The engine counts bytes in 32 bits; those of a column are at most those of the text."""


@dataclass(frozen=True)
class Head:
    """What stands above the records: the `header` (empty where there is none), the first line's cells and where it ends."""

    header: tuple[str, ...]
    cells: list[str]
    lines: int
    bytes: int
    notes: tuple[str, ...]
    above: tuple[tuple[str, str], ...] = ()


def read_csv(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read delimited text after `source.csv`; `wanted` are the header names that the mapping needs.

    Raises SourceError with file and line for text that is damaged, records of another width than the header, quotes
    that do not close, blank lines inside, repeated or unfit headers.
    """
    (raw,) = read_pieces([Piece(data)], path, source, wanted)
    return raw


def read_pieces(pieces: Iterable[Piece], path: str, source: Source, wanted: Collection[str]) -> Iterator[Raw]:
    """Yield what `read_csv` returns of each piece of a file. Raises as that does, with the lines of the piece."""
    head = None
    for piece in pieces:
        lines = read_lines(piece, path, source.csv)
        try:
            below = replace(head, lines=0, bytes=0, notes=lines.notes) if head else None
            head = head or _head(lines, source, wanted)
            raw = _read_table(lines, below or head, source)
        except (SourceError, UnicodeDecodeError, InvariantError):
            lines.verify()  # what the engine stumbles over is told by its place, if it is the text that is damaged
            raise
        yield raw


def _head(lines: Lines, source: Source, wanted: Collection[str]) -> Head:
    top = [line for _, line in islice(lines.from_byte(0), SEARCHED_LINES)]
    at, notes = _header_line(lines, top, source, wanted)
    start = sum(len(line) + 1 for line in top[: at + 1]) if at is not None else 0
    lines.data[:start].decode()  # what is below is decoded by the engine
    first = lines.cells(top[at or 0])
    if len(first) > MAX_COLUMNS:
        raise SourceError(f"{len(first)} columns: more than {MAX_COLUMNS}", f"{lines.path}:{(at or 0) + 1}")
    notes = lines.notes + notes
    if at is None:
        return Head((), first, 0, 0, notes)
    header = tuple(trim(cell) for cell in first)
    header = told_apart(header) if source.preset not in {None, "canonical"} else header
    where = f"{lines.path}:{lines.physical(start - 1 - len(top[at]))}"
    if not any(header):
        raise SourceError(
            "the header line is blank", where, "Say with `header_row` on which line the column names stand."
        )
    refuse_missing(header, wanted, where, _other_separator(top[at], wanted, lines))
    refuse_doubles(header, wanted, where, source)
    above = block_of([lines.cells(line) for line in top[:at]]) if source.above else ()
    return Head(header, first, at + 1, start, notes, above)


def _read_table(lines: Lines, head: Head, source: Source) -> Raw:
    width, notes = len(head.cells), head.notes
    try:
        frame, rows = _parse(lines, head.lines, head.bytes, width)
    except SourceError:
        mended = padded(lines, head.bytes, width, short=source.csv.short_rows == "blank")
        if mended is None:
            raise
        lines, notes = mended, notes + mended.notes[len(lines.notes) :]
        frame, rows = _parse(lines, head.lines, head.bytes, width)
    shown = _shown(frame, lines, head.bytes)
    raw = Raw(lines.path, head.header, shown, rows, verify=lines.verify_characters, above=head.above, notes=notes)
    raw, groups = without_groups(raw) if source.preset else (raw, ())
    return _checked(replace(raw, notes=raw.notes + groups), head.cells if head.header else [])


def _header_line(
    lines: Lines, head: list[bytes], source: Source, wanted: Collection[str]
) -> tuple[int | None, tuple[str, ...]]:
    if source.header_row == 0:
        return None, ()
    starts = [lines.physical(sum(len(line) + 1 for line in head[:i])) for i in range(len(head))]
    if source.header_row is not None:
        if source.header_row not in starts:
            raise SourceError(
                f"no record starts on line {source.header_row}", lines.path, "`header_row` counts lines from 1."
            )
        return starts.index(source.header_row), ()
    found = find_header([lines.cells(line) for line in head], wanted)
    if found is None:
        return next((i for i, line in enumerate(head) if line.strip()), 0), ()
    told = f"the header is line {starts[found]}; what stands above it is not read"
    return found, (told,) if found and not source.above else ()


def _other_separator(line: bytes, wanted: Collection[str], lines: Lines) -> str:
    for other in (";", "\t", ",", "|"):
        cells = [cell.strip('"') for cell in line.decode().split(other)]
        if other.encode() != lines.separator and len(cells) > 1 and not missing_names(cells, wanted):
            named = "tab" if other == "\t" else other
            return f'The separator looks like {named!r}: declare `csv: {{separator: "{named}"}}`.'
    return ""


def _parse(lines: Lines, skipped: int, start: int, width: int) -> tuple[pl.DataFrame, pl.Series]:
    """Return the records after the first `skipped` lines, which end at byte `start`, and the line that each starts on.

    Null is an empty cell.
    """
    schema = {name_column(i): pl.String for i in range(width)}
    if start >= len(lines.data):
        return pl.DataFrame(schema=schema), pl.Series("row", [], pl.Int64)
    separator, quote = lines.separator.decode(), lines.quote.decode() if lines.quote else None
    try:
        frame = pl.read_csv(
            lines.data,
            has_header=False,
            skip_lines=skipped,
            schema=schema,
            separator=separator,
            quote_char=quote,
            row_index_name="row",
        )
    except pl.exceptions.PolarsError as error:
        _refuse_widths(lines, start, width)
        raise InvariantError(f"{lines.path}: the CSV engine refused what is well formed: {error}") from error
    # No record is wider, or the engine would have raised; the line feed at the very end keeps it from overlooking one
    # separator too many there. None is narrower or lost if the cells, one byte after each and the quotes around them
    # add up to the text.
    records, frame = frame["row"].cast(pl.Int64), frame.drop("row")
    sizes = frame.select(pl.all().str.len_bytes())
    if len(lines.data) > MAX_SUM:
        sizes = sizes.cast(pl.Int64)
    bare = lines.bare - lines.bare_between(0, start)
    if sum(sizes.sum().row(0)) + frame.height * width + bare != len(lines.data) - start:
        _refuse_widths(lines, start, width)
        raise InvariantError(f"{lines.path}: the CSV engine has read what is well formed in another way")
    _refuse_long_cells(sizes, lines, start)
    return _null_where_empty(frame, sizes), _row_numbers(records, lines, frame, start)


def _null_where_empty(frame: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with the cells that are nothing but two quotes as null."""
    least = dict(zip(frame.columns, sizes.min().row(0), strict=True))
    quoted = [pl.col(name) for name, size in least.items() if size == 0]
    return frame.with_columns(pl.when(cell != "").then(cell) for cell in quoted)


def _refuse_long_cells(sizes: pl.DataFrame, lines: Lines, start: int) -> None:
    longest = [size or 0 for size in sizes.max().row(0)]
    if max(longest) <= MAX_CELL_BYTES:
        return
    column = longest.index(max(longest))
    record = sizes[:, column].arg_max() or 0
    at = next(islice(lines.from_byte(start), record, None))[0]
    where = f"{lines.path}:{lines.physical(at)}"
    raise SourceError(
        f"a cell of {max(longest)} bytes in column {column + 1}", where, f"{MAX_CELL_BYTES} are the most."
    )


def _refuse_widths(lines: Lines, start: int, width: int) -> None:
    for at, line in lines.from_byte(start):
        fields = len(lines.split(line))
        if fields != width or not line.strip():
            cut_off = fields < width and lines.ends and at + len(line) + 1 >= len(lines.data)
            quoted = f"A cell that holds '{lines.show(lines.separator.decode())}' must be in quotes. The line is: {lines.excerpt(line)}"
            end = f"If the file was cut off, get it again; if the line is no part of the table ({lines.excerpt(line)}), remove it."
            hint = end if cut_off else quoted
            if fields < width:
                hint += " Where the export leaves empty cells at the end off, declare `csv: {short_rows: blank}`."
            _refuse_width(
                line, f"{lines.path}:{lines.physical(at)}", f"{fields} fields, where the header has {width}", hint
            )


def _refuse_width(line: bytes, where: str, what: str, hint: str) -> NoReturn:
    if not line.strip():
        raise SourceError("a blank line inside the table", where, "Are there two tables in the file? Remove the line.")
    raise SourceError(what, where, hint)


def _row_numbers(records: pl.Series, lines: Lines, frame: pl.DataFrame, start: int) -> pl.Series:
    """Return the physical line of each of the `records`, which are counted from 0."""
    plain = records + lines.physical(start)
    if not lines.hidden or lines.hidden.newline.encode() not in lines.data:
        return plain
    inside = frame.select(
        pl.sum_horizontal(pl.all().str.count_matches(lines.hidden.newline, literal=True).fill_null(0)).cast(pl.Int64)
    ).to_series()
    return plain + inside.cum_sum() - inside


def _shown(frame: pl.DataFrame, lines: Lines, start: int) -> pl.DataFrame:
    """Return `frame` with the characters that quotes protected in place of their sentinels."""
    if not lines.hidden or not lines.hidden.used(lines.data):
        return frame
    columns = [name_column(i) for i in lines.protected(start, frame.width)]
    return frame.with_columns(pl.col(columns).str.replace_many(lines.hidden.replacements))


def _checked(raw: Raw, header_cells: list[str]) -> Raw:
    frame = raw.frame
    if not frame.height:
        return raw
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if blank.any():
        told = f"the table goes on below {int(blank.sum())} blank lines, the first of them {raw.rows.filter(blank)[0]}"
        raw = replace(keep_rows(raw, ~blank), notes=(*raw.notes, told))
    if header_cells:
        _refuse_repeated_header(raw, header_cells)
        return _without_empty_columns(raw)
    return raw


def _refuse_repeated_header(raw: Raw, cells: list[str]) -> None:
    named = [(i, cell) for i, cell in enumerate(cells) if cell]
    position, name = named[0]
    if not (raw.frame[:, position] == name).any():
        return
    same = raw.frame.select(pl.all_horizontal(pl.col(name_column(i)).eq_missing(cell) for i, cell in named)).to_series()
    if rows := raw.rows.filter(same).to_list():
        shown = ", ".join(str(row) for row in rows[:10])
        hint = f"It stands on {len(rows)} lines: {shown}. Were several files joined? Give them to recon one by one."
        raise SourceError("the header is repeated inside the table", f"{raw.path}:{rows[0]}", hint)


def _without_empty_columns(raw: Raw) -> Raw:
    """Return `raw` with notes on columns without a name, which nothing can mean."""
    notes = raw.notes
    for position, name in enumerate(raw.header):
        column = raw.frame[:, position]
        if not name and column.null_count() == len(column):
            notes += (f"column {position + 1} has neither name nor values",)
        elif not name:
            row = raw.rows.filter(column.is_not_null())[0]
            notes += (f"column {position + 1} has no name and is not used; its first value is on line {row}",)
    return replace(raw, notes=notes)
