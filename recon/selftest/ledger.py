"""A ledger as rows that can be spoilt one at a time, and put back into the frames that a run reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.tables import CANONICAL, REJECTS, Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]
Place = tuple[str, str, int]
"""Table, source and row: what a code can stand on."""

FRAMES = {
    "orders": "order_lines",
    "receipts": "receipt_lines",
    "invoices": "invoice_lines",
    "suppliers": "suppliers",
    "conversions": "conversions",
    "rates": "rates",
    "rejects": "rejects",
}
"""Table of a ledger -> the attribute of Sources that holds it."""
DOCUMENTS = ("orders", "receipts", "invoices")
PLANTED = "(planted)"
"""The source of rows that were not there before."""


@dataclass
class Ledger:
    """Rows by table; `schemas` remembers the columns that the user's own data carry through."""

    tables: dict[str, list[Row]]
    schemas: Mapping[str, pl.Schema]

    @classmethod
    def of(cls, sources: Sources, kept: Mapping[str, Iterable[tuple[str, int]]]) -> Ledger:
        """Return the documents of `sources` at the places `kept`, and all master data; no rejects."""
        frames = {name: getattr(sources, attribute) for name, attribute in FRAMES.items()}
        tables = {name: frame.to_dicts() for name, frame in frames.items() if name not in (*DOCUMENTS, "rejects")}
        for name in DOCUMENTS:
            wanted = pl.DataFrame(sorted(kept[name]), schema={"source": pl.String, "row": pl.Int64}, orient="row")
            at = frames[name].select(pl.col("source").cast(pl.String), pl.col("row").cast(pl.Int64))
            found = at.join(wanted.with_columns(here=pl.lit(value=True)), on=["source", "row"], how="left")
            chosen = frames[name].filter(found["here"].fill_null(value=False))
            tables[name] = chosen.sort("source", "row").to_dicts()
        schemas = {name: frame.schema for name, frame in frames.items()}
        return cls(tables | {"rejects": []}, schemas)

    def copy(self) -> Ledger:
        """Return a ledger whose rows can be changed without changing these."""
        return Ledger({name: [dict(row) for row in rows] for name, rows in self.tables.items()}, self.schemas)

    def sources(self) -> Sources:
        """Return the frames that reading these rows would have given."""
        tables = {**CANONICAL, "rejects": REJECTS}
        return sources_of(
            {
                name: tables[name].cast(pl.DataFrame(rows, schema=self.schemas[name], orient="row"))
                for name, rows in self.tables.items()
            }
        )

    def row(self, place: Place) -> Row:
        """Return the row at a place."""
        table, source, row = place
        return next(r for r in self.tables[table] if (r["source"], r["row"]) == (source, row))

    def add(self, table: str, row: Row) -> Row:
        """Add a row, at a place of its own, and return it."""
        placed = {**row, "source": PLANTED, "row": 1 + sum(len(rows) for rows in self.tables.values())}
        self.tables[table].append(placed)
        return placed


def sources_of(frames: Mapping[str, pl.DataFrame]) -> Sources:
    """Return frames by table as what a run reads."""
    named: dict[str, Any] = {FRAMES[name]: frame for name, frame in frames.items()}
    return Sources(**named)


def place_of(table: str, row: Row) -> Place:
    """Return where a row stands."""
    return table, row["source"], row["row"]
