"""Keys as they compare, and exact numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

MINOR_UNITS = {"JPY": 0, "KWD": 3}
WORDS = "PURCHASEORDER|PO|ORDER|BESTELLUNG|COMMANDE|PEDIDO|ORDINE|BESTELLING|INKOOPORDER|ENCOMENDA"
ORDER_WORD = re.compile(
    rf"^(YOUR|OUR|IHRE|UNSERE|VOTRE|NOTRE|SU|VOSTRO|NOSTRO|UW|ONZE)?(({WORDS})(NUMBER|NUMMER|NO|NR|N)?|BEST(ELL)?(NUMMER|NR))(?=[0-9])"
)


def key(text: str | None) -> str | None:
    """NFKC, upper case, punctuation and spaces out, but a break between two digits stays one; nothing left is absent."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = [run if run[0].isalnum() else " " for run in re.findall(r"[^\W_]+|[\W_]+", plain)]
    return re.sub(r"(?<=\d) (?=\d)", "-", "".join(kept)).replace(" ", "") or None


def mark(text: str | None) -> str | None:
    """A VAT id or IBAN, whose blanks are for the eye."""
    found = key(text)
    return None if found is None else unbroken(found)


UNITS = {"EACH": "EA", "PCE": "EA", "ST": "EA", "C62": "EA", "KGM": "KG", "KGS": "KG"}
"""A few of the synonyms that are shipped."""


def unit(text: str | None) -> str | None:
    found = key(text)
    return found if found is None else UNITS.get(found, found)


def unbroken(found: str) -> str:
    return found.replace("-", "")


def without_zeros(text: str | None) -> str | None:
    return None if text is None else text.lstrip("0") or "0"


def po_number(text: str | None) -> str | None:
    found = key(text)
    return None if found is None else without_zeros(ORDER_WORD.sub("", found))


def looks_like(cited: str | None, other: str | None) -> bool:
    """Two order numbers that are one but for the breaks that only one of them has."""
    if cited is None or other is None or ("-" in cited) == ("-" in other):
        return False
    return without_zeros(unbroken(cited)) == without_zeros(unbroken(other))


def po_line(text: str | None) -> str | None:
    return without_zeros(key(text))


def invoice_number(text: str) -> tuple[str, ...]:
    """Runs of letters and of digits, O as 0, I as 1, leading zeros of digits gone."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("O", "0").replace("I", "1")
    runs = re.findall(r"[0-9]+|[^\W\d_]+", plain)
    return tuple(without_zeros(run) or "" if run[0].isdigit() else run for run in runs)


def fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def minor_unit(currency: str | None) -> Fraction:
    return Fraction(1, 10 ** MINOR_UNITS.get(currency or "", 2))


def rounded(value: Fraction, unit: Fraction) -> Fraction:
    """Half away from zero."""
    whole = int(abs(value) / unit + Fraction(1, 2)) * unit
    return -whole if value < 0 else whole


def exact(value: Fraction | None) -> Decimal | None:
    """As files give it: exact where it ends within 18 places, else 10 places, half away from zero."""
    if value is None:
        return None
    places = 18 if (value * 10**18).denominator == 1 else 10
    whole = abs(value) * 10**places
    digits = int(whole + Fraction(1, 2)) if whole.denominator != 1 else int(whole)
    return Decimal(-digits if value < 0 else digits).scaleb(-places)


def days(later: date, earlier: date) -> int:
    return (later - earlier).days
