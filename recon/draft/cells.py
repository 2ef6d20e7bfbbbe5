"""What stands in the columns of an inspected file, and what a person calls the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.read.cells.mapping import is_position
from recon.read.header import BLANK

if TYPE_CHECKING:
    from recon.draft.look.inspection import Inspection


def label(one: Inspection) -> str:
    """Return how a person names a file, with its sheet."""
    return one.path if one.sheet is None else f"{one.path}, sheet {one.sheet}"


def position(one: Inspection, name: str | None) -> int | None:
    """Return where a column of that name (or `#3`) stands in the file, from 0."""
    if name is not None and is_position(name):
        return int(name[1:]) - 1
    return next((column.position - 1 for column in one.columns if column.name == name), None)


def trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of a file without blanks around them; an absent one is empty."""
    return frame.select(pl.all().str.strip_chars(BLANK).fill_null(""))


def cells(one: Inspection, name: str | None) -> list[str]:
    """Return the cells of a column that hold anything, trimmed, each once."""
    at = position(one, name)
    if at is None or one.raw is None:
        return []
    found = one.raw.frame[:, at].str.strip_chars(BLANK).drop_nulls().unique(maintain_order=True)
    return [str(cell) for cell in found.filter(found != "")]
