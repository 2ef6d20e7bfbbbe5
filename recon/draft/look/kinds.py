"""Cells of a column -> whether they are numbers, dates or texts, and in which formats they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.synonyms import LEAST_SCORE
from recon.read.cells.currency_marks import without_currency
from recon.read.cells.dates import parse_date
from recon.read.cells.evidence import (
    DATE_FORMATS,
    NO_NUMBER,
    NUMBER_FORMATS,
    SCALE,
    WHOLE_DIGITS,
    Evidence,
    Shape,
    evidence_of_dates,
    evidence_of_numbers,
    shapes_by_column,
)
from recon.read.cells.numbers import example, parse_number
from recon.read.header import BLANK
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.draft.look.column import Column
    from recon.read.raw import Raw
    from recon.rules.rule import NumberFormat

EXAMPLES = 3
LOOKED_AT = 1000
DATE_LIKE = r"^(?:[0-9]{8}$|[0-9]{4}[-./年][0-9]{1,2}[-./月]|[0-9]{1,2}[-./ ](?:[0-9]{1,2}[-./]|[A-Za-z])|[A-Za-z]{3,9} [0-9]{1,2},)"
"""How every date that recon knows begins."""
MOSTLY = 0.9
"""Share of a column's cells that must be numbers (or dates) for it to be a column of them."""


@dataclass(frozen=True)
class Cells:
    """The different cells of a column: all as shapes of numbers, and those that may be dates."""

    shapes: tuple[Shape, ...]
    dates: tuple[str, ...]

    @classmethod
    def of(cls, series: pl.Series) -> Cells:
        """Return the cells of one column."""
        texts = series.alias("text").to_frame().with_columns(column=0).unique("text", maintain_order=True)
        dates = texts["text"].filter(texts["text"].str.contains(DATE_LIKE))
        return cls(tuple(shapes_by_column(texts).get(0, ())), tuple(dates))

    @property
    def numbers(self) -> Evidence[NumberFormat]:
        return evidence_of_numbers(self.shapes)

    @property
    def days(self) -> Evidence[str]:
        """What the cells say of dates; cells that cannot be dates count as not read."""
        count = sum(shape.cells for shape in self.shapes)
        if len(self.dates) < MOSTLY * count:
            return Evidence((), read=0.0)
        others = [Shape(NO_NUMBER, NO_NUMBER, count - len(self.dates))] if count > len(self.dates) else []
        return evidence_of_dates([*(Shape(text, text, 1) for text in self.dates), *others])


def described(found: Column, all_cells: Cells, raw: Raw) -> Column:
    """Return a column of which the name is known with what its cells are; `all_cells`: those that hold anything."""
    at = found.position - 1
    texts = raw.frame[:, at].str.strip_chars(BLANK)
    texts = texts.filter(texts.is_not_null() & (texts != ""))
    examples = tuple(one[:40] for one in texts.head(LOOKED_AT).unique(maintain_order=True).head(EXAMPLES))
    found = replace(found, kind="text", filled=len(texts), examples=examples)
    plain = raw.plain.get(at)
    written = all_cells
    if plain is not None and plain.any():
        cells = raw.frame[:, at].str.strip_chars(BLANK)
        written = Cells.of(cells.filter(~plain & cells.is_not_null() & (cells != "")))
    return _with_formats(found, all_cells, written, raw)


def _with_formats(found: Column, every: Cells, written: Cells, raw: Raw) -> Column:
    at = found.position - 1
    days = every.days
    if _are_dates(found, days):
        dates = written.days if written is not every else days
        forms = (dates.possible or dates.together) if written.shapes else ()
        odd = _odd(raw, at, _are_no_dates) if days.read < 1 else ()
        mixed = bool(written.shapes) and not forms
        return replace(found, kind="date", formats=forms, undecided=dates.example, odd=odd, mixed=mixed)
    evidence = every.numbers
    if evidence.read < MOSTLY or not (evidence.possible or _is_named_as_number(found)):
        return found
    numbers = written.numbers if written is not every else evidence
    shown = tuple(example(form) for form in numbers.possible) if written.shapes else ()
    odd = _odd(raw, at, _are_no_numbers) if evidence.read < 1 else ()
    mixed = bool(written.shapes) and not shown
    return replace(found, kind="number", formats=shown, undecided=numbers.example, odd=odd, mixed=mixed)


def _are_dates(found: Column, dates: Evidence[str]) -> bool:
    # Eight digits may be a day or an id; they are days only where the name says so.
    # So may two digits with a point or a dash between, and dates that no format reads all of.
    forms = dates.possible or dates.together
    doubtful = all(form == "%Y%m%d" or "%y" in form for form in forms)
    if doubtful and not any(one.column.endswith("date") for one in found.candidates):
        return False
    return dates.read >= MOSTLY


def _is_named_as_number(found: Column) -> bool:
    likely = [CANONICAL[one.table].columns[one.column] for one in found.candidates if one.score >= LEAST_SCORE]
    return bool(likely) and all(dtype.is_numeric() for dtype in likely)


def _odd(raw: Raw, position: int, unread: Callable[[pl.Expr], pl.Expr]) -> tuple[tuple[int, str], ...]:
    cells = raw.frame[:, position].str.strip_chars(BLANK).alias("text")
    texts = cells.to_frame().unique()
    none = texts.filter(unread(pl.col("text")) & (pl.col("text") != ""))["text"]
    mask = cells.is_in(none.implode()).fill_null(value=False)
    return tuple(zip(raw.rows.filter(mask).head(EXAMPLES), cells.filter(mask).head(EXAMPLES), strict=True))


def _are_no_dates(text: pl.Expr) -> pl.Expr:
    return pl.all_horizontal(parse_date(text, (form,)).is_null() for form in DATE_FORMATS)


def _are_no_numbers(text: pl.Expr) -> pl.Expr:
    return pl.all_horizontal(
        parse_number(without_currency(text), form, SCALE, WHOLE_DIGITS, rounded=True).is_null()
        for form in NUMBER_FORMATS
    )
