"""The columns of a file: what their cells are, how they are written, what stands in the way of reading them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.synonyms import Candidate, candidates
from recon.read.cells.currency_marks import without_currency
from recon.read.cells.dates import parse_date
from recon.read.cells.evidence import (
    DATE_FORMATS,
    NUMBER_FORMATS,
    SCALE,
    WHOLE_DIGITS,
    Evidence,
    date_evidence,
    number_evidence,
)
from recon.read.cells.numbers import example, parse_number
from recon.read.header import BLANK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.read.raw import Raw

EXAMPLES = 3
MOST_OBSTACLES = 20
MOSTLY = 0.9
"""Share of a column's cells that must be numbers (or dates) for it to be a column of them."""


@dataclass(frozen=True)
class Obstacle:
    """What keeps recon from reading the file, where, and how to mend it."""

    message: str
    where: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """One column: position from 1, `kind` (number, date, text, empty), formats as the rules file writes them.

    Several formats: the cells can be read in each; `undecided` is one that differs between them. `odd`: cells that are
    neither, with their rows. `candidates`: canonical columns that it may be.
    """

    position: int
    name: str
    kind: str
    filled: int
    examples: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    undecided: str | None = None
    odd: tuple[tuple[int, str], ...] = ()
    candidates: tuple[Candidate, ...] = ()


def describe_column(raw: Raw, position: int) -> Column:
    """Return what the cells of one column are: their kind, their formats, what the column may mean."""
    named = bool(raw.header)
    name = raw.header[position] if named else f"#{position + 1}"
    cells = raw.frame[:, position].str.strip_chars(BLANK)
    texts = cells.filter(cells.is_not_null() & (cells != ""))
    found = Column(position + 1, name, "empty", len(texts), candidates=tuple(candidates(name)) if named else ())
    if not len(texts):
        return found
    examples = tuple(texts.unique(maintain_order=True).head(EXAMPLES).to_list())
    found = replace(found, kind="text", examples=tuple(one[:40] for one in examples))
    plain = raw.plain.get(position)
    typed = plain.filter(cells.is_not_null() & (cells != "")) if plain is not None else None
    return _with_formats(found, texts, typed, raw, position)


def _with_formats(found: Column, texts: pl.Series, typed: pl.Series | None, raw: Raw, position: int) -> Column:
    written = texts.filter(~typed) if typed is not None else texts
    if _are_dates(found, date_evidence([texts])):
        dates = date_evidence([written])
        forms = (dates.possible or dates.together) if len(written) else ()
        return replace(
            found, kind="date", formats=forms, undecided=dates.example, odd=_odd(raw, position, _are_no_dates)
        )
    evidence = number_evidence([texts])
    if evidence.read < MOSTLY or not evidence.possible:
        return found
    numbers = number_evidence([written])
    shown = tuple(example(form) for form in numbers.possible) if len(written) else ()
    return replace(
        found, kind="number", formats=shown, undecided=numbers.example, odd=_odd(raw, position, _are_no_numbers)
    )


def _are_dates(found: Column, dates: Evidence[str]) -> bool:
    # Eight digits may be a day or an id; they are days only where the name says so.
    if dates.possible == ("%Y%m%d",) and not any(one.column.endswith("date") for one in found.candidates):
        return False
    return dates.read >= MOSTLY and bool(dates.possible or dates.together)


def _odd(raw: Raw, position: int, unread: Callable[[pl.Expr], pl.Expr]) -> tuple[tuple[int, str], ...]:
    cells = raw.frame[:, position].str.strip_chars(BLANK).alias("text")
    mask = cells.to_frame().select(unread(pl.col("text")) & (pl.col("text") != "")).to_series().fill_null(value=False)
    return tuple(zip(raw.rows.filter(mask).head(EXAMPLES), cells.filter(mask).head(EXAMPLES), strict=True))


def _are_no_dates(text: pl.Expr) -> pl.Expr:
    return parse_date(text, DATE_FORMATS).is_null()


def _are_no_numbers(text: pl.Expr) -> pl.Expr:
    return pl.all_horizontal(
        parse_number(without_currency(text), form, SCALE, WHOLE_DIGITS, rounded=True).is_null()
        for form in NUMBER_FORMATS
    )


def of_columns(columns: Sequence[Column], path: str) -> list[Obstacle]:
    """Return what the columns leave open: cells that can be read in two ways, and cells of another kind."""
    found = []
    for column in columns:
        where = f"{path}, column '{column.name}'"
        if column.undecided is not None:
            key = "date_format" if column.kind == "date" else "number_format"
            forms = '" or "'.join(column.formats)
            found.append(
                Obstacle(f"'{column.undecided}' can be read in two ways", where, f'Declare `{key}: "{forms}"`.')
            )
        for row, cell in column.odd:
            found.append(Obstacle(f"'{cell}' is no {column.kind}", f"{path}:{row}, column '{column.name}'"))
    return found[:MOST_OBSTACLES]


def of_cells(raw: Raw) -> list[Obstacle]:
    """Return the cells that cannot be trusted (error values, formulas without a value) as obstacles."""
    found = []
    for position, reasons in raw.damaged.items():
        name = raw.header[position] if raw.header else f"#{position + 1}"
        marked = reasons.is_not_null()
        for row, reason in zip(
            raw.rows.filter(marked).to_list()[:EXAMPLES], reasons.filter(marked).to_list(), strict=False
        ):
            found.append(Obstacle(str(reason), f"{raw.path}:{row}, column '{name}'"))
    return found
