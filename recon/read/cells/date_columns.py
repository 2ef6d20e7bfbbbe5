"""Which of the declared date formats a file's column is written in, and which century its years of two digits mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import DAY
from recon.read.cells.dates import DEFAULT_SINCE, ISO, parse_date
from recon.read.header import BLANK
from recon.read.raw import name_column
from recon.rules.rule import DateForm
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.read.cells.mapping import Mapped
    from recon.read.raw import Raw
    from recon.rules.rule import Source

SHORT = "%y"


def with_dates(raw: Raw, mapped: Mapped, source: Source) -> tuple[Source, tuple[str, ...]]:
    """Return `source` with the date formats that each column of the file settles, and what there is to say of them.

    Of several formats the first that reads every cell of a column is the column's; where none does, all of them are. A
    year of two digits is that nearest to the dates of the file whose years have four, if `two_digit_years` is silent.
    """
    if len(source.date_format) == 1 and SHORT not in source.date_format[0]:
        return source, ()
    cells = {c: _cells(raw, mapped.columns[c], source) for c in CANONICAL[source.name].of(DAY) if c in mapped.columns}
    formats = {column: _formats(texts, source.date_format) for column, texts in cells.items()}
    short = [column for column, forms in formats.items() if any(SHORT in form for form in forms)]
    since = {column: _since(column, cells, source) for column in short}
    dates = {column: DateForm(forms, since.get(column, DEFAULT_SINCE)) for column, forms in formats.items()}
    return replace(source, dates=dates), _told(since, source)


def _cells(raw: Raw, position: int, source: Source) -> pl.Series:
    """Return the different texts of a column of dates; what the file itself holds as a date is not in doubt."""
    texts = raw.frame[name_column(position)]
    if position in raw.plain:
        texts = texts.filter(~raw.plain[position])
    cells = texts.str.strip_chars(BLANK).drop_nulls().unique().alias("text")
    return cells.filter(~cells.is_in(["", *source.nulls]))


def _formats(texts: pl.Series, formats: tuple[str, ...]) -> tuple[str, ...]:
    return next(((form,) for form in formats if not _read(texts, (form,)).null_count()), formats)


def _read(texts: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    return texts.to_frame("text").select(parse_date(pl.col("text"), formats)).to_series()


def _since(column: str, cells: Mapping[str, pl.Series], source: Source) -> int:
    if source.two_digit_years is not None:
        return source.two_digit_years[0]
    whole = tuple(form for form in source.date_format if SHORT not in form) or (ISO,)
    own = _read(cells[column], whole).drop_nulls()
    others = own if len(own) else pl.concat([_read(texts, whole) for texts in cells.values()]).drop_nulls()
    years = others.dt.year().filter(others.dt.year() < 9999)
    return int(years.median()) - 50 if len(years) else DEFAULT_SINCE  # type: ignore[arg-type]


def _told(since: Mapping[str, int], source: Source) -> tuple[str, ...]:
    if not since or source.two_digit_years is not None:
        return ()
    spans: dict[int, list[str]] = {}
    for column, first in since.items():
        spans.setdefault(first, []).append(column)
    return tuple(
        f"years of two digits in {', '.join(columns)} are read as {first} to {first + 99};"
        f" `two_digit_years: {first}-{first + 99}` says so for good"
        for first, columns in spans.items()
    )
