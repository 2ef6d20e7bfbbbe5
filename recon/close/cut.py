"""The cut: a ledger is cut by posting date, so month-end is too (a match as of a day goes by the documents' own dates)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

    from recon.tables import Sources

BOOKED = {
    "order_lines": ("order_date",),
    "receipt_lines": ("posting_date", "receipt_date"),
    "invoice_lines": ("posting_date", "invoice_date"),
    "payments": ("payment_date",),
}
"""The dates that say when a row was booked, the first that it has."""
DOCUMENTS = ("receipt_lines", "invoice_lines")


def booked(table: str) -> pl.Expr:
    """Return the day on which a row of `table` was booked; null where it names none."""
    return pl.coalesce(BOOKED[table])


def cut(sources: Sources, last: date) -> Sources:
    """Return the sources as they were booked by the end of the day `last`; a row without a date stays."""
    kept = {}
    for table in BOOKED:
        frame = getattr(sources, table)
        later = (_days(frame, table) > last).fill_null(value=False)
        kept[table] = frame.filter(~later) if later.any() else frame
    return replace(sources, **kept)


def silent(sources: Sources, period: tuple[date, date]) -> list[str]:
    """Return the tables of documents of which there are rows, and none in the period."""
    frames = {table: getattr(sources, table) for table in DOCUMENTS}
    return [table for table, frame in frames.items() if frame.height and not any_within(frame, table, period)]


def any_within(frame: pl.DataFrame, table: str, period: tuple[date, date]) -> bool:
    """Return whether any row of a table was booked in the period."""
    return bool(_days(frame, table).is_between(*period).any())


def _days(frame: pl.DataFrame, table: str) -> pl.Series:
    absent = [pl.lit(None, pl.Date).alias(name) for name in BOOKED[table] if name not in frame.columns]
    return frame.with_columns(absent).select(booked(table)).to_series()
