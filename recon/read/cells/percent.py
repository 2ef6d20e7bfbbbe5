"""Cells that a spreadsheet shows as percent, in columns that are percentages: `19%` is 19."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import PERCENT
from recon.read.header import find_name
from recon.read.raw import Raw, name_column

PERCENT_SIGN = r"\s*%$"
"""What may stand behind the number in a column of percentages, and says nothing more."""
BELOW_ONE = r"^[+-]?0*[.,]0*[1-9]"

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.tables import Table


def unsigned(text: pl.Expr, column: str) -> pl.Expr:
    """Return the cells of a column of percentages without their signs.

    A tax rate below 1 is a fraction: `0.5%` would be half, so it keeps its sign and is no number.
    """
    bare = text.str.replace(PERCENT_SIGN, "")
    return pl.when(text.str.contains(BELOW_ONE)).then(text).otherwise(bare) if column == "tax_rate" else bare


def percent_cells(raw: Raw, columns: Mapping[str, str], table: Table) -> Raw:
    """Return `raw` without the sign of percent cells where `columns` (canonical -> header name) says percentage.

    Only cells that the spreadsheet holds as numbers; in any other column they keep their sign and are no number.
    """
    frame = raw.frame
    for column in table.of(PERCENT):
        at = find_name(columns.get(column, column), raw.header)
        if at is not None and at in raw.plain:
            cells = frame[:, at]
            bare = pl.select(pl.when(raw.plain[at]).then(cells.str.strip_suffix("%")).otherwise(cells)).to_series()
            frame = frame.with_columns(bare.alias(name_column(at)))
    return replace(raw, frame=frame)
