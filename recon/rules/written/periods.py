"""Periods as rules write them: a month, a year, or two days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from recon.errors import RulesError

DATED = {"orders": "order_date", "receipts": "receipt_date", "invoices": "invoice_date", "rates": "date"}
"""The date of each source that a period is held against."""
PERIOD_HINT = "Write a month (2025-01), a quarter (2025-Q1), a year (2025) or two days (2025-01-15..2025-02-14)."
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_MONTH_OR_YEAR = re.compile(r"[0-9]{4}(-[0-9]{1,2})?")


def declared_period(written: str) -> str:
    """Return a period as it is written; raises RulesError where it is none."""
    try:
        first, last = period(written)
    except ValueError:
        raise RulesError(f"'{written}' is not a period", hint=PERIOD_HINT) from None
    if last < first:
        raise RulesError(f"the period '{written}' ends before it begins", hint=PERIOD_HINT)
    return written


def period(written: str) -> tuple[date, date]:
    """Return the first and last day of a month (`2025-01`), quarter (`2025-Q1`), year, or `from..to`; raises ValueError."""
    if ".." in written:
        first, last = (date.fromisoformat(part.strip()) for part in written.split(".."))
        return first, last
    if quarter := _QUARTER.fullmatch(written):
        months = int(quarter[2]) * 3
        return period(f"{quarter[1]}-{months - 2}")[0], period(f"{quarter[1]}-{months}")[1]
    if not _MONTH_OR_YEAR.fullmatch(written):
        raise ValueError(written)
    year, month = (int(part) for part in f"{written}-0".split("-")[:2])
    if "-" not in written:
        return date(year, 1, 1), date(year, 12, 31)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)
