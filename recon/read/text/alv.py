"""List exports (SAP's ALV and its like): title lines, rules, frames, repeated headers and totals around a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.kinds import COUNT, MONEY
from recon.read.cells.numbers import pattern
from recon.read.header import fold, missing_names, refuse_doubles, refuse_missing, told_apart, trim
from recon.read.raw import Raw, name_column
from recon.read.text.encoding import read_text
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from recon.rules.rule import NumberFormat, Source

RULE = re.compile(r"(?=.*[-_=]{3})[-_=\s|+]+")
TOTAL = re.compile(r"\*+")
PAGE = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Line:
    """One line of the table: the physical line on which it stands, and its cells, trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """A list export without its decoration: header, records, totals, and how much of what was left out."""

    header: Line
    records: tuple[Line, ...]
    totals: tuple[Line, ...]
    notes: tuple[str, ...]


def looks_like_list(text: str) -> bool:
    """Return whether a text is a list export: framed lines under a rule, or lines of tabs under a title or indented."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    framed = [line for line in lines if line.startswith("|") and line.rstrip().endswith("|")]
    if len(framed) >= 2:
        return any(RULE.fullmatch(line) for line in lines)
    indented = [line for line in lines if line.startswith("\t")]
    return len(indented) >= 2 and len(indented) * 2 > len(lines)


def lines_of(text: str) -> list[Line]:
    """Return every line that has more than one cell, cut at its frames or tabs; rules and blank lines are none."""
    framed = any(line.startswith("|") for line in text.split("\n")[:200])
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or RULE.fullmatch(line):
            continue
        found.append(Line(number, _cells(line.rstrip("\r"), framed)))
    return found


def clean(text: str, path: str, wanted: Collection[str]) -> Listing:
    """Return the table of a list export. The header is the first line that has all of `wanted`.

    Titles stand before it (and again after each page break), the header may be repeated, totals begin with `*`. A line
    that is none of these and has not as many cells as the header refuses the file.
    """
    lines = lines_of(text)
    lacking = [len(missing_names(line.cells, wanted)) for line in lines]
    at = next((i for i, line in enumerate(lines) if len(line.cells) > 1 and not lacking[i]), None)
    if at is None:
        best = lines[min(range(len(lines)), key=lambda i: (lacking[i], -len(lines[i].cells)))] if lines else None
        if best is None:
            raise SourceError("the file is empty", path, "It holds no line with text.")
        refuse_missing(told_apart(best.cells), wanted, f"{path}:{best.number}")
        at = lines.index(best)
    header, width = lines[at], len(lines[at].cells)
    titles = {_shape(line) for line in lines[:at]}
    records, totals, repeated, pages = [], [], 0, 0
    for line in lines[at + 1 :]:
        if line.cells == header.cells:
            repeated += 1
        elif _is_total(line):
            totals.append(line)
        elif len(line.cells) == width:
            records.append(line)
        elif _shape(line) in titles:
            pages += 1
        else:
            _refuse_line(line, width, path)
    notes = _notes(at, repeated, pages, len(totals))
    named = Line(header.number, told_apart(header.cells))
    return Listing(_fitted(named, width), tuple(records), tuple(_fitted(line, width) for line in totals), notes)


def read_listing(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read a list export as Raw: rows keep their physical lines; a grand total is held against the rows.

    Totals are in the notes' count only: `verify_totals` holds them against the rows once the number format is known.
    Raises SourceError with file and line for a line that belongs to nothing.
    """
    text = read_text(data, path, source.csv.encoding).data.decode()
    listing = clean(text, path, wanted)
    header = tuple(trim(name) for name in listing.header.cells)
    refuse_doubles(header, wanted, f"{path}:{listing.header.number}", source)
    columns = {name_column(i): [line.cells[i] or None for line in listing.records] for i in range(len(header))}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    _refuse_nameless(frame, header, f"{path}:{listing.header.number}")
    rows = pl.Series("row", [line.number for line in listing.records], pl.Int64)
    return Raw(path, header, frame, rows, notes=(*listing.notes, *_unended(text)))


def _unended(text: str) -> tuple[str, ...]:
    """Return a note where a framed list does not end with a rule: nothing else in it shows that it was cut off."""
    lines = text.rstrip().split("\n")
    ruled = any(map(RULE.fullmatch, lines)) and any(line.startswith("|") for line in lines)
    return ("no rule closes the list: was it cut off?",) if ruled and not RULE.fullmatch(lines[-1]) else ()


def _cells(line: str, framed: bool) -> tuple[str, ...]:
    if framed:
        if not line.startswith("|"):
            return (line.strip(),)
        return tuple(cell.strip() for cell in line.rstrip().removeprefix("|").removesuffix("|").split("|"))
    return tuple(cell.strip() for cell in line.split("\t"))


def _shape(line: Line) -> str:
    return PAGE.sub("0", " ".join(cell for cell in line.cells if cell))


def _is_total(line: Line) -> bool:
    return bool(TOTAL.fullmatch(line.cells[0].split(" ")[0])) and line.cells[0].strip("* ") == ""


def _fitted(line: Line, width: int) -> Line:
    return Line(line.number, (line.cells + ("",) * width)[:width])


def _refuse_line(line: Line, width: int, path: str) -> None:
    shown = " ".join(cell for cell in line.cells if cell)[:80]
    hint = f"The line is: {shown}\nIs it part of another list? Export the list again, or remove the line."
    raise SourceError(f"{len(line.cells)} cells, where the header has {width}", f"{path}:{line.number}", hint)


def _notes(titles: int, repeated: int, pages: int, totals: int) -> tuple[str, ...]:
    counts = (
        (titles, "title lines before the header"),
        (repeated, "repeated headers"),
        (pages, "page titles"),
        (totals, "lines of totals"),
    )
    return tuple(f"{count} {what} are not data" for count, what in counts if count)


def _refuse_nameless(frame: pl.DataFrame, header: Sequence[str], where: str) -> None:
    for position, name in enumerate(header):
        if not name and frame[:, position].null_count() < frame.height:
            raise SourceError(
                f"column {position + 1} holds values but has no name", where, "Export the list with its column titles."
            )


def verify_totals(data: bytes, path: str, source: Source, wanted: Collection[str]) -> tuple[str, ...]:
    """Hold every total of a list against its rows, in the columns of quantities and amounts that are used.

    Totals of one rank (number of stars) add up to all rows; or those that follow one another, one for each unit or
    currency, to the rows since the total before them of that rank or a higher one. Returns what there is to say of
    them; raises SourceError for one that does not add up.
    """
    listing, form = clean(read_text(data, path, source.csv.encoding).data.decode(), path, wanted), source.number_format
    summed = {
        fold(source.columns[column]) for column in CANONICAL[source.name].of(COUNT, MONEY) if column in source.columns
    }
    verified = []
    for position, name in enumerate(listing.header.cells):
        rows, totals = (_numbers(lines, position, form) for lines in (listing.records, listing.totals))
        if fold(name) not in summed or not rows or not totals or None in (*rows.values(), *totals.values()):
            continue
        for stars in sorted({_stars(line) for line in totals}):
            _verify_rank({**rows, **totals}, stars, f"the total of '{name}'", path)
        verified.append(name)
    return (f"the total of {', '.join(verified)} agrees with the rows",) if verified else ()


def _verify_rank(numbers: Mapping[Line, Decimal | None], stars: int, what: str, path: str) -> None:
    """Raise SourceError for totals of so many stars that add up neither to all rows nor to those before them."""
    blocks = list(_blocks(numbers, stars))
    rows = _sum(number for line, number in numbers.items() if not _is_total(line))
    if _sum(given for _, given, _ in blocks) == rows:
        return
    for line, given, found in blocks:
        if given != found:
            hint = "Rows are missing or marked with a star, or the number format is another: get the list again."
            raise SourceError(f"{what} is {given}, but the rows add up to {found}", f"{path}:{line.number}", hint)


def _blocks(numbers: Mapping[Line, Decimal | None], stars: int) -> Iterator[tuple[Line, Decimal, Decimal]]:
    """Yield totals of that rank that follow one another: the first line, their sum, and that of the rows they close."""
    found, given, first = Decimal(0), Decimal(0), None
    for line in sorted(numbers, key=lambda line: line.number):
        number = numbers[line] or Decimal(0)
        if first is not None and _stars(line) != stars:
            yield first, given, found
            found, given, first = Decimal(0), Decimal(0), None
        if _stars(line) == stars:
            first, given = first or line, given + number
        elif _is_total(line):
            found = Decimal(0) if _stars(line) > stars else found
        else:
            found += number
    if first is not None:
        yield first, given, found


def _numbers(lines: Sequence[Line], position: int, form: NumberFormat) -> dict[Line, Decimal | None]:
    """Return what the lines that fill a column hold there; None for what is no number."""
    return {line: _number(line.cells[position], form) for line in lines if line.cells[position]}


def _stars(line: Line) -> int:
    return len(line.cells[0].strip()) if _is_total(line) else 0


def _sum(numbers: Iterable[Decimal | None]) -> Decimal:
    return sum((number for number in numbers if number is not None), Decimal(0))


def _number(cell: str, form: NumberFormat) -> Decimal | None:
    if not re.fullmatch(pattern(form)[1:-1], cell):
        return None
    negative = cell.startswith(("-", "(")) or cell.endswith("-")
    digits = cell.strip("()+-")
    if form.thousands:
        digits = re.sub(f"[{re.escape(form.thousands)}]", "", digits)
    try:
        value = Decimal(digits.replace(form.decimal, "."))
    except InvalidOperation:
        return None
    return -value if negative else value
