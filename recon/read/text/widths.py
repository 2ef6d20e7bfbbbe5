"""Records that do not fit the header, and cells too long to be one: refused, with the line and what to do."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from recon.errors import SourceError

if TYPE_CHECKING:
    from typing import NoReturn

    import polars as pl

    from recon.read.text.lines import Lines

MAX_CELL_BYTES = 100_000


def refuse_widths(lines: Lines, start: int, width: int) -> None:
    """Raise SourceError at the first record from byte `start` on that is blank or has not `width` fields."""
    for at, line in lines.from_byte(start):
        fields = len(lines.split(line))
        if fields != width or not line.strip():
            cut_off = fields < width and lines.ends and at + len(line) + 1 >= len(lines.data)
            quoted = f"A cell that holds '{lines.show(lines.separator.decode())}' must be in quotes. The line is: {lines.excerpt(line)}"
            end = f"If the file was cut off, get it again; if the line is no part of the table ({lines.excerpt(line)}), remove it."
            hint = end if cut_off else quoted
            if fields < width:
                hint += " Where the export leaves empty cells at the end off, declare `csv: {short_rows: blank}`."
            what = f"{fields} {'field' if fields == 1 else 'fields'}, where the header has {width}"
            _refuse_width(line, f"{lines.path}:{lines.physical(at)}", what, hint)


def _refuse_width(line: bytes, where: str, what: str, hint: str) -> NoReturn:
    if not line.strip():
        raise SourceError("a blank line inside the table", where, "Are there two tables in the file? Remove the line.")
    raise SourceError(what, where, hint)


def refuse_long_cells(sizes: pl.DataFrame, lines: Lines, start: int) -> None:
    """Raise SourceError where a cell is longer than any cell is; `sizes`: the bytes of each."""
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
