"""The frames as files for programs: JSON, CSV and Parquet, exact and the same byte for byte every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.engine.disk import disk_errors
from recon.engine.parquet import RowGroups
from recon.kinds import IBAN
from recon.report.layout import frames_of
from recon.report.text import csv_guard, decimal_text, has_iban, mask_iban, mask_ibans_within
from recon.result_tables import SUPPLIER_LINKS
from recon.tables import INVOICE_LINES

if TYPE_CHECKING:
    from pathlib import Path

    from recon.codes import Severity
    from recon.ledger.reconcile import Outcome, Reconciliation

ROWS_AT_ONCE = 50_000
ROW_GROUP = 50_000
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 1}
"""The least effort: more makes the files two percent smaller and takes a seventh longer to write them."""
_IBAN_COLUMNS = frozenset(name for table in (INVOICE_LINES, SUPPLIER_LINKS) for name in table.of(IBAN))
"""Nothing else in them is looked at. Anywhere else an account is looked for in the text."""
_NUMBERS_AS_TEXT = ("expected", "actual")
"""Text columns that recon fills, often with a number: a minus there starts no formula."""


def masked_frames(reconciliation: Reconciliation) -> dict[str, pl.DataFrame]:
    """Return every frame of the report by name, bank accounts masked."""
    return {name: mask(frame) for name, frame in frames_of(reconciliation).items()}


def mask(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with no bank account left to read, whether in its own column or in running text."""
    accounts = [mask_iban(pl.col(name)) for name in _IBAN_COLUMNS if name in frame.columns]
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in _IBAN_COLUMNS]
    found = frame.select(has_iban(pl.col(name)) for name in texts)
    prose = [mask_ibans_within(frame.get_column(name)) for name in texts if found.get_column(name)[0]]
    return frame.with_columns(*prose, *accounts)


class JsonFile:
    """An array with one object a line: decimals and dates are strings, what is absent is null."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._before = b"[\n"

    def add(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame after those before; all have the same columns."""
        plain = _as_text(frame)
        for start in range(0, frame.height, ROWS_AT_ONCE):
            lines = BytesIO()
            plain.slice(start, ROWS_AT_ONCE).write_ndjson(lines)
            # A line feed inside a value is escaped in JSON, so each one left ends an object.
            self._file.write(self._before + lines.getvalue().rstrip(b"\n").replace(b"\n", b",\n"))
            self._before = b",\n"

    def close(self) -> None:
        """End the array."""
        self._file.write(b"[\n]\n" if self._before == b"[\n" else b"\n]\n")
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()


class CsvFile:
    """UTF-8 with a header; lists joined by a space, and no cell that a spreadsheet would run."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._header = True

    def add(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame after those before; all have the same columns."""
        lists = [pl.col(name).list.join(" ") for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
        guarded = [
            csv_guard(pl.col(name), numbers=name in _NUMBERS_AS_TEXT)
            for name, dtype in frame.schema.items()
            if dtype == pl.String
        ]
        _as_text(frame.with_columns(*lists, *guarded)).write_csv(self._file, include_header=self._header)
        self._header = False

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()


class ParquetFile:
    """The rows with their exact types, in groups of ROW_GROUP.

    What is the same byte for byte must not depend on how many rows came at once: groups are written full, the last as it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._groups: RowGroups | None = None
        self._rest: pl.DataFrame | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Take the rows of a frame after those before; all have the same columns."""
        rows = frame if self._rest is None else pl.concat([self._rest, frame])
        full = rows.height // ROW_GROUP * ROW_GROUP
        for start in range(0, full, ROW_GROUP):
            self._write(rows.slice(start, ROW_GROUP))
        self._rest = rows.slice(full)

    def close(self) -> None:
        """Write the file."""
        rest = pl.DataFrame() if self._rest is None else self._rest
        if self._groups is None:
            with disk_errors():
                rest.rechunk().write_parquet(self._path, **PARQUET)
            return
        if rest.height:
            self._write(rest)
        self._groups.close()

    def abandon(self) -> None:
        """Forget the rows that wait."""
        self._rest = None
        if self._groups is not None:
            with suppress(OSError):
                self._groups.close()

    def _write(self, rows: pl.DataFrame) -> None:
        if self._groups is None:
            self._groups = RowGroups(self._path, rows.schema, **PARQUET, row_group_size=ROW_GROUP)
        lists = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List)]
        own = pl.col(lists).gather(pl.int_range(pl.len()))  # of a slice, the bytes would tell what it was cut of
        self._groups.add(rows.with_columns(own).rechunk())


FILES: Mapping[str, type[JsonFile | CsvFile | ParquetFile]] = {"json": JsonFile, "csv": CsvFile, "parquet": ParquetFile}


class FrameFiles:
    """The files of all frames in one format of FILES, written in `folder` as the frames come."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder, self._kind = folder, kind
        self._files: dict[str, JsonFile | CsvFile | ParquetFile] = {}

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Write frames by name, each after the rows of that name before."""
        for name, frame in frames.items():
            if name not in self._files:
                self._files[name] = FILES[self._kind](self._folder / f"{name}.{self._kind}")
            self._files[name].add(frame)

    def close(self, outcome: Outcome, fail_on: Severity) -> None:  # noqa: ARG002 - rows alone, no summary of them
        """Finish every file."""
        for name in list(self._files):
            self._files.pop(name).close()

    def abandon(self) -> None:
        """Let go of the files that are open."""
        for file in self._files.values():
            file.abandon()


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
