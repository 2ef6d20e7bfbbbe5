"""Text -> dates by the declared formats; ISO dates may carry a time, of which the date counts as it is written."""

from __future__ import annotations

from datetime import date

import polars as pl

ISO = "%Y-%m-%d"
ISO_SHAPE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?$"
ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MIDNIGHT = r"[ T]00:00(?::00(?:\.0+)?)?$"
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
NEVER = date(9999, 12, 31)
"""What SAP and others write for "no end": read as absent."""


def parse_date(text: pl.Expr, formats: tuple[str, ...], quick: bool = False) -> pl.Expr:
    """Return `text` (trimmed) as dates by the first of `formats` that fits; null where none does.

    Years outside 1900-2999 are null, but 9999-12-31, which `absent_date` turns into null later. `quick`: ISO dates with
    a time may be null too.
    """
    if quick and formats == (ISO,):
        parsed = text.str.to_date(ISO, strict=False)
        return pl.when(text.str.contains(ISO_DAY) & (parsed.is_between(FIRST, LAST) | (parsed == NEVER))).then(parsed)
    tries = [_iso(text) if form == ISO else _declared(text, form) for form in formats]
    parsed = pl.coalesce(tries)
    return pl.when(parsed.is_between(FIRST, LAST) | (parsed == NEVER)).then(parsed)


def absent_date(parsed: pl.Expr) -> pl.Expr:
    """Return `parsed` with 9999-12-31 as null."""
    return pl.when(parsed != NEVER).then(parsed)


def why_not_date(formats: tuple[str, ...]) -> str:
    """Return what a date should have been, for a person."""
    return f"not a date written as {' or '.join(formats)} (years 1900 to 2999)"


def _iso(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(ISO_SHAPE)).then(text.str.slice(0, 10).str.to_date(ISO, strict=False))


def _declared(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.replace(MIDNIGHT, "").str.to_date(form, strict=False, exact=True)
