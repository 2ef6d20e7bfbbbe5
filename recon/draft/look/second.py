"""The header of another table inside a file: two tables that stand below each other cannot be read as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.draft.synonyms import is_known
from recon.read.header import BLANK, fold

if TYPE_CHECKING:
    from recon.read.raw import Raw

FEWEST, LOOKED_AT = 3, 50


def second_header(raw: Raw) -> tuple[int, str] | None:
    """Return the row that is a header of other columns, and its cells; None where there is none.

    Such a row has known headings alone, three at least, and of them no more than half are those of the file.
    """
    plain = ~pl.any_horizontal(pl.all().str.contains("[0-9]").fill_null(value=False))
    text = pl.exclude("at").str.strip_chars(BLANK).replace("", None)
    cells = raw.frame.with_row_index("at").filter(raw.frame.select(plain).to_series()).with_columns(text)
    named = pl.sum_horizontal(pl.exclude("at").is_not_null()) >= FEWEST
    own = {fold(name) for name in raw.header}
    for at, *line in cells.filter(named).head(LOOKED_AT).iter_rows():
        filled = [cell for cell in line if cell]
        if all(map(is_known, filled)) and 2 * sum(fold(cell) in own for cell in filled) <= len(filled):
            return raw.rows[at], ", ".join(filled)
    return None
