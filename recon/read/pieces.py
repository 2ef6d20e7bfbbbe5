"""Columns that are part of a cell: `4500001/10` is an order and its line, `10 EA` a quantity and its unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.read.cells.mapping import place_of
from recon.read.header import BLANK
from recon.read.raw import name_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.read.raw import Raw
    from recon.rules.rule import CellPart, Source


def with_pieces(raw: Raw, source: Source) -> tuple[Raw, Source]:
    """Return the file with a column for each of `source.pieces`, and the source that maps them by place.

    A cell that a pattern does not fit, or fits in two ways, is taken whole, and counted in a note: whatever it is, it is
    not lost. Raises SourceError where the file lacks a column that has pieces.
    """
    places: dict[str, str] = {}
    for column, piece in source.pieces.items():
        raw = with_piece(raw, column, piece)
        places[column] = f"#{raw.frame.width}"
    return raw, replace(source, columns={**source.columns, **places}, pieces={}) if places else source


def with_piece(raw: Raw, column: str, piece: CellPart) -> Raw:
    """Return the file with one more column, at its end: the part of another's cells. Raises SourceError as above."""
    at, new = place_of(piece.of, raw.header, raw.frame.width, raw.path), raw.frame.width
    whole = raw.frame[:, at].str.strip_chars(BLANK)
    fits = whole.str.extract_all(piece.pattern).list.n_unique() == 1
    cells = pl.select(pl.when(fits).then(whole.str.extract(piece.pattern, 1)).otherwise(whole)).to_series()
    odd = int((~fits & (whole.fill_null("") != "")).sum())
    some = f"1 cell of '{piece.of}' does" if odd == 1 else f"{odd} cells of '{piece.of}' do"
    told = f"{some} not hold {column} as `pieces` says: taken whole"
    return replace(
        raw,
        frame=raw.frame.with_columns(cells.alias(name_column(new))),
        header=(*raw.header, f"{piece.of}: {column}") if raw.header else (),
        plain=_also(raw.plain, at, new),
        damaged=_also(raw.damaged, at, new),
        merged=_also(raw.merged, at, new),
        notes=(*raw.notes, told) if odd else raw.notes,
    )


def _also(series: Mapping[int, pl.Series], at: int, new: int) -> Mapping[int, pl.Series]:
    """Return what is said of cells by column, of a new column what is said of the one at `at`."""
    return {**series, new: series[at]} if at in series else series
