"""Rows of a flat file: what stands above fills the blanks below, equal rows are one, lines get numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.read.header import BLANK
from recon.read.raw import Raw, keep_rows, name_column
from recon.tables import PLACE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from recon.rules.rule import Source


def filled_down(raw: Raw, positions: Sequence[int], names: Sequence[str]) -> Raw:
    """Return `raw` with blank cells of the columns at `positions` as in the line above, where the first of them is blank.

    `names` says what they are called, in the note on how many lines were filled.
    """
    if not positions or not (blank := _blank(raw, positions[0])).any():
        return raw
    above = pl.select(pl.when(~blank).then(pl.int_range(raw.frame.height, dtype=pl.UInt32))).to_series().forward_fill()
    for at in positions:
        raw = _filled(raw, at, blank & _blank(raw, at), above)
    told = f"{int(blank.sum())} lines take {', '.join(names)} from the line above"
    return replace(raw, notes=(*raw.notes, told))


def _filled(raw: Raw, at: int, take: pl.Series, above: pl.Series) -> Raw:
    cells = raw.frame[name_column(at)]
    filled = pl.select(pl.when(take).then(cells.gather(above)).otherwise(cells)).to_series()
    plain = dict(raw.plain)
    if at in plain:
        flags = pl.select(pl.when(take).then(plain[at].gather(above)).otherwise(plain[at])).to_series()
        plain[at] = flags.fill_null(value=False)
    return replace(raw, frame=raw.frame.with_columns(filled.alias(name_column(at))), plain=plain)


def _blank(raw: Raw, at: int) -> pl.Series:
    return (raw.frame[name_column(at)].str.strip_chars(BLANK).fill_null("") == "").alias("blank")


def headings(raw: Raw, positions: Collection[int]) -> pl.Series:
    """Return per row whether it is only the heading of a group: nothing but what is filled down from it."""
    others = [at for at in range(raw.frame.width) if at not in positions]
    if not others or not positions:
        return pl.repeat(value=False, n=raw.frame.height, eager=True)
    return pl.select(pl.all_horizontal(_blank(raw, at).alias(name_column(at)) for at in others)).to_series()


def leave_headings(raw: Raw, headings: pl.Series) -> Raw:
    """Return `raw` without the rows that are headings, counted in a note."""
    if not headings.any():
        return raw
    told = f"{int(headings.sum())} rows are headings of a group and no lines"
    return replace(keep_rows(raw, ~headings), notes=(*raw.notes, told))


def repeated(lines: pl.DataFrame) -> pl.Series:
    """Return per line whether one before it is equal in every column but its place."""
    return ~lines.select(pl.struct(pl.exclude(*PLACE)).is_first_distinct()).to_series()


@dataclass
class Numbering:
    """Counts lines within others, on from file to file of a source: `number: {po_line: po_number}`."""

    columns: Mapping[str, tuple[str, ...]]
    counted: dict[tuple[object, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source) -> Numbering:
        """Return the numbering of a source; one that numbers nothing has no columns."""
        return cls(source.number)

    def numbered(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Return `lines` with the columns that they lack counted from 1, or from where the file before left off."""
        for column, within in self.columns.items():
            if column not in lines.columns:
                lines = lines.with_columns(self._count(lines, column, within))
        return lines

    def _count(self, lines: pl.DataFrame, column: str, within: tuple[str, ...]) -> pl.Series:
        keys = lines.select(pl.col(c) if c in lines.columns else pl.lit(None, pl.String).alias(c) for c in within)
        count = keys.select((pl.int_range(pl.len()) + 1).over(within).alias("n")).to_series()
        groups = keys.with_columns(count).group_by(within, maintain_order=True).agg(pl.max("n"))
        before = [self.counted.get((column, *row[:-1]), 0) for row in groups.iter_rows()]
        for row, earlier in zip(groups.iter_rows(), before, strict=True):
            self.counted[column, *row[:-1]] = earlier + row[-1]
        starts = keys.join(groups.with_columns(pl.Series("before", before, pl.Int64)), on=within, nulls_equal=True,
                           how="left", maintain_order="left")["before"]  # fmt: skip
        return (count + starts).cast(pl.String).alias(column)
