"""The columns of a file: what their cells are, how they are written, what stands in the way of reading them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.draft.headings import DOCUMENTS
from recon.draft.synonyms import LEAST_SCORE, Candidate, candidates
from recon.kinds import PERCENT
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
from recon.read.cells.percent import PERCENT_SIGN
from recon.read.cells.tidy import SUMS
from recon.read.header import BLANK
from recon.read.presets.fit import key_of
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.read.raw import Raw
    from recon.rules.rule import NumberFormat

EXAMPLES = 3
LOOKED_AT = 1000
DATE_LIKE = r"^(?:[0-9]{8}$|[0-9]{4}[-./年][0-9]{1,2}[-./月]|[0-9]{1,2}[-./ ](?:[0-9]{1,2}[-./]|[A-Za-z])|[A-Za-z]{3,9} [0-9]{1,2},)"
"""How every date that recon knows begins."""
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
    neither, with their rows. `candidates`: canonical columns that it may be. `mixed`: no format reads all its cells.
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
    heading: str = ""
    mixed: bool = False


def describe_columns(raw: Raw, groups: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return what the cells of each named column are: their kind, their formats, what the column may mean.

    `groups`: what stands above each heading. A heading that stands there twice is then called by its place (`#3`), and
    understood with its group: `Invoice Qty`; so is one that alone says nothing of a document: `Invoice Number`.
    """
    names = [key_of(name) for name in raw.header]
    named = [at for at in range(raw.frame.width) if not raw.header or raw.header[at]]
    texts = _without_percents(_texts_by_column(raw.frame, named), raw)
    shapes = shapes_by_column(texts)
    dates = dict(texts.filter(pl.col("text").str.contains(DATE_LIKE)).group_by("column").agg("text").iter_rows())
    found = []
    for at in named:
        name = raw.header[at] if raw.header else f"#{at + 1}"
        heading = name
        if groups and names.count(names[at]) > 1:
            name, heading = f"#{at + 1}", f"{groups[at]} {name}"
        elif groups and not any(one.table in DOCUMENTS for one in candidates(name)):
            heading = f"{groups[at]} {name}".strip()
        column = Column(at + 1, name, "empty", 0, candidates=tuple(candidates(heading)) if raw.header else ())
        column = replace(column, heading=heading)
        cells = Cells(tuple(shapes.get(at, ())), tuple(dates.get(at, ())))
        found.append(_described(column, cells, raw) if cells.shapes else column)
    return tuple(found)


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


def _texts_by_column(frame: pl.DataFrame, named: Sequence[int]) -> pl.DataFrame:
    """Return (column, text): the different cells of each column that hold anything, in their order."""
    columns = [pl.nth(at).str.strip_chars(BLANK).unique(maintain_order=True).implode().alias(str(at)) for at in named]
    if not columns:
        return pl.DataFrame(schema={"column": pl.Int64, "text": pl.String})
    lists = frame.select(columns)
    long = pl.DataFrame({"column": list(named), "text": [_without_sums(lists[:, i][0]) for i in range(lists.width)]})
    return long.explode("text").filter(pl.col("text").is_not_null() & (pl.col("text") != ""))


def _without_percents(texts: pl.DataFrame, raw: Raw) -> pl.DataFrame:
    """Return (column, text) with `19%` as 19 in columns that may be percentages by their names."""
    shares = [
        at
        for at in texts.filter(pl.col("text").str.ends_with("%"))["column"].unique()
        if any(
            CANONICAL[one.table].kinds.get(one.column) == PERCENT
            for one in candidates(raw.header[at] if raw.header else "")
        )
    ]
    share = pl.col("column").is_in(shares)
    bare = pl.col("text").str.replace(PERCENT_SIGN, "")
    return texts.with_columns(text=pl.when(share).then(bare).otherwise("text")) if shares else texts


def _without_sums(texts: pl.Series) -> pl.Series:
    """Return the different cells of a column without words of sums, of which a long column has too few to matter."""
    return texts.filter(~texts.str.contains(SUMS)) if len(texts) <= LOOKED_AT else texts


def _described(found: Column, all_cells: Cells, raw: Raw) -> Column:
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


def of_columns(columns: Sequence[Column], path: str) -> list[Obstacle]:
    """Return what the columns leave open: cells that can be read in two ways, and cells of another kind."""
    found = []
    for column in columns:
        where = f"{path}, column '{column.name}'"
        if column.mixed:
            hint = "Export it in one format; what no declared format reads is a reject."
            found.append(Obstacle(f"its {column.kind}s are written in several ways", where, hint))
        if column.undecided is not None:
            key = "date_format" if column.kind == "date" else "number_format"
            forms = '" or "'.join(column.formats)
            found.append(
                Obstacle(f"'{column.undecided}' can be read in two ways", where, f'Declare `{key}: "{forms}"`.')
            )
        for row, cell in column.odd:
            found.append(Obstacle(f"'{cell}' is no {column.kind}", f"{path}:{row}, column '{column.name}'"))
    return found[:MOST_OBSTACLES]


def of_repeats(raw: Raw, columns: Sequence[Column], path: str) -> list[Obstacle]:
    """Return the headings that stand above several columns, each with its group where there is one."""
    alike: dict[str, list[Column]] = {}
    for column in columns:
        if raw.header:
            alike.setdefault(key_of(raw.header[column.position - 1]), []).append(column)
    return [
        Obstacle(
            f"{len(same)} columns are called {raw.header[same[0].position - 1]}: "
            + ", ".join(f"#{one.position}" + (f" {one.heading}" if one.name != one.heading else "") for one in same),
            path,
            "Map those that are meant by their place: `columns: {quantity: '#3'}`.",
        )
        for same in alike.values()
        if len(same) > 1
    ]


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
