"""Lines as bytes, each thing once: columns that hold the same under all their names, of a column of one value that value."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import only, without
from recon.engine.memory import one_value

if TYPE_CHECKING:
    from collections.abc import Iterator

_AND = "\x1f"
"""Between the names of columns that hold the same."""
_SAMPLE = 20


def packed(lines: pl.DataFrame) -> bytes:
    """Return lines as bytes, for `unpacked`: those of a key are mostly those that it was made of, and a file has one unit."""
    bare = _merged(lines)
    fixed = [column.name for column in bare.iter_columns() if one_value(column)][: bare.width - 1]
    return closed(_written(only(bare, fixed).head(1)), without(bare, *fixed))


def unpacked(data: bytes) -> pl.DataFrame:
    """Return what was packed, but for the order of the columns: those that hold the same are one, see `apart`."""
    ((values, rows),) = opened(data)
    return with_values(rows, values)


def opened(data: bytes) -> Iterator[tuple[bytes, pl.DataFrame]]:
    """Yield each that was packed, several being one after the other, in two: columns of one value, as bytes, and the others.

    Some of the rows, or with one column more, can be `closed` again.
    """
    while data:
        ends = [16 + int.from_bytes(data[:8]), 16 + int.from_bytes(data[:8]) + int.from_bytes(data[8:16])]
        yield data[16 : ends[0]], _read(data[ends[0] : ends[1]])
        data = data[ends[1] :]


def closed(values: bytes, rows: pl.DataFrame) -> bytes:
    """Return as bytes what was `opened`."""
    written = _written(rows)
    return b"".join((len(values).to_bytes(8), len(written).to_bytes(8), values, written))


def with_values(rows: pl.DataFrame, values: bytes) -> pl.DataFrame:
    """Return rows with the columns of one value."""
    return rows.with_columns(pl.lit(column).first() for column in _read(values).iter_columns())


def apart(bare: pl.DataFrame) -> pl.DataFrame:
    """Return what is `unpacked` with each column under each of its names; those that hold the same share their memory."""
    return bare.select(pl.col(names).alias(name) for names in bare.columns for name in names.split(_AND))


def _merged(lines: pl.DataFrame) -> pl.DataFrame:
    alike: dict[tuple[pl.DataType, str], list[tuple[list[str], pl.Series]]] = {}
    for column in lines.iter_columns():
        several = alike.setdefault((column.dtype, str(column.head(_SAMPLE).to_list())), [])
        names = next((names for names, other in several if other.equals(column)), None)
        if names is None:
            several.append(([column.name], column))
        else:
            names.append(column.name)
    return pl.DataFrame([column.alias(_AND.join(names)) for several in alike.values() for names, column in several])


def _written(rows: pl.DataFrame) -> bytes:
    file = BytesIO()
    rows.write_ipc_stream(file, compression="lz4")  # a sixth of the bytes, for a hundredth of the run's processor time
    return file.getvalue()


def _read(data: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(BytesIO(data))
