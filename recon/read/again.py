"""The header once more inside a table: of a print's pages, or of files that were joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.errors import SourceError
from recon.read.raw import keep_rows

if TYPE_CHECKING:
    import polars as pl

    from recon.read.raw import Raw
    from recon.rules.rule import Source

AGAIN = "the header stands again"


def without_repeats(raw: Raw, same: pl.Series, source: Source, where: str, hint: str) -> Raw:
    """Return the file without the rows that are its header once more, where the source says so, counted in a note.

    `same`: per row, whether it is one. Raises SourceError where the source does not say so; `hint`: what else may be meant.
    """
    if not same.any():
        return raw
    rows = raw.rows.filter(same).to_list()
    shown = ", ".join(map(str, rows[:10])) + (", ..." if rows[10:] else "")
    if source.repeated_header == "refuse":
        told = f"It stands again in row{'s' if rows[1:] else ''} {shown}. {hint}"
        told += " Where each page of a print begins with it, declare `repeated_header: leave`."
        raise SourceError("the header is repeated inside the table", f"{where}{rows[0]}", told)
    note = f"{AGAIN} in {len(rows)} row{'s' if rows[1:] else ''} ({shown}), which are left out"
    return replace(keep_rows(raw, ~same), notes=(*raw.notes, note))


def repeats_of(raw: Raw) -> str:
    """Return what is said of the header once more in a file that was read without it; "" where it did not stand again."""
    return next((note for note in raw.notes if note.startswith(AGAIN)), "")
