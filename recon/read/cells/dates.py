"""Text -> dates by the declared formats; ISO dates may carry a time, of which the date counts as it is written."""

from __future__ import annotations

from datetime import date

import polars as pl

ISO = "%Y-%m-%d"
ISO_SHAPE = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T](?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?$"
)
MIDNIGHT = r"[ T]00:00(?::00(?:\.0+)?)?$"
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
NEVER = date(9999, 12, 31)
"""What SAP and others write for "no end": read as absent."""


def parse_date(text: pl.Expr, formats: tuple[str, ...]) -> pl.Expr:
    """Return `text` (trimmed) as dates by the first of `formats` that fits; null where none does.

    Years outside 1900-2999 are null, but 9999-12-31, which `absent_date` turns into null later.
    """
    tries = [_iso(text) if form == ISO else _declared(text, form) for form in formats]
    parsed = pl.coalesce(tries)
    return pl.when(parsed.is_between(FIRST, LAST) | (parsed == NEVER)).then(parsed)


def parse_iso_day(text: pl.Expr) -> pl.Expr:
    """Return `text` as dates where it is `2025-03-04` and nothing else, of 1900 to 2999; the rest is null.

    Ten characters from `19` or `2` on leave the engine nothing to be lenient about (signs, blanks, short years).
    """
    shaped = (text.str.len_bytes() == len("2025-03-04")) & (text >= "19") & (text < "3")
    return pl.when(shaped).then(text.str.to_date(ISO, strict=False))


def absent_date(parsed: pl.Expr) -> pl.Expr:
    """Return `parsed` with 9999-12-31 as null."""
    return pl.when(parsed != NEVER).then(parsed)


def why_not_date(formats: tuple[str, ...]) -> str:
    """Return what a date should have been, for a person."""
    return f"not a date written as {' or '.join(formats)} (years 1900 to 2999): if it is one, declare `date_format`"


def _iso(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(ISO_SHAPE)).then(text.str.slice(0, 10).str.to_date(ISO, strict=False))


def _declared(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.replace(MIDNIGHT, "").str.to_date(form, strict=False, exact=True)
