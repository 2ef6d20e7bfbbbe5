"""The first lines of a file in every layout that it may have: where a preset looks for its header."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.header import SEARCHED_LINES, told_apart, trim
from recon.read.register import is_kind
from recon.read.text.alv import lines_of, looks_like_list, read_listing, verify_totals
from recon.read.text.cut import Piece
from recon.read.text.encoding import read_text
from recon.read.text.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from recon.read.files.files import Blob
    from recon.read.raw import Raw
    from recon.rules.presets.preset import Preset
    from recon.rules.rule import Source

    Reader = Callable[[bytes, str, str, Source, Collection[str]], Raw]

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Table:
    """One table that a file may hold: its first rows, and how it is read: `list`, a separator, a sheet."""

    rows: Sequence[Sequence[str]]
    listing: bool = False
    separator: str | None = None
    sheet: str | None = None

    def read(self, blob: Blob, source: Source, wanted: Collection[str], read: Reader) -> Raw:
        """Return the table's records; `wanted` are the names in its header that are used."""
        if self.listing:
            return read_listing(blob.data, blob.path, source, wanted)
        if self.separator is not None:
            source = replace(source, csv=replace(source.csv, separator=self.separator))
        if self.sheet is not None:
            source = replace(source, sheet=self.sheet)
        return read(blob.data, blob.path, blob.suffix, source, wanted)

    def verified(self, blob: Blob, source: Source, wanted: Collection[str]) -> tuple[str, ...]:
        """Hold the totals that a list gives against its rows; returns what there is to say of them."""
        return verify_totals(blob.data, blob.path, source, wanted) if self.listing else ()


def tables_of(blob: Blob, source: Source, preset: Preset | None = None) -> Iterator[Table]:
    """Yield what a file may hold, the likeliest first: sheets of a workbook, lists and separators of a text.

    `source` has the preset's options already. A separator that the rules or the preset name is the only one tried.
    Raises SourceError where the file can be read in no way.
    """
    if is_kind(blob.suffix, "workbook"):
        yield from _sheets(blob, source)
    elif is_kind(blob.suffix, "parquet"):
        yield _parquet(blob)
    else:
        lists = list(_listing(blob, source)) if preset is None or preset.layout == "list" else []
        yield from lists
        try:
            yield from _separated(blob, source, preset)
        except SourceError:
            if not lists:
                raise


def _sheets(blob: Blob, source: Source) -> Iterator[Table]:
    from recon.read.excel.book import open_book
    from recon.read.excel.choice import cells_of
    from recon.read.excel.guard import open_package
    from recon.read.excel.sheet import first_rows

    book = open_book(open_package(blob.data, blob.path))
    for sheet in book.sheets:
        if source.sheet in {None, sheet.name}:
            rows = first_rows(book, sheet, source.header_row or SEARCHED_LINES)
            named = [row for row in rows if source.header_row in {None, row.number}]
            yield Table([told_apart([trim(name) for name in cells_of(row)]) for row in named], sheet=sheet.name)


def _parquet(blob: Blob) -> Table:
    from recon.read.typed.parquet import read_parquet
    from recon.rules.rule import Source

    return Table([read_parquet(blob.data, blob.path, Source("orders"), ()).header])


def _listing(blob: Blob, source: Source) -> Iterator[Table]:
    text = read_text(blob.data, blob.path, source.csv.encoding).data.decode()
    if looks_like_list(text):
        yield Table([told_apart(line.cells) for line in lines_of(text)[:SEARCHED_LINES]], listing=True)


def _separated(blob: Blob, source: Source, preset: Preset | None) -> Iterator[Table]:
    fixed = preset is not None and (
        preset.separator is not None or source.csv.separator != "," or "csv.separator" in source.given
    )
    separators = (source.csv.separator,) if fixed else SEPARATORS
    refused: list[SourceError] = []
    for separator in separators:
        try:
            lines = read_lines(Piece(blob.data), blob.path, replace(source.csv, separator=separator))
        except SourceError as error:
            refused.append(error)
            continue
        head = [line for _, line in islice(lines.from_byte(0), SEARCHED_LINES)]
        head = head[source.header_row - 1 : source.header_row] if source.header_row else head
        yield Table([told_apart([trim(cell) for cell in lines.cells(line)]) for line in head], separator=separator)
    if len(refused) == len(separators):
        raise refused[0]
