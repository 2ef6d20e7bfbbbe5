"""The frames as files for programs: JSON, CSV and Parquet, exact and the same byte for byte every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.report.layout import FRAMES
from recon.report.text import csv_guard, decimal_text, has_iban, mask_iban, mask_ibans_within

if TYPE_CHECKING:
    from pathlib import Path

    from recon.reconcile import Reconciliation

ROWS_AT_ONCE = 50_000
_IBAN_COLUMNS = ("iban", "given_iban")
_NUMBERS_AS_TEXT = ("expected", "actual")
"""Text columns that recon fills, often with a number: a minus there starts no formula."""


def masked_frames(reconciliation: Reconciliation) -> dict[str, pl.DataFrame]:
    """Return every frame of the report by name, bank accounts masked."""
    return {name: mask(getattr(reconciliation, name)) for name in FRAMES}


def mask(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with no bank account left to read, whether in its own column or in running text."""
    accounts = [mask_iban(pl.col(name)) for name in _IBAN_COLUMNS if name in frame.columns]
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in _IBAN_COLUMNS]
    found = frame.select(has_iban(pl.col(name)) for name in texts)
    prose = [mask_ibans_within(frame.get_column(name)) for name in texts if found.get_column(name)[0]]
    return frame.with_columns(*prose, *accounts)


def write_json(frame: pl.DataFrame, path: Path) -> None:
    """Write an array with one object a line: decimals and dates are strings, what is absent is null."""
    plain = _as_text(frame)
    with path.open("wb") as file:
        file.write(b"[")
        for start in range(0, frame.height, ROWS_AT_ONCE):
            lines = BytesIO()
            plain.slice(start, ROWS_AT_ONCE).write_ndjson(lines)
            # A line feed inside a value is escaped in JSON, so each one left ends an object.
            objects = lines.getvalue().rstrip(b"\n").replace(b"\n", b",\n")
            file.write((b",\n" if start else b"\n") + objects)
        file.write(b"\n]\n")


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write UTF-8 with a header; lists joined by a space, and no cell that a spreadsheet would run."""
    lists = [pl.col(name).list.join(" ") for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    guarded = [
        csv_guard(pl.col(name), numbers=name in _NUMBERS_AS_TEXT)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    ]
    _as_text(frame.with_columns(*lists, *guarded)).write_csv(path)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write the frame with its exact types. Raises OSError where it cannot be written."""
    try:
        frame.write_parquet(path, compression="zstd", statistics=True)
    except pl.exceptions.ComputeError as error:  # how Polars reports a full disk here, and here only
        raise OSError(str(error)) from error


def write_object(value: Mapping[str, Any], path: Path) -> None:
    """Write one JSON object, its keys in the order given."""
    path.write_text(
        json.dumps(dict(value), indent=2, ensure_ascii=False, default=_json) + "\n", encoding="utf-8", newline="\n"
    )


def _json(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    decimals = [
        decimal_text(pl.col(name), dtype.scale) for name, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal)
    ]
    return frame.with_columns(*decimals, pl.col(pl.Date, pl.Datetime).cast(pl.String))
