"""A report's folder read back as the frames that were published in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError
from recon.result_tables import (
    ALLOCATIONS,
    DISCREPANCIES,
    INVOICE_RESULTS,
    INVOICES,
    ORDER_RESULTS,
    RECEIPT_RESULTS,
    SUPPLIER_LINKS,
)

if TYPE_CHECKING:
    from pathlib import Path

    from recon.tables import Table

_TABLES = (DISCREPANCIES, INVOICE_RESULTS, ORDER_RESULTS, RECEIPT_RESULTS, INVOICES, SUPPLIER_LINKS, ALLOCATIONS)
_HINT = "Write the report with --format parquet or json, or name the rules file instead."


@dataclass(frozen=True)
class Published:
    """The frames of SPEC 6 that explain a verdict; bank accounts are masked in them."""

    discrepancies: pl.DataFrame
    invoice_lines: pl.DataFrame
    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoices: pl.DataFrame
    supplier_links: pl.DataFrame
    allocations: pl.DataFrame


def published(directory: Path) -> Published:
    """Return what a report's folder holds as Parquet or JSON. Raises SourceError where it holds neither, or is damaged."""
    return Published(**{table.name: report_frame(directory, table) for table in _TABLES})


def report_frame(directory: Path, table: Table) -> pl.DataFrame:
    """Return one frame of a report's folder. Raises SourceError where it is neither Parquet nor JSON, or is damaged."""
    parquet, text = directory / f"{table.name}.parquet", directory / f"{table.name}.json"
    try:
        if parquet.exists():
            return table.cast(pl.read_parquet(parquet))
        if text.is_file():
            return _typed(json.loads(text.read_text(encoding="utf-8")), table)
    except (OSError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise SourceError("the report is damaged", str(directory / table.name), _HINT) from error
    raise SourceError(f"the report has no {table.name}.parquet or .json", str(directory), _HINT)


def _typed(rows: list[dict[str, object]], table: Table) -> pl.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in table.columns}
    return table.cast(pl.DataFrame({name: _column(name, values, table) for name, values in columns.items()}))


def _column(name: str, values: list[object], table: Table) -> pl.Series:
    kind = table.columns[name]
    if kind in (pl.Int64, pl.Boolean) or isinstance(kind, pl.List):
        return pl.Series(name, values, dtype=kind)
    text = pl.Series(name, values, dtype=pl.String)
    return text.str.to_date() if kind == pl.Date else text.cast(kind)
