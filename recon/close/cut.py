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


def booked(table: str) -> pl.Expr:
    """Return the day on which a row of `table` was booked; null where it names none."""
    return pl.coalesce(BOOKED[table])


def cut(sources: Sources, last: date) -> Sources:
    """Return the sources as they were booked by the end of the day `last`; a row without a date stays."""
    kept = {}
    for table, dates in BOOKED.items():
        frame = getattr(sources, table)
        dated = frame.with_columns(pl.lit(None, pl.Date).alias(c) for c in dates if c not in frame.columns)
        later = dated.select((booked(table) > last).fill_null(value=False)).to_series()
        kept[table] = frame.filter(~later) if later.any() else frame
    return replace(sources, **kept)
