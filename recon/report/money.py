"""Figures as people are shown them: rounded half away from zero, grouped by thousands, at the currency's minor unit."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from recon.currencies import MINOR_UNITS
from recon.kinds import NO_CURRENCY

_EXACTLY = Context(prec=60, rounding=ROUND_HALF_UP)
_USUAL_PLACES = 2


SHARE = "(?:rate|coverage|capture|percent|favourable|missed|risk|otif|full|time|hours)$"
"""Figures whose names end so are shares, shown in percent."""


def places(currency: str | None) -> int:
    """Return how many decimal places amounts in `currency` are shown with: 2 where it is unknown."""
    return MINOR_UNITS.get(currency or "", _USUAL_PLACES)


def amount(value: Decimal, currency: str | None) -> str:
    """Return `value` as `1,234.50`; the currency only tells the decimal places."""
    step = Decimal(1).scaleb(-places(currency))
    shown = value.quantize(step, context=_EXACTLY)
    return f"{abs(shown) if shown.is_zero() else shown:,f}"


def money(value: Decimal, currency: str | None) -> str:
    """Return `1,234.50 EUR`, as messages do."""
    return f"{amount(value, currency)} {currency_name(currency)}"


def currency_name(currency: str | None) -> str:
    """Return the currency as people should read it."""
    return "(none)" if currency in {None, "", NO_CURRENCY} else str(currency)


def percent(ratio: Decimal) -> str:
    """Return 0.8512 as `85.1 %`."""
    return f"{(ratio * 100).quantize(Decimal('0.1'), context=_EXACTLY):f} %"


def figure(name: str, value: Decimal) -> str:
    """Return a figure as people read it: a share in percent, another with two places."""
    return percent(value) if re.search(SHARE, name) else amount(value, None)
