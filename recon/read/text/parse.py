"""Records of a checked text -> a frame of texts, and the line that each starts on; no cell is lost or guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.errors import InvariantError
from recon.read.raw import name_column
from recon.read.text.widths import refuse_long_cells, refuse_widths

if TYPE_CHECKING:
    from recon.read.text.lines import Lines

MAX_SUM = (1 << 32) - 1
"""The engine counts bytes in 32 bits; those of a column are at most those of the text."""


def parse(lines: Lines, skipped: int, start: int, width: int) -> tuple[pl.DataFrame, pl.Series]:
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
        refuse_widths(lines, start, width)
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
        refuse_widths(lines, start, width)
        raise InvariantError(f"{lines.path}: the CSV engine has read what is well formed in another way")
    refuse_long_cells(sizes, lines, start)
    return _null_where_empty(frame, sizes), _row_numbers(records, lines, frame, start)


def _null_where_empty(frame: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with the cells that are nothing but two quotes as null."""
    least = dict(zip(frame.columns, sizes.min().row(0), strict=True))
    quoted = [pl.col(name) for name, size in least.items() if size == 0]
    return frame.with_columns(pl.when(cell != "").then(cell) for cell in quoted)


def _row_numbers(records: pl.Series, lines: Lines, frame: pl.DataFrame, start: int) -> pl.Series:
    """Return the physical line of each of the `records`, which are counted from 0."""
    plain = records + lines.physical(start)
    if not lines.hidden or lines.hidden.newline.encode() not in lines.data:
        return plain
    inside = frame.select(
        pl.sum_horizontal(pl.all().str.count_matches(lines.hidden.newline, literal=True).fill_null(0)).cast(pl.Int64)
    ).to_series()
    return plain + inside.cum_sum() - inside


def shown(frame: pl.DataFrame, lines: Lines, start: int) -> pl.DataFrame:
    """Return `frame` with the characters that quotes protected in place of their sentinels."""
    if not lines.hidden or not lines.hidden.used(lines.data):
        return frame
    columns = [name_column(i) for i in lines.protected(start, frame.width)]
    return frame.with_columns(pl.col(columns).str.replace_many(lines.hidden.replacements))
