"""Raw text -> typed canonical columns. A cell that does not convert makes its row a reject; nothing is coerced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS
from recon.errors import SourceError
from recon.kinds import AMOUNTS, COUNT, CURRENCY, FACTOR, IDENTIFIERS, NUMBER, PERCENT, PRICED
from recon.read.cells.currency_marks import agreed, beside, without_currency
from recon.read.cells.dates import ISO, NEVER, absent_date, parse_date, parse_iso_day
from recon.read.cells.numbers import PLAIN, parse_number
from recon.read.cells.percent import unsigned
from recon.read.cells.tidy import SUMS, has_controls, has_few, looks_whole, untidy
from recon.read.cells.words import parse_word, translate
from recon.read.header import BLANK
from recon.read.raw import keep_rows, name_column
from recon.rules.rule import DateForm
from recon.tables import CANONICAL, RECEIPT_LINES

if TYPE_CHECKING:
    from recon.read.cells.mapping import Mapped
    from recon.read.raw import Raw
    from recon.rules.rule import Source
    from recon.tables import Table

AMOUNT_DIGITS, NUMBER_DIGITS = 15, 12
WHOLE_NUMBER = r"^([0-9]+)\.0$"
BROKEN_ID = r"^[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+$"
"""What a spreadsheet makes of a long number: 4.50001E+09. Its last digits are gone."""


@dataclass(frozen=True)
class Cells:
    """One file's rows in two frames of equal height, columns named as the table names them.

    `texts`: the trimmed text of every mapped column, null where empty or a null marker. `values`: the typed columns.
    `wrong`: one Boolean column per mapped column, true where the text did not convert.
    """

    texts: pl.DataFrame
    values: pl.DataFrame
    wrong: pl.DataFrame


def convert(raw: Raw, mapped: Mapped, source: Source) -> Cells:
    """Convert the cells of `raw` that `mapped` names to the types of the source's table.

    Every column is tried as it stands first; cells that then do not convert, or that may need trimming, are done again
    with care. The result is that of care throughout.
    """
    table = CANONICAL[source.name]
    columns = [c for c in table.columns if c in mapped.columns or c in source.defaults]
    _refuse_floats(raw, mapped, table)
    quick = [c for c in columns if _may_be_quick(c, raw, mapped, source)]
    cells = _converted(raw, mapped, source, columns, quick)
    again = [c for c in quick if cells.wrong[c].any()]
    careful = [c for c in columns if c not in quick]
    _verify(raw, mapped, careful)
    if again:
        doubtful = cells.wrong.select(pl.any_horizontal(again)).to_series()
        needed = raw.frame.select(sorted({name_column(mapped.columns[c]) for c in again}))
        some = keep_rows(replace(raw, frame=needed), doubtful)
        _verify(some, mapped, again)
        cells = _replaced(cells, doubtful, _converted(some, mapped, source, again, []))
    money = [c for c in table.of(*PRICED) if c in again or c in careful]
    cells = _with_currency(cells, raw, mapped, money, source.base_currency)
    return _with_movement(Cells(cells.texts, _dated(cells.values), cells.wrong))


def _verify(raw: Raw, mapped: Mapped, columns: list[str]) -> None:
    """Have the text searched for control characters where cells that were not found plain hold one."""
    if any(has_controls(raw.frame[name_column(mapped.columns[c])]) for c in columns if c in mapped.columns):
        raw.verify()


def _replaced(cells: Cells, rows: pl.Series, others: Cells) -> Cells:
    """Return `cells` with those of `rows` from `others`, in the columns that these have."""
    nth = (rows.cum_sum().cast(pl.Int64) - 1).clip(0)

    def merged(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
        return one.with_columns(pl.when(rows).then(other[c].gather(nth)).otherwise(c).alias(c) for c in other.columns)

    pairs = ((cells.texts, others.texts), (cells.values, others.values), (cells.wrong, others.wrong))
    return Cells(*(merged(*pair) for pair in pairs))


def _may_be_quick(column: str, raw: Raw, mapped: Mapped, source: Source) -> bool:
    position = mapped.columns.get(column)
    special = position is None or position in raw.plain or position in raw.damaged or column in source.defaults
    return not (special or source.nulls or source.values.get(column))


def _converted(raw: Raw, mapped: Mapped, source: Source, columns: list[str], quick: list[str]) -> Cells:
    texts = raw.frame.select(
        pl.col(name_column(mapped.columns[c])).alias(c) if c in quick else _text(c, mapped, source).alias(c)
        for c in columns
    )
    masks = {c: raw.plain[i].alias(f"plain_{c}") for c, i in mapped.columns.items() if c in columns and i in raw.plain}
    values = texts.hstack(list(masks.values())).select(
        _quick_value(c, source, texts[c]).alias(c) if c in quick else _value(c, source, c in masks).alias(c)
        for c in columns
    )
    wrong = {c: texts[c].is_not_null() & values[c].is_null() for c in columns}
    kinds = CANONICAL[source.name].kinds
    for column, position in mapped.columns.items():
        if column in wrong and position in raw.damaged:
            wrong[column] |= raw.damaged[position].is_not_null()
    for column in quick:
        if _is_text(column, source):
            wrong[column] = untidy(texts[column], kinds[column] in IDENTIFIERS)
    return Cells(texts, values, pl.DataFrame(wrong))


def _is_text(column: str, source: Source) -> bool:
    kind = CANONICAL[source.name].kinds[column]
    return kind.dtype == pl.String and not kind.worded and kind != CURRENCY


def _quick_value(column: str, source: Source, cells: pl.Series) -> pl.Expr:
    """Return what the cells are where they are plain and as they should be; null for any other, which asks for care."""
    text, kind = pl.col(column), CANONICAL[source.name].kinds[column]
    dtype = kind.dtype
    if _is_text(column, source):
        return text
    if kind == CURRENCY:
        return pl.when(text.is_in(list(MINOR_UNITS))).then(text)
    if kind.worded and has_few(cells):
        words = cells.unique().drop_nulls().to_frame()
        return text.replace_strict(words.to_series(), words.select(_typed(column, source)).to_series(), default=None)
    if dtype == pl.Date and source.date_format == (ISO,):
        return parse_iso_day(text)
    if (
        dtype.is_numeric()
        and source.number_format.thousands is None
        and kind.name != FACTOR.name
        and looks_whole(cells)
    ):
        whole = text.cast(pl.Int64, strict=False)
        return pl.when(whole.is_between(-(10**NUMBER_DIGITS) + 1, 10**NUMBER_DIGITS - 1)).then(whole.cast(dtype))
    return _typed(column, source, quick=True)


def _refuse_floats(raw: Raw, mapped: Mapped, table: Table) -> None:
    for column, position in mapped.columns.items():
        if position in raw.floats and table.columns[column].is_numeric():
            name = raw.header[position] if raw.header else f"#{position + 1}"
            hint = "Write it as DECIMAL (or as text): a binary float does not hold cents exactly."
            raise SourceError(f"column '{name}' holds binary floats, which {column} may not be", raw.path, hint)


def _text(column: str, mapped: Mapped, source: Source) -> pl.Expr:
    if column not in mapped.columns:
        return pl.lit(source.defaults[column], pl.String)
    text = pl.col(name_column(mapped.columns[column])).str.strip_chars(BLANK)
    absent = text.is_in(["", *source.nulls])
    text = pl.when(~absent).then(text)
    if column in source.defaults:
        text = text.fill_null(source.defaults[column])
    return translate(text, column, source)


def _value(column: str, source: Source, masked: bool) -> pl.Expr:
    declared = _typed(column, source)
    if not masked:
        return declared
    return pl.when(pl.col(f"plain_{column}")).then(_typed(column, source, plain=True)).otherwise(declared)


def _typed(column: str, source: Source, plain: bool = False, quick: bool = False) -> pl.Expr:
    text = pl.col(column)
    kind = CANONICAL[source.name].kinds[column]
    dtype = kind.dtype
    if kind.worded:
        return parse_word(text, column)
    if kind == CURRENCY:
        code = text.str.to_uppercase()
        return pl.when(code.is_in(list(MINOR_UNITS))).then(code)
    if dtype == pl.Date:
        form = source.dates.get(column, DateForm(source.date_format))
        return parse_date(text, (ISO,) if plain else form.formats, form.since)
    if dtype.is_numeric():
        text = without_currency(text) if kind in PRICED and not quick else text
        text = unsigned(text, column) if kind == PERCENT and not quick else text
        scale = kind.places
        digits = AMOUNT_DIGITS if kind in AMOUNTS else NUMBER_DIGITS
        value = parse_number(text, PLAIN if plain else source.number_format, scale, digits, source.round)
        return pl.when(value > 0).then(value) if kind.name == FACTOR.name else value
    if kind == NUMBER:
        text = pl.when(~text.str.contains(SUMS)).then(text)
    if kind in IDENTIFIERS:
        return pl.when(~text.str.contains(BROKEN_ID)).then(text.str.replace(WHOLE_NUMBER, "${1}"))
    return text


def _dated(values: pl.DataFrame) -> pl.DataFrame:
    dates = [c for c, t in values.schema.items() if t == pl.Date and (values[c] == NEVER).any()]
    return values.with_columns(absent_date(pl.col(c)).alias(c) for c in dates)


def _with_currency(cells: Cells, raw: Raw, mapped: Mapped, columns: list[str], base: str) -> Cells:
    """Hold the currencies beside the numbers of `columns` against the row's, or take them for it where it gives none."""
    shown = {c: raw.currencies.get(mapped.columns.get(c, -1)) for c in columns}
    marks = {c: found for c in columns if (found := beside(cells.texts[c], shown[c])).null_count() < len(found)}
    if not marks:
        return cells
    currency, others = agreed(cells.values, marks, base)
    wrong = cells.wrong.with_columns((cells.wrong[c] | others[c]).alias(c) for c in marks)
    if "currency" in cells.values.columns:
        return Cells(cells.texts, cells.values.with_columns(currency), wrong)
    texts = cells.texts.with_columns(pl.lit(None, pl.String).alias("currency"))
    return Cells(texts, cells.values.with_columns(currency), wrong.with_columns(pl.lit(value=False).alias("currency")))


def _with_movement(cells: Cells) -> Cells:
    """Give the quantities of receipts the sign of their movement; a receipt of a negative quantity is wrong."""
    if "movement" not in cells.values.columns or "quantity" not in cells.values.columns:
        return cells
    back = pl.col("movement") == "return"
    present = [c for c in RECEIPT_LINES.of(COUNT) if c in cells.values.columns]
    against = (
        cells.values.select((pl.col("movement") == "receipt") & (pl.col("quantity") < 0))
        .to_series()
        .fill_null(value=False)
    )
    signed = cells.values.with_columns(pl.when(back).then(-pl.col(c).abs()).otherwise(c).alias(c) for c in present)
    return Cells(cells.texts, signed, cells.wrong.with_columns((cells.wrong["movement"] | against).alias("movement")))
