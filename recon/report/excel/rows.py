"""The rows of a big sheet as SpreadsheetML, made by Polars a slice at a time: text is text, numbers are exact digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
from openpyxl.utils import get_column_letter

from recon.codes import CODES, SEVERITIES
from recon.currencies import MINOR_UNITS
from recon.report import money
from recon.report.excel import styles as cell_styles
from recon.report.text import cut_expr, decimal_text, xml_expr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.report.columns import Column
    from recon.report.excel.styles import Styles
    from recon.rules.rule import Rules

ROWS_AT_ONCE = 5_000
ROWS_A_SHEET = 1_048_575
"""What Excel holds below a head; a further sheet takes what is more."""
FIRST_ROW = 2
_FIRST_SAFE_DATE = date(1900, 3, 1)
"""Before it spreadsheets count days differently: Excel believes in 1900-02-29."""
_EPOCH = date(1899, 12, 30)
_SHOWN_PLACES = {"amount": 4, "base_amount": 4, "quantity": 6, "score": 6, "figure": 6, "number": 10, "price": 10}
_LIVE = r"^[=+\-@\t\r\n]"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_ROW = "row number of the sheet"
_PROSE = ("message", "reason", "statement", "confirmed_by", "alternatives", "patch", "cleared_by", "definition")
_LINE_HEIGHT = 14
_ONE_LINE = '" customHeight="1" ht="15"'
_MOST_LINES = 6


@dataclass(frozen=True)
class Painter:
    """What it takes to turn columns of one frame into cells."""

    styles: Styles
    base_currency: str
    fractional: frozenset[str]
    """Quantity columns in which some value is not whole: all of it is then shown with decimals."""
    remarks: tuple[str, ...] = ()
    """Codes that stop nothing: a row with no other is no red one."""
    flat: bool = False
    """Whether each row is one line high."""


def painter(
    frame: pl.DataFrame, columns: Sequence[Column], styles: Styles, rules: Rules | None, *, flat: bool = False
) -> Painter:
    """Look over the whole frame for what a slice of it cannot tell; without rules no amount is in their currency."""
    quantities = [c.name for c in columns if c.kind == "quantity" and frame.schema[c.name].is_decimal()]
    parts = frame.select((pl.col(name) != pl.col(name).round(0)).any() for name in quantities)
    fractional = frozenset(name for name in quantities if parts.get_column(name)[0])
    if rules is None:
        return Painter(styles, "", fractional, flat=flat)
    remarks = tuple(code for code in CODES if rules.severity(code) == SEVERITIES[0])
    return Painter(styles, rules.base_currency, fractional, remarks, flat)


def sheet_rows(frame: pl.DataFrame, columns: Sequence[Column], paint: Painter, first_row: int) -> Iterator[bytes]:
    """Yield `<row>` elements for the rows of `frame`, from row `first_row` of the sheet. Memory is that of one slice."""
    for start in range(0, frame.height, ROWS_AT_ONCE):
        part = frame.slice(start, ROWS_AT_ONCE)
        numbered = part.with_columns((pl.int_range(pl.len()) + (first_row + start)).cast(pl.String).alias(_ROW))
        cells = [_filled(numbered, column, get_column_letter(n), paint) for n, column in enumerate(columns, 1)]
        height = pl.lit(_ONE_LINE) if paint.flat else _height(columns)
        row = pl.concat_str(pl.lit('<row r="'), _ROW, height, pl.lit(">"), *cells, pl.lit("</row>"))
        yield numbered.select(row.str.join("")).item().encode()


def _height(columns: Sequence[Column]) -> pl.Expr:
    """Return the attributes that close a row's start tag: as high as its prose needs; not every program measures that."""
    texts = [(pl.col(c.name), c.width - 4) for c in columns if c.name in _PROSE]
    heights = [text.str.count_matches("\n") + (text.str.len_chars() / wide).ceil() for text, wide in texts]
    if not heights:
        return pl.lit('"')
    lines = pl.max_horizontal(*heights, 1).clip(1, _MOST_LINES).cast(pl.Int64) * _LINE_HEIGHT
    return pl.concat_str(pl.lit('" customHeight="1" ht="'), lines.cast(pl.String), pl.lit('"'))


def _filled(part: pl.DataFrame, column: Column, letter: str, paint: Painter) -> pl.Expr:
    """Return one `<c>` element a row; where the value is absent, an empty one in the column's style."""
    style = paint.styles.entry if column.kind == "entry" else paint.styles.text
    empty = pl.concat_str(pl.lit(f'<c r="{letter}'), _ROW, pl.lit(f'" s="{style}"/>'))
    if part.get_column(column.name).null_count() == part.height:
        return empty
    return pl.coalesce(_cells(part, column, letter, paint), empty)


def _cells(part: pl.DataFrame, column: Column, letter: str, paint: Painter) -> pl.Expr:
    """Return one `<c>` element a row, null where the value is absent."""
    values = pl.col(column.name)
    dtype = part.schema[column.name]
    if column.kind == "entry":
        return _text_cell(letter, values.cast(pl.String), pl.lit(str(paint.styles.entry)))
    if column.kind == "link":
        words = pl.concat_str(pl.lit("row "), (values % ROWS_A_SHEET + FIRST_ROW).cast(pl.String))
        return _text_cell(letter, words, pl.lit(str(paint.styles.link)))
    if isinstance(dtype, pl.List):
        return _text_cell(letter, values.list.join(", "), pl.lit(str(paint.styles.text)))
    if column.kind == "mark":
        return _text_cell(letter, values, _mark_style(part, column, paint))
    if dtype == pl.Date:
        return _date_cell(letter, values, paint.styles)
    if dtype == pl.Boolean:
        return _text_cell(
            letter, pl.when(values).then(pl.lit("yes")).when(~values).then(pl.lit("no")), pl.lit(str(paint.styles.text))
        )
    if isinstance(dtype, pl.Decimal):
        return _decimal_cell(part, column, letter, paint)
    if dtype.is_integer():
        return _number_cell(letter, values.cast(pl.String), pl.lit(str(paint.styles.number(cell_styles.WHOLE_FORMAT))))
    if column.kind == "number":
        return _either_cell(letter, values, paint.styles)
    return _string_cell(letter, values.cast(pl.String), paint.styles, prose=column.name in _PROSE)


def _mark_style(part: pl.DataFrame, column: Column, paint: Painter) -> pl.Expr:
    """Return the style of a word in its colour; a status that only remarks made is a remark's."""
    marks = {word: str(style) for word, style in paint.styles.marks.items()}
    style = pl.col(column.name).replace_strict(marks, default=str(paint.styles.text))
    if column.name != "status" or "codes" not in part.columns:
        return style
    others = pl.col("codes").list.set_difference(pl.lit(list(paint.remarks), pl.List(pl.String))).list.len()
    remark = (others == 0) & (pl.col("codes").list.len() > 0)
    return pl.when(remark).then(pl.lit(marks[SEVERITIES[0]])).otherwise(style)


def _string_cell(letter: str, values: pl.Expr, styles: Styles, *, prose: bool = False) -> pl.Expr:
    usual = styles.prose if prose else styles.text
    style = pl.when(values.str.contains(_LIVE)).then(pl.lit(str(styles.live))).otherwise(pl.lit(str(usual)))
    return _text_cell(letter, values, style)


def _decimal_cell(part: pl.DataFrame, column: Column, letter: str, paint: Painter) -> pl.Expr:
    values = pl.col(column.name)
    scale = _scale(part, column.name)
    exact = decimal_text(values, scale)
    style = _number_style(part, column, exact, paint)
    longest = part.select(exact.str.len_bytes().max()).item() or 0
    if longest <= cell_styles.SAFE_DIGITS:
        return _number_cell(letter, exact, style)
    shown = decimal_text(values.round(_SHOWN_PLACES[column.kind], mode="half_away_from_zero"), scale)
    as_number = (
        pl.when(_digits(exact) <= cell_styles.SAFE_DIGITS)
        .then(exact)
        .when(_digits(shown) <= cell_styles.SAFE_DIGITS)
        .then(shown)
    )
    as_text = pl.when(as_number.is_null()).then(exact)
    long_style = pl.lit(str(paint.styles.long_number))
    return pl.coalesce(_number_cell(letter, as_number, style), _text_cell(letter, as_text, long_style))


def _number_style(part: pl.DataFrame, column: Column, exact: pl.Expr, paint: Painter) -> pl.Expr:
    number = paint.styles.number
    if column.kind == "amount" and "currency" in part.columns:
        by_currency = {code: str(number(cell_styles.amount_format(places))) for code, places in MINOR_UNITS.items()}
        return pl.col("currency").replace_strict(by_currency, default=str(number(cell_styles.amount_format(2))))
    if column.kind in {"amount", "base_amount"}:
        currency = paint.base_currency if column.kind == "base_amount" else None
        return pl.lit(str(number(cell_styles.amount_format(money.places(currency)))))
    if column.kind == "number":
        whole, other = number(cell_styles.WHOLE_FORMAT), number(cell_styles.PRICE_FORMAT)
        return pl.when(exact.str.contains(".", literal=True)).then(pl.lit(str(other))).otherwise(pl.lit(str(whole)))
    if column.kind == "price":
        return pl.lit(str(number(cell_styles.PRICE_FORMAT)))
    if column.kind == "figure":
        shares, others = (str(number(each)) for each in (cell_styles.PERCENT_FORMAT, cell_styles.SCORE_FORMAT))
        return pl.when(pl.col("name").str.contains(money.SHARE)).then(pl.lit(shares)).otherwise(pl.lit(others))
    if column.kind == "score":
        return pl.lit(str(number(cell_styles.SCORE_FORMAT)))
    in_parts = column.name in paint.fractional
    return pl.lit(str(number(cell_styles.QUANTITY_FORMAT if in_parts else cell_styles.WHOLE_FORMAT)))


def _either_cell(letter: str, values: pl.Expr, styles: Styles) -> pl.Expr:
    """Return the cells of a text column that may hold numbers: those that a spreadsheet keeps exactly become numbers."""
    is_number = values.str.contains(_NUMBER) & (_digits(values) <= cell_styles.SAFE_DIGITS)
    whole, other = styles.number(cell_styles.WHOLE_FORMAT), styles.number(cell_styles.PRICE_FORMAT)
    style = pl.when(values.str.contains(".", literal=True)).then(pl.lit(str(other))).otherwise(pl.lit(str(whole)))
    numbers = _number_cell(letter, pl.when(is_number).then(values), style)
    return pl.coalesce(numbers, _string_cell(letter, pl.when(~is_number).then(values), styles))


def _date_cell(letter: str, values: pl.Expr, styles: Styles) -> pl.Expr:
    safe = values >= _FIRST_SAFE_DATE
    serial = (values - pl.lit(_EPOCH)).dt.total_days().cast(pl.String)
    numbers = _number_cell(letter, pl.when(safe).then(serial), pl.lit(str(styles.date)))
    return pl.coalesce(
        numbers, _text_cell(letter, pl.when(~safe).then(values.cast(pl.String)), pl.lit(str(styles.text)))
    )


def _number_cell(letter: str, digits: pl.Expr, style: pl.Expr) -> pl.Expr:
    return pl.concat_str(
        pl.lit(f'<c r="{letter}'), _ROW, pl.lit('" s="'), style, pl.lit('"><v>'), digits, pl.lit("</v></c>")
    )


def _text_cell(letter: str, text: pl.Expr, style: pl.Expr) -> pl.Expr:
    start = pl.lit('" t="inlineStr"><is><t xml:space="preserve">')
    # Readers take _x0041_ for an escaped A, so an underscore that begins such a thing is escaped itself.
    content = xml_expr(cut_expr(text)).str.replace_all("_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
    return pl.concat_str(
        pl.lit(f'<c r="{letter}'), _ROW, pl.lit('" s="'), style, start, content, pl.lit("</t></is></c>")
    )


def _digits(text: pl.Expr) -> pl.Expr:
    """Return how many significant digits a number in plain notation has, zeros at either end not counted."""
    return text.str.replace_all(r"[^0-9]", "").str.strip_chars("0").str.len_chars()


def _scale(part: pl.DataFrame, name: str) -> int:
    dtype = part.schema[name]
    return dtype.scale if isinstance(dtype, pl.Decimal) else 0
