"""The value every reader returns: a file's records as text, with the place of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl


@dataclass(frozen=True)
class Raw:
    """One file's records, untyped: what stood in the cells, and where.

    `path`: relative to the rules file, with `/`. `header`: the names as written, trimmed; empty where the file has none.
    `frame`: every column `pl.String`, named `c0`..`cN` in file order; an empty cell is null; cells are as read, untrimmed.
    `rows`: `pl.Int64`, as long as `frame`: the physical line or spreadsheet row on which each record starts.
    `plain`: column position -> `pl.Boolean` series, true where the cell was a number, date or truth value in the file
    (a spreadsheet cell, a Parquet or SQL column) and its text is therefore plain (`1234.5`, `2025-03-04`,
    `2025-03-04 00:00:00`, `true`), whatever number and date format the rules declare for text. Absent: all text.
    `damaged`: column position -> `pl.String` series: why a cell cannot be trusted (`#N/A`, formula without a value,
    more than 15 digits, ...), null where it can. Such a cell makes its row a reject if its column is used.
    `currencies`: column position -> `pl.String` series: the sign or code, in capitals, that a spreadsheet shows beside the
    cell's number by its format, null where it shows none.
    `merged`: column position -> `pl.Boolean` series, true where a spreadsheet's merged cells reach down from a cell above.
    `floats`: positions of columns that are binary floats: refused where a number is wanted of them.
    `verify`: raises SourceError if the text holds control characters; to be called when a cell is not what it should be.
    A reader that has checked already leaves it as it is.
    `above`: names and values above the header, read where the rules ask for them.
    `notes`: what the reader has to say of the file (header row found, hidden rows counted, ...).
    """

    path: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    rows: pl.Series
    plain: Mapping[int, pl.Series] = field(default_factory=dict)
    damaged: Mapping[int, pl.Series] = field(default_factory=dict)
    currencies: Mapping[int, pl.Series] = field(default_factory=dict)
    merged: Mapping[int, pl.Series] = field(default_factory=dict)
    floats: frozenset[int] = frozenset()
    verify: Callable[[], None] = lambda: None
    above: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    sha256: str = ""
    bytes: int = 0


def keep_rows(raw: Raw, mask: pl.Series) -> Raw:
    """Return the rows of `raw` where `mask`."""
    return replace(
        raw,
        frame=raw.frame.filter(mask),
        rows=raw.rows.filter(mask),
        plain={at: flags.filter(mask) for at, flags in raw.plain.items()},
        damaged={at: reasons.filter(mask) for at, reasons in raw.damaged.items()},
        currencies={at: shown.filter(mask) for at, shown in raw.currencies.items()},
        merged={at: flags.filter(mask) for at, flags in raw.merged.items()},
    )


def name_column(position: int) -> str:
    """Return the name of the column at `position` (from 0) of a `Raw.frame`."""
    return f"c{position}"
