"""Parquet -> Raw: exact types as their own text; money in binary floats is refused."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.read.header import refuse_doubles, refuse_missing, trim
from recon.read.raw import Raw, name_column

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.rules.rule import Source

DAMAGE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffd}]"
"""Control characters that no text holds, and what a conversion leaves of a character that it lost."""


def read_parquet(data: bytes, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Read a Parquet file; records count from 1. Raises SourceError when it is damaged or lacks a wanted column."""
    try:
        frame = pl.read_parquet(io.BytesIO(data), hive_partitioning=False)
    # The engine raises many kinds for one thing, damage; its panics are no `Exception`.
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001
        raise SourceError(
            f"the Parquet file cannot be read: {str(error).splitlines()[0]}", path, "Get the file again."
        ) from None
    return raw_of_frame(frame, path, source, wanted)


def raw_of_frame(frame: pl.DataFrame, path: str, source: Source, wanted: Collection[str]) -> Raw:
    """Return typed columns as `Raw`: text as it is, the others as their plain text. Shared with SQL."""
    header = tuple(trim(name) for name in frame.columns)
    refuse_missing(header, wanted, path)
    refuse_doubles(header, wanted, path, source)
    dtypes = frame.dtypes
    shown = frame.select(
        _text(name, dtype, path).alias(name_column(i)) for i, (name, dtype) in enumerate(frame.schema.items())
    )
    for i in (i for i, name in enumerate(header) if name in wanted and dtypes[i] == pl.String):
        _refuse_damage(shown.to_series(i), header[i], path)
    typed = [i for i, dtype in enumerate(dtypes) if dtype not in (pl.String, pl.Categorical, pl.Enum)]
    yes = pl.repeat(value=True, n=frame.height, eager=True)
    rows = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("row")
    floats = frozenset(i for i, dtype in enumerate(dtypes) if dtype.is_float())
    return Raw(path, header, shown, rows, plain=dict.fromkeys(typed, yes), floats=floats)


def _refuse_damage(cells: pl.Series, name: str, path: str) -> None:
    """Raise SourceError for a text with a control character or U+FFFD, as in every other kind of file."""
    bad = cells.str.contains(DAMAGE).fill_null(value=False)
    if bad.any():
        row = int(bad.arg_max() or 0)
        character = ord(str(cells[row : row + 1].str.extract(DAMAGE, 0)[0]))
        raise SourceError(
            f"column '{name}' holds the character U+{character:04X} in row {row + 1}",
            path,
            "Remove it at the source of the export.",
        )


def _text(name: str, dtype: pl.DataType, path: str) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        raise SourceError(
            f"column '{name}' holds {dtype}, which recon does not read", path, "Leave it out of the export."
        )
    if isinstance(dtype, pl.Datetime):
        return column.dt.replace_time_zone(None).dt.strftime("%Y-%m-%d %H:%M:%S")
    if dtype == pl.Duration:
        return column.dt.to_string("iso")
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    return column.cast(pl.String)
