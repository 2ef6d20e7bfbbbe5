"""Values that are written as an example or a word and mean something else: number and date formats, separators."""

from __future__ import annotations

import re

from recon.currencies import MINOR_UNITS
from recon.errors import RulesError, did_you_mean
from recon.rules.rule import NumberFormat

NUMBER_EXAMPLES = ("1,234.56", "1.234,56", "1'234.56", "1 234,56", "1.234,56-", "(1,234.56)", "1234.56", "1234,56")
_NUMBER = re.compile(r"(?P<open>\(?)-?1(?P<thousands>[.,' \u00a0\u202f\u2019]?)234(?P<decimal>[.,])56(?P<close>-|\)|)")

DIRECTIVES = {
    "%Y": "year of four digits",
    "%y": "year of two digits",
    "%m": "month",
    "%d": "day",
    "%b": "short name of a month",
    "%B": "name of a month",
    "%j": "day of the year",
    "%a": "short name of a weekday",
    "%A": "name of a weekday",
    "%H": "hour",
    "%I": "hour of twelve",
    "%p": "AM or PM",
    "%M": "minute",
    "%S": "second",
    "%f": "fraction of a second",
    "%%": "a percent sign",
}

SEPARATOR_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
# Python calls these encodings too, but they are ways to write text or code, not what a file is exported in.
_NO_ENCODINGS = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "utf-7", "mbcs", "oem"}
)


def number_format(example: str) -> NumberFormat:
    """Return the format in which `example` is how 1234.56 is written; raises RulesError."""
    match = _NUMBER.fullmatch(example)
    if match is None or match["thousands"] == match["decimal"] or (match["open"] == "(") != (match["close"] == ")"):
        written = '", "'.join(NUMBER_EXAMPLES)
        raise RulesError(f"'{example}' is not a number format", hint=f'Write 1234.56 as the file does: "{written}".')
    minus = {")": "parentheses", "-": "trailing"}.get(match["close"], "leading")
    return NumberFormat(match["decimal"], match["thousands"] or None, minus)  # type: ignore[arg-type]


def date_format(text: str) -> str:
    """Return a strptime format that tells a whole date; raises RulesError."""
    directives = re.findall(r"%.?", text, re.DOTALL)
    unknown = next((d for d in directives if d not in DIRECTIVES), None)
    if unknown is not None:
        known = ", ".join(f"{d} {meaning}" for d, meaning in DIRECTIVES.items())
        raise RulesError(f"'{unknown}' is not a part of a date", hint=f"Known: {known}.")
    twice = next((d for d in directives if d != "%%" and directives.count(d) > 1), None)
    if twice is not None:
        raise RulesError(f"{twice} stands twice in '{text}'")
    if not _tells_a_day(set(directives)):
        raise RulesError(f"'{text}' does not tell a whole date", hint='It needs a year, a month and a day: "%d.%m.%Y".')
    return text.replace(".%f", "%.f")  # Polars takes the point with the fraction


def _tells_a_day(directives: set[str]) -> bool:
    return len(directives & {"%Y", "%y"}) == 1 and (
        "%j" in directives or ("%d" in directives and bool(directives & {"%m", "%b", "%B"}))
    )


def two_digit_years(text: str) -> tuple[int, int]:
    """Return the first and last of the hundred years that a year of two digits may mean; raises RulesError."""
    years = re.fullmatch(r"([0-9]{4})\s*-\s*([0-9]{4})", text)
    if years is None or int(years[2]) - int(years[1]) != 99 or not 1900 <= int(years[1]) <= 2900:
        raise RulesError(f"'{text}' is not a hundred years", hint="Write the first and the last: 1970-2069.")
    return int(years[1]), int(years[2])


def separator(text: str) -> str:
    """Return one character that may stand between cells; raises RulesError."""
    character = SEPARATOR_WORDS.get(text, text)
    if len(character) != 1 or character.isalnum() or character in "\n\r\"'.-+":
        raise RulesError(f"'{text}' cannot separate cells", hint='Write one character, such as ";", "," or "\\t".')
    return character


def quote(text: str) -> str | None:
    """Return the character that encloses cells, `None` for the word `none`; raises RulesError."""
    if text == "none":
        return None
    if len(text) != 1 or text.isalnum() or text.isspace():
        raise RulesError(f"'{text}' cannot enclose cells", hint="Write one character, or none.")
    return text


def encoding(text: str) -> str:
    """Return the name of a text encoding that Python knows; raises RulesError."""
    import codecs

    common = ["utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "latin-1", "iso-8859-15", "cp850", "cp437", "mac_roman"]
    try:
        codec = codecs.lookup(text)
    except (LookupError, ValueError):
        codec = None
    if codec is None or codec.name in _NO_ENCODINGS or not getattr(codec, "_is_text_encoding", True):
        message = f"'{text}' is not a known encoding{did_you_mean(text, common)}"
        raise RulesError(message, hint=f"For example {', '.join(common)}.")
    return text


def currency(text: str) -> str:
    """Return a currency of ISO 4217; raises RulesError."""
    if text not in MINOR_UNITS:
        mend = (
            f"Write {text.upper()}." if text.upper() in MINOR_UNITS else "Three capital letters, as in ISO 4217: EUR."
        )
        raise RulesError(f"'{text}' is not a currency", hint=mend)
    return text


def pattern(text: str) -> str:
    """Return a regular expression with one group, as Polars reads it; raises RulesError."""
    import polars as pl

    try:
        pl.Series([""]).str.extract(text, 1)
        groups = re.compile(text).groups
    except (pl.exceptions.ComputeError, re.error):
        raise RulesError(
            f"'{text}' is no regular expression", hint="Look-ahead and back references are not known."
        ) from None
    if groups != 1:
        raise RulesError(
            f"'{text}' has {groups} groups, and one is taken", hint='Put brackets around it: "^(.+)/[0-9]+$".'
        )
    return text
