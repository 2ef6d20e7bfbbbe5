"""Which number and date formats the cells of a file allow: what one of them rules out, what none of them settles."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import polars as pl

from recon.read.cells.currency_marks import without_currency
from recon.read.cells.dates import ISO, parse_date
from recon.read.cells.numbers import parse_number
from recon.read.header import BLANK
from recon.rules.rule import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Form = TypeVar("Form")

MARKS: tuple[tuple[str, str | None], ...] = (
    (".", None), (",", None), (".", ","), (",", "."), (".", "'"), (",", " "), (",", "'"), (".", " "),
)  # fmt: skip
MINUSES: tuple[Literal["leading", "trailing", "parentheses"], ...] = ("leading", "trailing", "parentheses")
NUMBER_FORMATS = tuple(NumberFormat(*marks, minus) for minus, marks in product(MINUSES, MARKS))
"""Every way of writing a number that recon tells apart, the plainest first."""
DATE_FORMATS = (
    ISO, "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d",
    "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%d-%b-%y", "%d %b %y", "%Y年%m月%d日",
    "%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%d/%m/%Y %I:%M %p",
)  # fmt: skip
SCALE, WHOLE_DIGITS = 10, 15
NUMBER_LIKE = r"^[^0-9]{0,12}[0-9](?:[0-9]|[^\w])*[^0-9]{0,12}$"
"""What every number format and currency mark leaves room for; a text that is longer or has letters within is none."""
NO_NUMBER = "-"
"""Stands for all texts of a column that cannot be numbers."""
MOST_KEPT = 100_000
_READ: dict[tuple[bool, tuple[object, ...]], dict[str, tuple[object, ...]]] = {}
"""What formats read in texts: the same texts stand in many columns of a system's tables."""


@dataclass(frozen=True)
class Evidence(Generic[Form]):
    """What cells say of the formats they may be written in.

    `possible`: formats that read every cell, the plainest first, one for each way of reading them. `example`: a cell
    that two of them read differently. `read`: share (0 to 1) of the cells that at least one candidate reads.
    `together`: where no format reads all, those that read some, if no cell is read differently by two of them.
    """

    possible: tuple[Form, ...]
    example: str | None = None
    read: float = 0.0
    together: tuple[Form, ...] = ()

    @property
    def settled(self) -> Form | None:
        """The one format that the cells leave, if they leave one."""
        return self.possible[0] if len(self.possible) == 1 else None


def number_evidence(
    columns: Iterable[pl.Series], candidates: Sequence[NumberFormat] = NUMBER_FORMATS
) -> Evidence[NumberFormat]:
    """Return which of `candidates` read all numbers of the text `columns`; cells that none reads are left aside.

    A currency beside a number says nothing of how it is written.
    """
    return evidence_of_numbers(number_shapes(_unique(columns).to_frame().with_columns(column=0)), candidates)


def date_evidence(columns: Iterable[pl.Series], candidates: Sequence[str] = DATE_FORMATS) -> Evidence[str]:
    """Return which of `candidates` read all dates of the text `columns`; cells that none reads are left aside."""
    return evidence_of_dates([Shape(text, text, 1) for text in _unique(columns)], candidates)


@dataclass(frozen=True, slots=True)
class Shape:
    """Cells that every number format reads alike: `text` stands for them all, `example` is the first, `cells` how many."""

    text: str
    example: str
    cells: int


def number_shapes(texts: pl.DataFrame) -> list[Shape]:
    """Return the shapes of the different `text`s of one column, in their order."""
    return shapes_by_column(texts).get(0, [])


def shapes_by_column(texts: pl.DataFrame) -> dict[int, list[Shape]]:
    """Return for each `column` of (column, text) the shapes of its texts: digits do not matter, but leading zeros do."""
    text = pl.col("text")
    like = text.str.contains(NUMBER_LIKE)
    lead = text.str.extract(r"^([^0-9]*0*)", 1)
    rest = text.str.slice(lead.str.len_chars()).str.replace_all("[0-9]", "1")
    shape = pl.when(~like).then(pl.lit(NO_NUMBER)).when(text.str.contains("[1-9]")).then(lead + rest).otherwise(text)
    counted = texts.group_by("column", shape.alias("shape"), maintain_order=True).agg(pl.first("text"), pl.len())
    found: dict[int, list[Shape]] = {}
    for column, shaped, example, cells in counted.iter_rows():
        found.setdefault(column, []).append(Shape(shaped, example, cells))
    return found


def evidence_of_numbers(
    shapes: Sequence[Shape], candidates: Sequence[NumberFormat] = NUMBER_FORMATS
) -> Evidence[NumberFormat]:
    """Return what shapes of cells say of number formats, as `number_evidence` does of the cells."""
    return _evidence(shapes, candidates, _number)


def evidence_of_dates(shapes: Sequence[Shape], candidates: Sequence[str] = DATE_FORMATS) -> Evidence[str]:
    """Return what cells (each a shape of its own) say of date formats, as `date_evidence` does."""
    return _evidence(shapes, candidates, _date)


def _number(text: pl.Expr, form: NumberFormat) -> pl.Expr:
    return parse_number(without_currency(text), form, SCALE, WHOLE_DIGITS, rounded=True)


def _date(text: pl.Expr, form: str) -> pl.Expr:
    return parse_date(text, (form,))


def _unique(columns: Iterable[pl.Series]) -> pl.Series:
    cells = pl.concat([pl.Series("text", [], pl.String), *(column.alias("text") for column in columns)])
    texts = cells.str.strip_chars(BLANK).drop_nulls().unique(maintain_order=True)
    return texts.filter(texts != "")


def _evidence(
    shapes: Sequence[Shape], candidates: Sequence[Form], parse: Callable[[pl.Expr, Form], pl.Expr]
) -> Evidence[Form]:
    if not shapes:
        return Evidence(tuple(candidates[:1]))
    read = _readings([shape.text for shape in shapes], candidates, parse)
    known = [i for i, values in enumerate(read) if any(value is not None for value in values)]
    share = sum(shapes[i].cells for i in known) / sum(shape.cells for shape in shapes)
    if not known:
        return Evidence((), read=0.0)
    columns = list(zip(*(read[i] for i in known), strict=True))  # of each format, what it reads
    whole = [i for i, values in enumerate(columns) if None not in values]
    distinct = [i for n, i in enumerate(whole) if all(columns[i] != columns[j] for j in whole[:n])]
    together = () if distinct else tuple(candidates[i] for i in _together(columns))
    contested = _contested([shapes[i] for i in known], columns, distinct)
    return Evidence(tuple(candidates[i] for i in distinct), contested, share, together)


def _readings(
    texts: Sequence[str], candidates: Sequence[Form], parse: Callable[[pl.Expr, Form], pl.Expr]
) -> list[tuple[object, ...]]:
    """Return what each candidate reads in each text; what was read once is not parsed again."""
    known = _READ.setdefault((parse is _number, tuple(candidates)), {})
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    if fresh:
        if len(known) + len(fresh) > MOST_KEPT:
            known.clear()
            fresh = list(dict.fromkeys(texts))
        frame = pl.DataFrame({"text": fresh}, schema={"text": pl.String})
        read = frame.select(parse(pl.col("text"), form).alias(f"f{i}") for i, form in enumerate(candidates))
        known.update(zip(fresh, read.iter_rows(), strict=True))
    return [known[text] for text in texts]


def _together(columns: Sequence[tuple[object, ...]]) -> list[int]:
    used = [i for i, values in enumerate(columns) if any(value is not None for value in values)]
    agreed = all(len({columns[i][row] for i in used} - {None}) == 1 for row in range(len(columns[0])))
    return used if agreed else []


def _contested(shapes: Sequence[Shape], columns: Sequence[tuple[object, ...]], ways: list[int]) -> str | None:
    if len(ways) < 2:
        return None
    first, second = (columns[i] for i in ways[:2])
    return next(shape.example for shape, a, b in zip(shapes, first, second, strict=True) if a != b)
