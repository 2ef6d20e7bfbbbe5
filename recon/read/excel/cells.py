"""What a spreadsheet cell says: its stored number, date, truth value or text as plain text, and whether to trust it."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.read.cells.currency_marks import currency_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Number formats that every workbook has without declaring them, of dates and times (ECMA-376 part 1, 18.8.30)."""
PERCENT_FORMATS = frozenset({9, 10})
LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
PADDED = re.compile(r"0{2,40}(?:;|$)")
"""A number format of zeros alone: `0000000000` shows 4711 as 0000004711."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
SHORT = re.compile(r"-?[1-9][0-9]*(?:\.[0-9]*[1-9])?|0|-?0\.[0-9]*[1-9]")
ESCAPE = re.compile(r"((?:_x[0-9a-fA-F]{4}_)+)")
LONGEST_ID = 10**15

TOO_LONG = "a number of more than 15 digits, which a spreadsheet does not keep"
NO_VALUE = "a formula without a value: open the file in a spreadsheet program, recalculate and save it"
NEVER_CALCULATED = "a formula that was never calculated: open the file in a spreadsheet program and save it"

Kind = str
"""How a numeric cell is shown: `number`, `date`, `percent`, as money by a sign or code (`$`, `EUR`), or with zeros before
it up to so many digits (`10`)."""


Content = tuple[str | None, str | None, str | None]
"""What a cell says: its text; the currency it is shown with, "" for any other number, date or truth value, null for text;
and why not to trust it if so."""
Cell = tuple[int, str | None, str | None, str | None]
"""Column (from 1) and content of one cell; a tuple because a sheet has millions."""


def kind_of_format(identity: int, codes: Mapping[int, str]) -> Kind:
    """Return how a number with number format `identity` is shown; `codes` are the formats that the workbook declares."""
    code = codes.get(identity)
    if code is None:
        return "date" if identity in DATE_FORMATS else "percent" if identity in PERCENT_FORMATS else "number"
    if PADDED.match(code):
        return str(len(code.split(";")[0]))
    bare = LITERAL.sub("", code).split(";")[0]
    if re.search("[dmyhs]", bare, re.IGNORECASE) and not re.fullmatch("general", bare.strip(), re.IGNORECASE):
        return "date"
    return "percent" if "%" in bare else currency_shown(code) or "number"


def number_text(written: str) -> tuple[str | None, str | None]:
    """Return a stored number in plain notation, and why it cannot be trusted if so.

    A spreadsheet keeps 15 digits in a binary float: what lies behind them by a few units of the last place is the float's
    noise (36.299999999999997 is 36.3); digits that are no noise stay as they are written.
    """
    if len(written) <= 15 and SHORT.fullmatch(written):
        return written, None
    if not NUMBER.fullmatch(written):
        return None, f"'{written}' is not a number"
    exact, value = Decimal(written), float(written)
    if not math.isfinite(value):
        return None, f"{written} is past what a spreadsheet can hold"
    if abs(exact) >= LONGEST_ID:
        return f"{exact:f}" if abs(exact.adjusted()) < 100 else written, TOO_LONG
    shown = Decimal(f"{value:.14e}")
    digits = len(exact.normalize().as_tuple().digits)
    if 15 < digits <= 17 and _digits(shown) <= 14 and abs(exact - shown) <= 4 * Decimal(math.ulp(value)):
        exact = shown
    plain = f"{exact:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return ("0" if plain == "-0" else plain), None


def _digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)


def percent_text(written: str) -> tuple[str | None, str | None]:
    """Return a number shown as percent the way it is shown: 0.19 is `19%`."""
    plain, damage = number_text(written)
    if plain is None or damage:
        return plain, damage
    shown = f"{Decimal(plain) * 100:f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%", None


def padded_text(written: str, digits: int) -> tuple[str | None, str | None]:
    """Return a whole number with zeros before it, as it is shown; any other number as it is stored."""
    plain, damage = number_text(written)
    whole = plain is not None and damage is None and plain.isdigit()
    return plain.zfill(digits) if plain and whole else plain, damage


def date_text(written: str, since_1904: bool) -> tuple[str | None, str | None]:
    """Return a serial date as `2025-03-04`, with ` 13:30:00` behind it where it is not midnight."""
    if not NUMBER.fullmatch(written):
        return None, f"'{written}' is not a number"
    serial = Decimal(written)
    if not 1 <= serial + (1 if since_1904 else 0) < 2_958_466:
        return written, f"{written} shown as a date: it is a time, a duration or out of range"
    if not since_1904 and int(serial) == 60:
        return "1900-02-29", "29 February 1900, a day that never was"
    offset = 1462 if since_1904 else 1 if serial < 60 else 0
    milliseconds = int((serial * 86_400_000).to_integral_value()) + offset * 86_400_000
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(milliseconds=milliseconds)  # noqa: DTZ001 -- as written
    return _shown(moment), None


def _shown(moment: dt.datetime) -> str:
    if moment.time() == dt.time(0):
        return moment.date().isoformat()
    return moment.isoformat(" ", "milliseconds" if moment.microsecond else "seconds")


def iso_text(written: str) -> tuple[str | None, str | None]:
    """Return a date stored as ISO 8601 text (cells of type `d`) as `date_text` does."""
    try:
        return _shown(dt.datetime.fromisoformat(written.removesuffix("Z"))), None
    except ValueError:
        return written, f"'{written}' is not a date"


def shared_text(text: str) -> tuple[str, str | None]:
    """Return a text with its `_x000D_` escapes resolved, and why it cannot be trusted if so."""
    if "_x" in text:
        text = ESCAPE.sub(_unescaped, text)
    if "\ufffd" in text:
        return text, "a text that a conversion has damaged: it holds U+FFFD"
    # Only escapes can bring a control character: XML holds none.
    control = (
        next((c for c in text if (c < " " and c not in "\t\n\r") or c == "\x7f"), None)
        if "\x7f" in text or _controls(text)
        else None
    )
    return text, None if control is None else f"control character \\x{ord(control):02x} in the text"


def _controls(text: str) -> bool:
    return not text.isprintable()


def _unescaped(found: re.Match[str]) -> str:
    run = found.group(1)
    units = [int(run[i + 2 : i + 6], 16) for i in range(0, len(run), 7)]
    try:
        return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")
    except UnicodeDecodeError:
        return run
