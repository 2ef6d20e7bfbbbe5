"""Lines as bytes, each thing once: columns that hold the same under all their names, of a column of one value that value."""

from __future__ import annotations

from io import BytesIO

import polars as pl

from recon.engine.joins import only, without
from recon.engine.memory import one_value

_AND = "\x1f"
"""Between the names of columns that hold the same."""
_SAMPLE = 20


def packed(lines: pl.DataFrame) -> bytes:
    """Return lines as bytes, for `unpacked`: those of a key are mostly those that it was made of, and a file has one unit."""
    bare = _merged(lines)
    fixed = [column.name for column in bare.iter_columns() if one_value(column)][: bare.width - 1]
    values, rows = (_written(part) for part in (only(bare, fixed).head(1), without(bare, *fixed)))
    return len(values).to_bytes(8) + values + rows


def unpacked(data: bytes) -> pl.DataFrame:
    """Return what was packed, but for the order of the columns: those that hold the same are one, see `apart`."""
    end = 8 + int.from_bytes(data[:8])
    values, rows = (pl.read_ipc_stream(BytesIO(part)) for part in (data[8:end], data[end:]))
    return rows.with_columns(pl.lit(column).first() for column in values.iter_columns())


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
