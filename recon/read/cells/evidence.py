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
)  # fmt: skip
SCALE, WHOLE_DIGITS = 10, 15


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
    return _evidence(
        columns,
        candidates,
        lambda text, form: parse_number(without_currency(text), form, SCALE, WHOLE_DIGITS, rounded=True),
    )


def date_evidence(columns: Iterable[pl.Series], candidates: Sequence[str] = DATE_FORMATS) -> Evidence[str]:
    """Return which of `candidates` read all dates of the text `columns`; cells that none reads are left aside."""
    return _evidence(columns, candidates, lambda text, form: parse_date(text, (form,)))


def _evidence(
    columns: Iterable[pl.Series], candidates: Sequence[Form], parse: Callable[[pl.Expr, Form], pl.Expr]
) -> Evidence[Form]:
    cells = pl.concat([pl.Series("text", [], pl.String), *(column.alias("text") for column in columns)])
    texts = cells.str.strip_chars(BLANK).drop_nulls().unique(maintain_order=True)
    texts = texts.filter(texts != "")
    if not len(texts):
        return Evidence(tuple(candidates[:1]))
    read = texts.to_frame().select(parse(pl.col("text"), form).alias(f"f{i}") for i, form in enumerate(candidates))
    known = ~read.select(pl.all_horizontal(pl.all().is_null())).to_series()
    share = float(known.mean() or 0)  # type: ignore[arg-type]
    if not known.any():
        return Evidence((), read=0.0)
    texts, read = texts.filter(known), read.filter(known)
    whole = [i for i in range(len(candidates)) if not read[f"f{i}"].null_count()]
    distinct = [i for n, i in enumerate(whole) if not any(read[f"f{i}"].equals(read[f"f{j}"]) for j in whole[:n])]
    together = () if distinct else tuple(candidates[i] for i in _together(read, len(candidates)))
    return Evidence(tuple(candidates[i] for i in distinct), _contested(texts, read, distinct), share, together)


def _together(read: pl.DataFrame, count: int) -> list[int]:
    used = [i for i in range(count) if read[f"f{i}"].null_count() < read.height]
    first = read.select(pl.coalesce(f"f{i}" for i in used)).to_series()
    last = read.select(pl.coalesce(f"f{i}" for i in reversed(used))).to_series()
    agreed = all((read[f"f{i}"] == first).fill_null(value=True).all() for i in used) and first.equals(last)
    return used if agreed else []


def _contested(texts: pl.Series, read: pl.DataFrame, ways: list[int]) -> str | None:
    if len(ways) < 2:
        return None
    first, second = (read[f"f{i}"] for i in ways[:2])
    return str(texts.filter(first != second)[0])
