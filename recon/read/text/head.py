"""What stands above the records of a text: which line is the header, and whether its names are those that are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from recon.errors import SourceError
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

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.read.text.lines import Lines
    from recon.rules.rule import Source

MAX_COLUMNS = 2_000


@dataclass(frozen=True)
class Head:
    """What stands above the records: the `header` (empty where there is none), the first line's cells and where it ends."""

    header: tuple[str, ...]
    cells: list[str]
    lines: int
    bytes: int
    notes: tuple[str, ...]
    above: tuple[tuple[str, str], ...] = ()


def head_of(lines: Lines, source: Source, wanted: Collection[str]) -> Head:
    """Return what stands above the records; raises SourceError where no line is a header that fits."""
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
