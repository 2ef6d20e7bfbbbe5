"""What text becomes before a person sees it: control characters visible, bank accounts masked, nothing live."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

CUT_AT = 32_000
"""Excel refuses a cell of more than 32,767 characters."""
CUT_MARK = " [cut: the whole text is in the JSON, CSV or Parquet file]"

_INVISIBLE = (
    *range(9), 11, 12, 13, *range(14, 32), *range(0x7F, 0xA0),  # control characters, all but tab and line feed
    0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070),  # zero width, direction
    0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF, *range(0xE0001, 0xE0080),
)  # fmt: skip


def _escape(code: int) -> str:
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


_ESCAPES = {chr(code): _escape(code) for code in _INVISIBLE}
_LINE_ESCAPES = {"\t": "\\t", "\n": "\\n"}
_IN_ONE_LINE = str.maketrans(_ESCAPES | _LINE_ESCAPES)
_IN_LINES = str.maketrans(_ESCAPES)
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}

_FORMULA_START = r"^[=+\-@\t\r\n]"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip
"""Characters of an IBAN per country (SWIFT IBAN registry): what tells one from an order number in running text."""
_BODIES = "|".join(f"{land}[0-9]{{2}}(?: ?[A-Z0-9]){{{size - 4}}}" for land, size in IBAN_LENGTHS.items())
_IBAN = rf"(?-u:\b)(?:{_BODIES})(?-u:\b)"
"""For Polars, whose search is ten times slower with a word boundary that knows more letters than ASCII."""
_SHORTEST_IBAN = 15


def visible(text: str, *, lines: bool = False) -> str:
    r"""Return `text` with what cannot be seen written out: ESC as `\x1B`; tab and line feed too, unless `lines`."""
    return text.translate(_IN_LINES if lines else _IN_ONE_LINE)


def showable(text: str, *, lines: bool = False) -> str:
    """Return what people or files say, fit to be shown to a person: as `visible` does, and bank accounts masked."""
    return mask_ibans(visible(text, lines=lines))


def xml_expr(column: pl.Expr) -> pl.Expr:
    """Return the text column as visible XML character data, also good inside double quotes."""
    escapes = _ESCAPES | _XML
    return column.str.replace_many(list(escapes), list(escapes.values()))


def cut_expr(column: pl.Expr) -> pl.Expr:
    """Return the text column, cells that a workbook could not hold cut and marked."""
    long = column.str.len_chars() > CUT_AT
    return pl.when(long).then(column.str.slice(0, CUT_AT) + CUT_MARK).otherwise(column)


def csv_guard(column: pl.Expr, *, numbers: bool = False) -> pl.Expr:
    """Return the text column with `'` before what a spreadsheet would run as a formula (OWASP).

    With `numbers` a cell that is a plain number stays as it is.
    """
    live = column.str.contains(_FORMULA_START)
    if numbers:
        live = live & ~column.str.contains(_NUMBER)
    return pl.when(~live).then(column).otherwise(pl.lit("'") + column)


def mask_iban(column: pl.Expr) -> pl.Expr:
    """Return the column of bank accounts with only country and last four characters: `DE** **** 3000`."""
    bare = column.str.replace_all(r"\s", "").str.to_uppercase()
    shown = bare.str.head(2) + pl.lit("** **** ") + bare.str.tail(4)
    too_short = bare.str.len_chars() < _SHORTEST_IBAN
    return pl.when(~too_short).then(shown).when(too_short).then(pl.lit("****"))


def has_iban(column: pl.Expr) -> pl.Expr:
    """Return whether an IBAN stands anywhere in the text column; short texts, which most are, are not searched."""
    return column.filter(column.str.len_bytes() >= _SHORTEST_IBAN).str.contains(_IBAN).any()


def mask_ibans_within(column: pl.Series) -> pl.Series:
    """Return the text column with every IBAN that stands in running text masked in the same way."""
    with_iban = column.filter(column.str.contains(_IBAN)).unique()
    return column.replace(with_iban, pl.Series([mask_ibans(text) for text in with_iban], dtype=pl.String))


def mask_ibans(text: str) -> str:
    """Return `text` with every IBAN in it masked."""
    return _one_iban().sub(lambda found: f"{found[0][:2]}** **** {found[0].replace(' ', '')[-4:]}", text)


@cache
def _one_iban() -> re.Pattern[str]:
    """Return what finds an IBAN in one text; to build it takes a hundredth of a small run, which writes none."""
    return re.compile(rf"\b(?:{_BODIES})\b", re.ASCII)


def decimal_text(column: pl.Expr, scale: int) -> pl.Expr:
    """Return the Decimal column in plain notation without trailing zeros; `scale` is its type's."""
    text = column.cast(pl.String)
    return text.str.strip_chars_end("0").str.strip_chars_end(".") if scale else text
