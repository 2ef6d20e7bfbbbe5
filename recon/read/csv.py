"""Delimited text -> Raw: quotes, line ends, field counts. Structure that does not hold refuses the file, with the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import InvariantError, RulesError, SourceError
from recon.read.header import SEARCHED_LINES, find_header, missing_names, refuse_doubles, refuse_missing, trim
from recon.read.quotes import LONE_RETURN, Sentinels, hide_quoted
from recon.read.raw import Raw, name_column
from recon.read.text import read_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import NoReturn

    from recon.rules import Source

MAX_COLUMNS = 2_000
MAX_CELL_BYTES = 100_000
SEPARATORS = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
STAND_IN = "\x1f"


@dataclass(frozen=True)
class Lines:
    """The text with one record a line: what quotes protected stands as sentinels, quotes themselves are gone."""

    data: bytes
    path: str
    separator: bytes
    hidden: Sentinels | None
    notes: tuple[str, ...] = ()

    def physical(self, end: int) -> int:
        """Return the physical line (from 1) of the record that starts at byte `end`."""
        inside = self.data.count(self.hidden.newline, 0, end) if self.hidden else 0
        return self.data.count(b"\n", 0, end) + inside + 1

    def excerpt(self, line: bytes) -> str:
        """Return the beginning of one record, for a message."""
        text = line[:80].decode("utf-8", "replace")
        return repr(self.hidden.show(text) if self.hidden else text)

    def cells(self, line: bytes) -> list[str]:
        """Return the cells of one record, as read."""
        shown = [cell.decode() for cell in line.split(self.separator)]
        return [self.hidden.show(cell) for cell in shown] if self.hidden else shown


def read_csv(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read delimited text after `source.csv`; `wanted` are the header names that the mapping needs.

    Raises SourceError with file and line for text that is damaged, records of another width than the header, quotes
    that do not close, blank lines inside, repeated or unfit headers.
    """
    lines = read_lines(data, path, source)
    return _read_table(lines, source, wanted)


def read_lines(data: bytes, path: str, source: Source) -> Lines:
    """Decode the file, hide what quotes protect, make line ends one; the quick way when there is no quote at all."""
    shown, quote = _separator(source.csv.separator), source.csv.quote
    text = read_text(data, path, source.csv.encoding, shown.encode())
    content, hidden, separator = text.data, None, shown
    if not separator.isascii():
        content, separator = content.replace(shown.encode(), STAND_IN.encode()), STAND_IN
    if quote and quote.encode() in content:
        content, hidden = hide_quoted(content, separator, shown, quote, path)
    pairs = content.count(b"\r\n")
    notes = text.notes
    if pairs:
        content = content.replace(b"\r\n", b"\n")
        notes += ("line ends are partly CRLF, partly LF",) if content.count(b"\n") > pairs + 1 else ()
    lines = Lines(content, path, separator.encode(), hidden, notes)
    if (at := content.find(b"\r")) >= 0:
        hint = "Line ends are mixed: export the file again with one kind."
        raise SourceError(LONE_RETURN, f"{path}:{lines.physical(at)}", hint)
    return replace(lines, data=_without_last_blanks(lines))


def _separator(written: str) -> str:
    separator = SEPARATORS.get(written, written)
    if len(separator) != 1 or separator in '"\r\n':
        raise RulesError(f"separator '{written}' is not one character", hint="Use one character, or `tab`.")
    return separator


def _without_last_blanks(lines: Lines) -> bytes:
    data = lines.data
    while data:
        start = data.rfind(b"\n", 0, len(data)) + 1
        if data[start:].strip(b" \t" + lines.separator):
            break
        data = data[: max(start - 1, 0)]
    if not data:
        raise SourceError("the file is empty", lines.path, "It holds no line with text.")
    return data


def _read_table(lines: Lines, source: Source, wanted: Collection[str]) -> Raw:
    head = lines.data.split(b"\n", SEARCHED_LINES)[:SEARCHED_LINES]
    at, notes = _header_line(lines, head, source, wanted)
    start = sum(len(line) + 1 for line in head[: at + 1]) if at is not None else 0
    first = lines.cells(head[at or 0])
    if len(first) > MAX_COLUMNS:
        raise SourceError(f"{len(first)} columns: more than {MAX_COLUMNS}", f"{lines.path}:{(at or 0) + 1}")
    header: tuple[str, ...] = ()
    if at is not None:
        header = tuple(trim(cell) for cell in first)
        where = f"{lines.path}:{lines.physical(start - 1 - len(head[at]))}"
        if not any(header):
            raise SourceError("the header line is blank", where, "Say with `header_row` on which line the column names stand.")
        refuse_missing(header, wanted, where, _other_separator(head[at], wanted, lines))
        refuse_doubles(header, wanted, where, source)
    frame = _parse(lines, start, len(first))
    rows = _row_numbers(lines, frame, start)
    raw = Raw(lines.path, header, _shown(frame, lines), rows, notes=lines.notes + notes)
    return _checked(raw, first if header else [])


def _header_line(
    lines: Lines, head: list[bytes], source: Source, wanted: Collection[str]
) -> tuple[int | None, tuple[str, ...]]:
    if source.header_row == 0:
        return None, ()
    starts = [lines.physical(sum(len(line) + 1 for line in head[:i])) for i in range(len(head))]
    if source.header_row is not None:
        if source.header_row not in starts:
            raise SourceError(f"no record starts on line {source.header_row}", lines.path, "`header_row` counts lines from 1.")
        return starts.index(source.header_row), ()
    found = find_header([lines.cells(line) for line in head], wanted)
    if found is None:
        return next((i for i, line in enumerate(head) if line.strip()), 0), ()
    return found, (f"the header is line {starts[found]}; what stands above it is not read",) if found else ()


def _other_separator(line: bytes, wanted: Collection[str], lines: Lines) -> str:
    for other in (";", "\t", ",", "|"):
        cells = [cell.strip('"') for cell in line.decode().split(other)]
        if other.encode() != lines.separator and len(cells) > 1 and not missing_names(cells, wanted):
            named = "tab" if other == "\t" else other
            return f'The separator looks like {named!r}: declare `csv: {{separator: "{named}"}}`.'
    return ""


def _parse(lines: Lines, start: int, width: int) -> pl.DataFrame:
    schema = {name_column(i): pl.String for i in range(width)}
    if start >= len(lines.data):
        return pl.DataFrame(schema=schema)
    body = lines.data[start:] + b"\n"  # without it the engine takes one separator too many at the very end
    separator = lines.separator.decode()
    try:
        frame = pl.read_csv(body, has_header=False, schema=schema, separator=separator, quote_char=None, raise_if_empty=False)
    except pl.exceptions.PolarsError as error:
        _refuse_widths(lines, start, width)
        raise InvariantError(f"{lines.path}: the CSV engine refused what is well formed: {error}") from error
    # No record is wider, or the engine would have raised: an equal total means that none is narrower.
    if frame.height != body.count(b"\n") or body.count(lines.separator) != frame.height * (width - 1):
        _refuse_widths(lines, start, width)
    return frame


def _refuse_widths(lines: Lines, start: int, width: int) -> None:
    for line in lines.data[start:].split(b"\n"):
        fields = line.count(lines.separator) + 1
        if fields != width or not line.strip():
            where = f"{lines.path}:{lines.physical(start)}"
            cut_off = fields < width and start + len(line) >= len(lines.data)
            shown = "The file seems to be cut off: get it again." if cut_off else f"The line is: {lines.excerpt(line)}"
            _refuse_width(line, where, f"{fields} fields, where the header has {width}", shown)
        start += len(line) + 1


def _refuse_width(line: bytes, where: str, what: str, hint: str) -> NoReturn:
    if not line.strip():
        raise SourceError("a blank line inside the table", where, "Are there two tables in the file? Remove the line.")
    raise SourceError(what, where, hint)


def _row_numbers(lines: Lines, frame: pl.DataFrame, start: int) -> pl.Series:
    first = lines.physical(start)
    plain = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True).alias("row")
    if not lines.hidden or lines.hidden.newline not in lines.data:
        return plain
    inside = frame.select(
        pl.sum_horizontal(pl.all().str.count_matches(lines.hidden.newline.decode(), literal=True).fill_null(0)).cast(pl.Int64)
    ).to_series()
    return plain + inside.cum_sum() - inside


def _shown(frame: pl.DataFrame, lines: Lines) -> pl.DataFrame:
    if not lines.hidden or not lines.hidden.used(lines.data):
        return frame
    return frame.with_columns(pl.all().str.replace_many(lines.hidden.replacements()))


def _checked(raw: Raw, header_cells: list[str]) -> Raw:
    frame = raw.frame
    if not frame.height:
        return raw
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if blank.any():
        row = raw.rows.filter(blank)[0]
        raise SourceError("a record without any value", f"{raw.path}:{row}", "Remove the line, or export the file again.")
    longest = frame.select(pl.all().str.len_bytes().max().fill_null(0)).row(0)
    if max(longest) > MAX_CELL_BYTES:
        column = longest.index(max(longest))
        row = raw.rows[frame[:, column].str.len_bytes().arg_max() or 0]
        raise SourceError(f"a cell of {max(longest)} bytes in column {column + 1}", f"{raw.path}:{row}", f"{MAX_CELL_BYTES} are the most.")
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
    """Columns without a name: an error where they hold data, a note where they do not."""
    notes = raw.notes
    for position, name in enumerate(raw.header):
        column = raw.frame[:, position]
        if name or column.null_count() == len(column):
            notes += () if name else (f"column {position + 1} has neither name nor values",)
            continue
        row = raw.rows.filter(column.is_not_null())[0]
        hint = "Give the column a name in the header line, or set `header_row`."
        raise SourceError(f"column {position + 1} holds values but has no name", f"{raw.path}:{row}", hint)
    return replace(raw, notes=notes)
