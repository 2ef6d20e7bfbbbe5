"""Text -> dates by the declared formats; ISO dates may carry a time, of which the date counts as it is written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import DateForm

ISO = "%Y-%m-%d"
ISO_SHAPE = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T](?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?$"
)
MIDNIGHT = r"[ T]00:00(?::00(?:\.0+)?)?$"
DEFAULT_SINCE = 1970
"""The first of the hundred years that a year of two digits means where no other date says anything."""
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
NEVER = date(9999, 12, 31)
"""What SAP and others write for "no end": read as absent."""


def parse_date(text: pl.Expr, formats: Sequence[str], since: int = DEFAULT_SINCE) -> pl.Expr:
    """Return `text` (trimmed) as dates by the one of `formats` that fits; null where none does, or two fit differently.

    Years outside 1900-2999 are null, but 9999-12-31, which `absent_date` turns into null later. A year of two digits is
    that of the hundred years from `since` on.
    """
    tries = [_within_limits(_parsed(text, form, since)) for form in formats]
    parsed = pl.coalesce(tries)
    if len(tries) == 1:
        return parsed
    contested = pl.any_horizontal((other != parsed).fill_null(value=False) for other in tries[1:])
    return pl.when(~contested).then(parsed)


def days_meant(text: str, form: DateForm) -> list[date]:
    """Return the different days as which the formats read one cell, in order."""
    tries = [parse_date(pl.lit(text), (one,), form.since).alias(str(i)) for i, one in enumerate(form.formats)]
    return sorted({day for day in pl.select(tries).row(0) if day is not None})


def parse_iso_day(text: pl.Expr) -> pl.Expr:
    """Return `text` as dates where it is `2025-03-04` and nothing else, of 1900 to 2999; the rest is null.

    Ten characters from `19` or `2` on leave the engine nothing to be lenient about (signs, blanks, short years).
    """
    shaped = (text.str.len_bytes() == len("2025-03-04")) & (text >= "19") & (text < "3")
    return pl.when(shaped).then(text.str.to_date(ISO, strict=False))


def absent_date(parsed: pl.Expr) -> pl.Expr:
    """Return `parsed` with 9999-12-31 as null."""
    return pl.when(parsed != NEVER).then(parsed)


def why_not_date(value: str, form: DateForm) -> str:
    """Return why a cell is no date, for a person: no format reads it, or two as different days."""
    meant = days_meant(value, form)
    if len(meant) > 1:
        days = " or ".join(day.isoformat() for day in meant)
        return f"can be {days}: no one of the declared formats reads the whole column"
    written = " or ".join(form.formats)
    return f"not a date written as {written} (years 1900 to 2999): if it is one, declare `date_format`"


def _within_limits(parsed: pl.Expr) -> pl.Expr:
    return pl.when(parsed.is_between(FIRST, LAST) | (parsed == NEVER)).then(parsed)


def _parsed(text: pl.Expr, form: str, since: int) -> pl.Expr:
    if form == ISO:
        return _iso(text)
    day = _declared(text, form)
    return _in_century(day, since) if "%y" in form else day


def _in_century(day: pl.Expr, since: int) -> pl.Expr:
    """Return days of which only the last two digits of the year are known with the year of the hundred from `since`."""
    meant = since + (day.dt.year() - since) % 100
    moved = day.dt.offset_by(pl.format("{}y", meant - day.dt.year()))
    return pl.when(moved.dt.day() == day.dt.day()).then(moved)  # 29 February of 1900 is no day


def _iso(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(ISO_SHAPE)).then(text.str.slice(0, 10).str.to_date(ISO, strict=False))


def _declared(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.replace(MIDNIGHT, "").str.to_date(form, strict=False, exact=True)
