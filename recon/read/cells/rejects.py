"""Rows that could not be read: which, and for each its first bad cell with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from recon.kinds import CURRENCY, FACTOR, IDENTIFIERS, NUMBER, PRICED
from recon.read.cells.currency_marks import beside, without_currency
from recon.read.cells.dates import why_not_date
from recon.read.cells.mapping import ALTERNATIVES
from recon.read.cells.numbers import parse_number, why_not_number
from recon.read.cells.tidy import SUMS
from recon.read.cells.words import parse_word, why_not_word
from recon.rules.rule import DateForm
from recon.tables import CANONICAL, REJECTS

if TYPE_CHECKING:
    from recon.read.cells.convert import Cells
    from recon.read.cells.mapping import Mapped
    from recon.read.raw import Raw
    from recon.rules.rule import Source
    from recon.tables import Table

SHOWN_CHARACTERS = 80
IBAN = re.compile(r"\b([A-Za-z]{2}[0-9]{2})[ A-Za-z0-9]{7,34}([A-Za-z0-9]{2})\b")
MISSING = "is missing"
NEEDS = {"orders": ALTERNATIVES["orders"]}
"""Alternatives that hold for every row, not only for the header."""


def problems(cells: Cells, source: Source) -> pl.DataFrame:
    """Return one Boolean column per column with a problem in it: a cell that did not convert, or is missing."""
    required = [c for c in CANONICAL[source.name].required if c in cells.values.columns]
    missing = [pl.col(c) | _missing(cells.values, c, CANONICAL[source.name]) for c in required]
    found = cells.wrong.with_columns(missing)
    for choices in NEEDS.get(source.name, ()):
        given = [_all_given(cells, choice) for choice in choices if set(choice) <= set(cells.values.columns)]
        lacking = ~pl.select(pl.any_horizontal(given)).to_series()
        if lacking.any():
            first = next(choice[0] for choice in choices if choice[0] in found.columns)
            found = found.with_columns((pl.col(first) | lacking).alias(first))
    return found


def _missing(values: pl.DataFrame, column: str, table: Table) -> pl.Series:
    other = table.stand_ins.get(column, "")
    return values[column].is_null() & values[other].is_null() if other in values.columns else values[column].is_null()


def _all_given(cells: Cells, choice: tuple[str, ...]) -> pl.Series:
    return pl.select(pl.all_horizontal(cells.values[c].is_not_null() | cells.wrong[c] for c in choice)).to_series()


def reject_rows(
    raw: Raw, cells: Cells, found: pl.DataFrame, bad: pl.Series, mapped: Mapped, source: Source
) -> pl.DataFrame:
    """Return REJECTS, one row for each row of `raw` where `bad`; `found` says which of its columns have a problem."""
    order = sorted(found.columns, key=lambda c: mapped.columns.get(c, len(raw.header) + len(mapped.columns)))
    names = {c: _source_name(c, raw, mapped) for c in order}
    damaged = {c: raw.damaged[i].filter(bad).to_list() for c, i in mapped.columns.items() if i in raw.damaged}
    texts = cells.texts.filter(bad)
    money = _strangers(raw, cells, bad, mapped, source)
    flags, wrong = (frame.filter(bad).select(order).rows() for frame in (found, cells.wrong))
    words: dict[str, list[str | None]] = {"column": [], "value": [], "reason": []}
    for index, (row, text) in enumerate(zip(flags, texts.select(order).rows(), strict=True)):
        hits = [i for i, flag in enumerate(row) if flag]
        column, value = order[hits[0]], text[hits[0]] if wrong[index][hits[0]] else None
        trouble = damaged[column][index] if column in damaged else None
        words["column"].append(names[column])
        words["value"].append(None if value is None else show_value(value))
        stranger = money[column][index] if column in money else None
        words["reason"].append((trouble or stranger or why(column, value, source)) + _more(len(hits) - 1))
    named = _named(cells.values.filter(bad), CANONICAL[source.name])
    keys = named.select(c for c in REJECTS.columns if c in named.columns)
    placed = pl.DataFrame(words, schema=dict.fromkeys(words, pl.String)).with_columns(
        *keys.get_columns(),
        pl.lit(CANONICAL[source.name].name).alias("table"),
        pl.lit(raw.path).alias("source"),
        raw.rows.filter(bad).alias("row"),
    )
    return REJECTS.cast(placed).select(*REJECTS.columns)


def _named(values: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return rows with what stands for a key that is blank or not there, by which others of the document are found."""
    there = {name: other for name, other in table.stand_ins.items() if other in values.columns}
    return values.with_columns(
        pl.coalesce(*(c for c in (name, other) if c in values.columns)).alias(name) for name, other in there.items()
    )


def _strangers(raw: Raw, cells: Cells, bad: pl.Series, mapped: Mapped, source: Source) -> dict[str, list[str | None]]:
    """Return for each column of money what the currency beside a bad row's number has against it, where it was read."""
    values, mark = cells.values.filter(bad), pl.col("mark")
    currency = pl.col("currency") if "currency" in values.columns else pl.lit(None, pl.String)
    several = pl.format("'{}' beside the number can be one of several currencies: give the row's in `currency`", mark)
    other = pl.format("'{}' beside the number, but the row's currency is {}", mark, currency)
    told = pl.when(currency.is_null()).then(several).otherwise(other)
    found = {}
    for column in set(CANONICAL[source.name].of(*PRICED)) & set(values.columns):
        shown = raw.currencies.get(mapped.columns.get(column, -1))
        rows = values.with_columns(beside(cells.texts[column], shown).filter(bad).alias("mark"))
        read = pl.col(column).is_not_null() & mark.is_not_null()
        found[column] = rows.select(pl.when(read).then(told)).to_series().to_list()
    return found


def show_value(value: str) -> str:
    """Return a cell as a message may show it: escaped, cut, bank accounts masked."""
    masked = IBAN.sub(r"\1...\2", value)
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in masked)
    return escaped if len(escaped) <= SHOWN_CHARACTERS else escaped[: SHOWN_CHARACTERS - 3] + "..."


def _source_name(column: str, raw: Raw, mapped: Mapped) -> str:
    if column not in mapped.columns:
        return column
    position = mapped.columns[column]
    return raw.header[position] if raw.header and raw.header[position] else f"#{position + 1}"


def _more(others: int) -> str:
    return f" (and {others} more)" if others else ""


def why(column: str, value: str | None, source: Source) -> str:
    """Return what is wrong with a cell of `column` that did not convert, or (None) is missing."""
    kind = CANONICAL[source.name].kinds[column]
    if value is None:
        return _lacking(column, source)
    if kind.worded:
        agreed = column == "movement" and _means_receipt(value)
        return "says receipt, but the quantity is negative" if agreed else why_not_word(value, column)
    if kind == NUMBER and re.search(SUMS, value):
        return "a line of sums"
    if kind in IDENTIFIERS:
        return "a spreadsheet has damaged this number: its last digits are lost"
    if kind == CURRENCY:
        return f"not a currency of ISO 4217: say which one is meant with `values: {{currency: {{{value!r}: ...}}}}`"
    if kind.dtype == pl.Date:
        return why_not_date(value, source.dates.get(column, DateForm(source.date_format)))
    scale = kind.places
    if kind in PRICED:
        value = pl.select(without_currency(pl.lit(value))).item()
    if kind.name == FACTOR.name and _is_number(value, source, scale):
        return "must be above 0"
    return why_not_number(value, source.number_format, scale)


def _lacking(column: str, source: Source) -> str:
    for choices in NEEDS.get(source.name, ()):
        if column == choices[0][0]:
            return MISSING + ": give " + " or ".join(" and ".join(choice) for choice in choices)
    return MISSING


def _means_receipt(value: str) -> bool:
    return bool(pl.select(parse_word(pl.lit(value), "movement")).item() == "receipt")


def _is_number(value: str, source: Source, scale: int) -> bool:
    return pl.select(parse_number(pl.lit(value), source.number_format, scale, 12)).item() is not None
