"""Memory of one's own, for what is kept of much."""

from __future__ import annotations

from io import BytesIO

import polars as pl


def detached(frame: pl.DataFrame) -> pl.DataFrame:
    """Return an equal frame that keeps no other alive.

    A few rows of many share their text with all of them, which stays in memory as long as they do; writing them down and
    reading them again leaves the rest behind.
    """
    written = BytesIO()
    frame.write_ipc(written)
    written.seek(0)
    return pl.read_ipc(written)


def without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Return an equal frame whose columns without any value are one null each, however many rows there are.

    Most exports fill half of the columns there are, and each would be copied whenever rows are taken.
    """
    nulls = zip(frame.schema.items(), frame.null_count().row(0), strict=True)
    return frame.with_columns(
        pl.lit(None, dtype).alias(name) for (name, dtype), count in nulls if count == frame.height
    )
