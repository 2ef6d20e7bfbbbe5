"""Stamps: how systems write when something changed; which is the later, and how the time before it is asked for."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING

from recon.store.documents import newer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?)?")
_TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
"""JSON of OData 2 and of .NET: milliseconds since 1970."""


def moment(text: str) -> datetime | None:
    """Return when a stamp says, in UTC, to the microsecond; None where it is no time. One without a zone is taken for UTC."""
    if ticks := _TICKS.fullmatch(text):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(ticks[1]))
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    day, _, time, seconds, fraction, zone = found.groups()
    try:
        whole = datetime.fromisoformat(f"{day}T{time or '00:00'}{seconds or ':00'}{zone or 'Z'}")
        return whole.astimezone(UTC) + timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0")))
    except (ValueError, OverflowError):
        return None


def comparable(text: str) -> str:
    """Return a stamp in the one form in which stamps compare, to nine digits of a second; other text as it is."""
    when = moment(text)
    if when is None:
        return text
    fraction = (found := _ISO.fullmatch(text)) and found[5]
    return f"{when:%Y-%m-%dT%H:%M:%S}.{(fraction or f'{when.microsecond:06d}').ljust(9, '0')}Z"


def newest(stamps: Iterable[str], until: str = "") -> str:
    """Return the latest of some stamps and of the one `until` which was read."""
    return reduce(lambda best, each: each if newer(comparable(each), 1, comparable(best), 0) else best, stamps, until)


def is_to_come(text: str, now: str) -> bool:
    """Return whether a stamp says a day or more after `now`: a clock is wrong, and nobody waits until then."""
    when = moment(text)
    return when is not None and when > datetime.fromisoformat(now) + timedelta(days=1)


def asked_since(newest_: str, overlap: Decimal, form: str = "") -> str:
    """Return what is asked for, `overlap` seconds before the newest that was read, written as that is, or in `form`.

    A number is asked for from the one before it, whatever `overlap` is: whether a system takes it in or not, the next comes.
    """
    if newest_.isdigit():
        return str(max(0, int(newest_) - 1))
    when = moment(newest_)
    if when is None:
        return newest_
    with suppress(OverflowError):
        when -= timedelta(seconds=float(overlap))
    return when.strftime(form) if form else _written_as(newest_, when)


def _written_as(example: str, when: datetime) -> str:
    if _TICKS.fullmatch(example):
        return f"/Date({(when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)})/"
    found = _ISO.fullmatch(example)
    if found is None or found[2] is None:
        return f"{when:%Y-%m-%d}"
    fraction = f".{when.microsecond:06d}".ljust(len(found[5]) + 1, "0")[: len(found[5]) + 1] if found[5] else ""
    zone = "" if not found[6] else "Z"
    return f"{when:%Y-%m-%d}{found[2]}{when:%H:%M:%S}{fraction}{zone}"
