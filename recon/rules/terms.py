"""Payment terms: one model for all the ways they are written, and the dates that they give."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from recon.rules.instalment_terms import DAYS as _DAYS
from recon.rules.instalment_terms import NUMBER as _NUMBER
from recon.rules.instalment_terms import instalments

if TYPE_CHECKING:
    from recon.rules.instalment_terms import Part

EndOfMonth = Literal["days_after_end", "end_after_days"]
"""Which comes first: the end of the month and then the days, or the days and then the end of that month."""
Base = Literal["invoice_date", "posting_date", "received_date", "receipt_date"]
"""From which day is counted: the invoice's own, that of its booking, of its arrival, or of its goods."""


@dataclass(frozen=True)
class Discount:
    """Cash discount: `percent` of `base` (the gross amount where that is null) if paid within `days`."""

    percent: Decimal
    days: int
    base: Decimal | None = None


@dataclass(frozen=True)
class Terms:
    """When an invoice is due: `months`, then `days` after the day of `base`, with the end of the month or a day of it in between.

    Null `days`: the text says by when there is a discount, and not when all is due. An invoice dated after `cutoff_day` is due a month later. `prepaid`: paid before anything is received, which no forecast holds.
    With `parts` each is due on its own, `days` after the date is the last.
    """

    days: int | None = 0
    months: int = 0
    end_of_month: bool = False
    day_of_month: int | None = None
    cutoff_day: int | None = None
    discounts: tuple[Discount, ...] = ()
    prepaid: bool = False
    parts: tuple[Part, ...] = ()
    base: Base = "invoice_date"

    def due(self, day: date, reading: EndOfMonth = "days_after_end") -> date | None:
        """Return the day on which an invoice is due where `day` is that of `base`."""
        return None if self.days is None else self._after(day, self.days, reading)

    def discount_day(self, discount: Discount, day: date, reading: EndOfMonth = "days_after_end") -> date:
        """Return the last day for a discount where `day` is that of `base`."""
        return self._after(day, discount.days, reading)

    def ambiguous(self, day: date) -> bool:
        """Return whether the two readings of the end of the month give different days."""
        return self.end_of_month and self.due(day, "days_after_end") != self.due(day, "end_after_days")

    def annualised(self, discount: Discount) -> Decimal | None:
        """Return what paying early yields a year, in percent: p / (100 - p) x 365 / (days saved); null where none are."""
        saved = 0 if self.days is None else self.days - discount.days
        if saved <= 0 or discount.percent >= 100:
            return None
        return 100 * discount.percent / (100 - discount.percent) * 365 / saved

    def _after(self, day: date, days: int, reading: EndOfMonth) -> date:
        late = self.cutoff_day is not None and day.day > self.cutoff_day
        start = _months_on(day, self.months + late)
        if self.day_of_month is not None:
            return start.replace(day=min(self.day_of_month, _last(start).day))
        if not self.end_of_month:
            return start + timedelta(days)
        return _last(start) + timedelta(days) if reading == "days_after_end" else _last(start + timedelta(days))


def _last(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months_on(day: date, months: int) -> date:
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    return first.replace(day=min(day.day, _last(first).day))


MOST = 25
"""What is more percent than these is an instalment and no discount."""
_NET = rf"\b(?:net(?:to)?|n)\W*([0-9]+)(?:\s*{_DAYS})?|([0-9]+)\s*{_DAYS}(?:\W*net(?:to)?)?|([0-9]+)\s+net(?:to)?"
_SLASH = re.compile(rf"{_NUMBER}\s*%?\s*/\s*([0-9]+)")
_PERCENT_FIRST = re.compile(rf"{_NUMBER}\s*%\s*(?:skonto\s*)?(?:[a-z]+\s+)*?([0-9]+)(?:\s*{_DAYS})?")
_DAYS_FIRST = re.compile(rf"([0-9]+)\s*{_DAYS}\W*(?:mit\s+)?{_NUMBER}\s*%(?:\s*skonto)?")
_STRUCTURED = re.compile(r"#SKONTO#TAGE=([0-9]+)#PROZENT=([0-9]+\.[0-9]{2})(?:#BASISBETRAG=(-?[0-9]+\.[0-9]{2}))?#")
_DISCOUNT = re.compile(r"\bskonto\b|\bdiscount\b")
_LATE = re.compile(r"#VERZUG#[^\s]*")
_END = re.compile(r"\be\.?o\.?m\b\.?|\bend of (?:the )?month\b|\bmonatsende\b|\bfin de mois\b|\bultimo\b")
_DAY_OF_NEXT = re.compile(
    r"\b([0-9]{1,2})(?:st|nd|rd|th|\.)?\s+(?:day\s+)?(?:of\s+)?(?:the\s+)?(?:(?:following|next) month|prox(?:imo|\.|\b))"
)
_CUTOFF = re.compile(r"[\s,;(]*\bcut-?\s?off(?: day)?(?: (?:on|at))?(?: the)?\s+([0-9]{1,2})(?:st|nd|rd|th|\.)?\)?")
_MFI = re.compile(r"\bmfi\s*([0-9]{1,2})\b|\b([0-9]{1,2})\s*mfi\b")
_NOW = re.compile(
    r"\b(?:immediate(?:ly)?|sofort|due on receipt|upon receipt|cod|cash on delivery|comptant|contado|a vista|contant)\b"
)
_BEFORE = re.compile(r"\b(?:pre-?paid|prepayment|cash in advance|cia|vorkasse|vorauskasse)\b")
_FILLER = re.compile(
    r"\b(?:payment|terms?|zahlbar|zahlung(?:en)?|bei|binnen|innerhalb|von|within|in|due|ohne abzug|rein|from|after|date of"
    r"|invoice|date|rechnungsdatum|ab|nach|skonto|discount|or|and|oder|und|mit|of|the|if|paid|days?|tagen?|netto?|net"
    r"|fällig|payable|strictly)\b|[\s,;.:/()%-]"
)


_AFTER = r"(?:\b(?:after|from|of|following|since|nach|ab|seit)\s+)(?:the\s+|der\s+|dem\s+)?(?:date\s+of\s+)?(?:the\s+)?"
_FROM: dict[Base, re.Pattern[str]] = {
    "received_date": re.compile(
        rf"{_AFTER}(?:(?:receipt|arrival)\s+of\s+(?:the\s+|your\s+)?invoice|invoice\s+receipt|rechnungs(?:eingang|erhalt|empfang)"
        r"|(?:erhalt|eingang|empfang)\s+der\s+rechnung)\b"
    ),
    "receipt_date": re.compile(
        rf"{_AFTER}(?:(?:receipt|arrival|delivery)\s+of\s+(?:the\s+)?goods|goods\s+receipt|delivery|waren(?:eingang|erhalt)|lieferung"
        r"|(?:erhalt|eingang|lieferung)\s+der\s+waren?)\b|\br\.?o\.?g\b\.?"
    ),
    "posting_date": re.compile(rf"{_AFTER}(?:posting|booking)(?:\s+date)?\b|{_AFTER}(?:buchung|buchungsdatum)\b"),
}


def parse_terms(text: str) -> Terms | None:
    """Return what `text` says; null where any of it is not understood: terms are never guessed."""
    said = " ".join(_LATE.sub(" ", text).split()).lower()
    for base, pattern in _FROM.items():
        if pattern.search(said):
            terms = parse_terms(pattern.sub(" ", said))
            return None if terms is None or terms.parts or terms.prepaid else replace(terms, base=base)
    if parts := instalments(said):
        return Terms(days=max(part.days for part in parts), parts=parts)
    if steps := _STRUCTURED.findall(text):
        return _structured(steps, _STRUCTURED.sub(" ", _LATE.sub(" ", text)))
    if _BEFORE.search(said):
        return _whole(_BEFORE.sub(" ", said), Terms(prepaid=True))
    if (found := _DAY_OF_NEXT.search(said) or _MFI.search(said)) is not None:
        day = int(next(group for group in found.groups() if group))
        rest = said[: found.start()] + said[found.end() :]
        until = _CUTOFF.search(rest)
        terms = Terms(months=1, day_of_month=day, cutoff_day=int(until[1]) if until else None)
        return _whole(_CUTOFF.sub(" ", rest), terms) if 1 <= day <= 31 else None
    at_end = _END.search(said) is not None
    return _in_days(_END.sub(" ", said), at_end=at_end)


def _structured(steps: list[tuple[str, str, str]], rest: str) -> Terms | None:
    """Return the terms of `#SKONTO#` rows (XRechnung, BT-20); a step of 0 percent says when all is due."""
    discounts = [
        Discount(Decimal(percent), int(days), Decimal(base) if base else None)
        for days, percent, base in steps
        if Decimal(percent)
    ]
    net = [int(days) for days, percent, _ in steps if not Decimal(percent)]
    rest = " ".join(rest.split())
    others = _in_days(rest.lower(), at_end=False) if rest else Terms(days=max(net, default=None))
    return None if others is None else replace(others, discounts=tuple(discounts))


def _in_days(said: str, *, at_end: bool) -> Terms | None:
    named = _DISCOUNT.search(said) is not None
    discounts, said = _discounts(said)
    if (at_once := _NOW.search(said)) is not None:
        return _whole(said[: at_once.start()] + said[at_once.end() :], Terms(discounts=discounts))
    found = re.search(_NET, said)
    if found is None:
        bare = re.fullmatch(r"\W*([0-9]+)\W*", said)
        if at_end and (bare or not _FILLER.sub("", said)):
            return Terms(days=int(bare[1]) if bare else 0, end_of_month=True, discounts=discounts)
        return _whole(said, Terms(days=None, discounts=discounts)) if named and discounts and not at_end else None
    days = int(next(group for group in found.groups() if group))
    rest = said[: found.start()] + said[found.end() :]
    return _whole(rest, Terms(days=days, end_of_month=at_end, discounts=discounts))


def _discounts(said: str) -> tuple[tuple[Discount, ...], str]:
    """Return the discounts, the first to end first, and what is left of the text."""
    found = []
    for pattern, turned in ((_SLASH, False), (_DAYS_FIRST, True), (_PERCENT_FIRST, False)):
        for one, two in pattern.findall(said):
            percent, days = (two, one) if turned else (one, two)
            found.append(Discount(Decimal(percent.replace(",", ".")), int(days)))
        said = pattern.sub(" ", said)
    if any(one.percent > MOST for one in found):
        said += " instalments"
    return tuple(sorted(found, key=lambda one: one.days)), said


def _whole(rest: str, terms: Terms) -> Terms | None:
    """Return the terms if nothing is left of the text that could say otherwise."""
    return None if _FILLER.sub("", rest) else terms
