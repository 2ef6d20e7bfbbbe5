"""Currencies beside numbers: `-$12.50`, `1.234,56 EUR`. They must be the row's currency; where it gives none, they may be it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from recon.currencies import MINOR_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNS = {
    "$": "ARS AUD BBD BMD BND BSD BZD CAD CLP COP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD USD UYU XCD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY JPY",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "₫": "VND",
    "฿": "THB",
    "₱": "PHP",
    "₦": "NGN",
    "KR": "DKK ISK NOK SEK",
    "KR.": "DKK ISK NOK SEK",
    "FR.": "CHF",
    "SFR.": "CHF",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "FT": "HUF",
    "LEI": "RON",
}
MEANT: Mapping[str, tuple[str, ...]] = {code: (code,) for code in MINOR_UNITS} | {
    sign: tuple(codes.split()) for sign, codes in _SIGNS.items()
}
"""A sign or code, in capitals -> the currencies that it may stand for."""

_ALONE = {sign: codes[0] for sign, codes in MEANT.items() if len(codes) == 1}
_PAIRS = [f"{sign} {code}" for sign, codes in MEANT.items() for code in codes]
_MARK = "(?i:" + "|".join(re.escape(sign) for sign in sorted(MEANT, key=len, reverse=True)) + ")"
_BEFORE = rf"^([+-]?\(?)\s*({_MARK})\s*([-+(]?[0-9.,].*)$"
_AFTER = rf"^(.*[0-9.,)-])\s*({_MARK})(\)?-?)$"

_TOKEN = re.compile(
    r'\[\$(?P<currency>[^\]-]*)[^\]]*\]|"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[[^\]]*\]|(?P<char>.)', re.DOTALL
)


def without_currency(text: pl.Expr) -> pl.Expr:
    """Return a number without the currency before or after it; anything else as it is."""
    before = text.str.contains(_BEFORE)
    return pl.when(before).then(text.str.replace(_BEFORE, "${1}${3}")).otherwise(text.str.replace(_AFTER, "${1}${3}"))


def currency_beside(text: pl.Expr) -> pl.Expr:
    """Return the sign or code that `without_currency` takes off, in capitals; null where there is none."""
    return pl.coalesce(text.str.extract(_BEFORE, 2), text.str.extract(_AFTER, 2)).str.to_uppercase()


def beside(cells: pl.Series, shown: pl.Series | None) -> pl.Series:
    """Return the sign or code beside each number, in capitals: in the trimmed text, or as a spreadsheet shows it."""
    marks = cells.to_frame("text").select(currency_beside(pl.col("text"))).to_series()
    return marks if shown is None else marks.fill_null(shown)


def currency_shown(code: str) -> str:
    """Return the sign or code, in capitals, that a spreadsheet's number format puts beside a number; "" where none."""
    words = ""
    for token in _TOKEN.finditer(code):
        if token["char"] == ";":  # behind it, how negative numbers are shown
            break
        char = token["char"] if token["char"] in MEANT else None
        words += token["currency"] or token["quoted"] or token["escaped"] or char or ""
    mark = words.strip().upper()
    return mark if mark in MEANT else ""


def agreed(values: pl.DataFrame, beside: Mapping[str, pl.Series], base: str) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Return each row's currency, and of each column of `beside` whether what stands there is another.

    `beside`: column -> sign or code of each row, in capitals. Where the row gives no currency, it is the first that can
    mean only one, else the `base` currency where a sign can mean that.
    """
    marks = pl.DataFrame([one.alias(column) for column, one in beside.items()])
    named = pl.coalesce(pl.col(c).replace_strict(_ALONE, default=None, return_dtype=pl.String) for c in beside)
    of_base = pl.when(pl.any_horizontal(_means(c, pl.lit(base)) for c in beside)).then(pl.lit(base))
    given = values["currency"] if "currency" in values.columns else pl.Series([None] * values.height, dtype=pl.String)
    rows = marks.with_columns(given.alias("_given")).with_columns(_currency=pl.coalesce("_given", named, of_base))
    others = rows.select((pl.col(c).is_not_null() & ~_means(c, pl.col("_currency"))).alias(c) for c in beside)
    return rows["_currency"].alias("currency"), {c: others[c] for c in beside}


def _means(mark: str, currency: pl.Expr) -> pl.Expr:
    return pl.concat_str(mark, currency, separator=" ").is_in(_PAIRS).fill_null(value=False)
