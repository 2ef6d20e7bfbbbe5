"""The columns of a file: their names and groups, and what their cells are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.headings import DOCUMENTS
from recon.draft.look.column import Column
from recon.draft.look.kinds import DATE_LIKE, LOOKED_AT, Cells, described
from recon.draft.synonyms import candidates
from recon.kinds import PERCENT
from recon.read.cells.evidence import shapes_by_column
from recon.read.cells.percent import PERCENT_SIGN
from recon.read.cells.tidy import SUMS
from recon.read.header import BLANK
from recon.read.presets.fit import key_of
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.read.raw import Raw


def describe_columns(raw: Raw, groups: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return what the cells of each named column are: their kind, their formats, what the column may mean.

    `groups`: what stands above each heading. A heading that stands there twice is then called by its place (`#3`), and
    understood with its group: `Invoice Qty`; so is one that alone says nothing of a document: `Invoice Number`.
    """
    names = [key_of(name) for name in raw.header]
    named = [at for at in range(raw.frame.width) if not raw.header or raw.header[at]]
    texts = _without_percents(_texts_by_column(raw.frame, named), raw)
    shapes = shapes_by_column(texts)
    dates = dict(texts.filter(pl.col("text").str.contains(DATE_LIKE)).group_by("column").agg("text").iter_rows())
    found = []
    for at in named:
        name = raw.header[at] if raw.header else f"#{at + 1}"
        heading = name
        if groups and names.count(names[at]) > 1:
            name, heading = f"#{at + 1}", f"{groups[at]} {name}"
        elif groups and not any(one.table in DOCUMENTS for one in candidates(name)):
            heading = f"{groups[at]} {name}".strip()
        column = Column(at + 1, name, "empty", 0, candidates=tuple(candidates(heading)) if raw.header else ())
        column = replace(column, heading=heading)
        cells = Cells(tuple(shapes.get(at, ())), tuple(dates.get(at, ())))
        found.append(described(column, cells, raw) if cells.shapes else column)
    return tuple(found)


def _texts_by_column(frame: pl.DataFrame, named: Sequence[int]) -> pl.DataFrame:
    """Return (column, text): the different cells of each column that hold anything, in their order."""
    columns = [pl.nth(at).str.strip_chars(BLANK).unique(maintain_order=True).implode().alias(str(at)) for at in named]
    if not columns:
        return pl.DataFrame(schema={"column": pl.Int64, "text": pl.String})
    lists = frame.select(columns)
    long = pl.DataFrame({"column": list(named), "text": [_without_sums(lists[:, i][0]) for i in range(lists.width)]})
    return long.explode("text").filter(pl.col("text").is_not_null() & (pl.col("text") != ""))


def _without_percents(texts: pl.DataFrame, raw: Raw) -> pl.DataFrame:
    """Return (column, text) with `19%` as 19 in columns that may be percentages by their names."""
    shares = [
        at
        for at in texts.filter(pl.col("text").str.ends_with("%"))["column"].unique()
        if any(
            CANONICAL[one.table].kinds.get(one.column) == PERCENT
            for one in candidates(raw.header[at] if raw.header else "")
        )
    ]
    share = pl.col("column").is_in(shares)
    bare = pl.col("text").str.replace(PERCENT_SIGN, "")
    return texts.with_columns(text=pl.when(share).then(bare).otherwise("text")) if shares else texts


def _without_sums(texts: pl.Series) -> pl.Series:
    """Return the different cells of a column without words of sums, of which a long column has too few to matter."""
    return texts.filter(~texts.str.contains(SUMS)) if len(texts) <= LOOKED_AT else texts
