"""Terms in instalments as people write them: `30% advance, 70% in 60 days`, `1/3 30, 60, 90 days`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

NUMBER = r"([0-9]+(?:[.,][0-9]+)?)"
DAYS = r"(?:days?|tagen?|tage|d|jours?|días|dias|giorni|dagen)"
_AND = re.compile(r"\s*(?:[,;+&]|\band\b|\bund\b|\bthen\b|\bet\b)\s*")
_SHARE = re.compile(rf"{NUMBER}\s*%|([0-9]{{1,2}})/([0-9]{{1,2}})|(?:the\s+)?(?:balance|rest|remainder|remaining)")
_AT_ONCE = re.compile(
    r"(?:in |as |with )?(?:advance(?: payment)?|down ?payment|up ?front|anzahlung|immediate(?:ly)?|sofort|(?:up)?on receipt|cod)"
)
_LATER = re.compile(
    rf"(?:due |net(?:to)? |n |in |within |after |nach |binnen |innerhalb von )*([0-9]{{1,3}})(?:\s*{DAYS})?(?: net(?:to)?)?"
)
_NAMED = re.compile(rf"[0-9]\s*{DAYS}\b")


@dataclass(frozen=True)
class Part:
    """An instalment: this `share` of the amount is due within `days`."""

    share: Fraction
    days: int


def instalments(said: str) -> tuple[Part, ...]:
    """Return the parts that a text in small letters names; none unless each has a share and a day, one after the other, and they add up to all."""
    pieces = [piece for piece in _AND.split(said.rstrip(" .")) if piece]
    equal = _equal(pieces)
    parts = equal or _named(pieces)
    days = [part.days for part in parts]
    whole = sum((part.share for part in parts), Fraction(0)) == 1 and all(part.share > 0 for part in parts)
    one_after_the_other = all(first < second for first, second in pairwise(days))
    return (
        tuple(parts) if len(parts) > 1 and whole and one_after_the_other and (_NAMED.search(said) or not equal) else ()
    )


def _equal(pieces: list[str]) -> list[Part]:
    """Return the parts of `1/3 30, 60, 90 days`: as many days as the fraction says."""
    first = re.fullmatch(r"1/([0-9]{1,2})\s+(.+)", pieces[0]) if pieces else None
    if first is None or int(first[1]) != len(pieces):
        return []
    days = [_days(piece) for piece in (first[2], *pieces[1:])]
    known = [Part(Fraction(1, len(pieces)), day) for day in days if day is not None]
    return known if len(known) == len(days) else []


def _named(pieces: list[str]) -> list[Part]:
    """Return the parts of which each piece names one; none where one of them does not."""
    parts: list[Part] = []
    for piece in pieces:
        found = _SHARE.match(piece)
        day = _days(piece[found.end() :].strip(" :")) if found else None
        if found is None or day is None:
            return []
        left = 1 - sum((part.share for part in parts), Fraction(0))
        parts.append(Part(_share(found) or left, day))
    return parts


def _share(found: re.Match[str]) -> Fraction | None:
    """Return what is said of the whole; null for what the others leave."""
    percent, top, bottom = found.groups()
    if percent is not None:
        return Fraction(percent.replace(",", ".")) / 100
    return Fraction(int(top), int(bottom)) if bottom is not None and int(bottom) else None


def _days(said: str) -> int | None:
    if _AT_ONCE.fullmatch(said):
        return 0
    later = _LATER.fullmatch(said)
    return int(later[1]) if later else None
