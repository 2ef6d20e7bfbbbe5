"""Figures as a search for the smallest change counts them."""

from __future__ import annotations

from decimal import Context, Decimal

PRECISE = Context(prec=60)
HUNDREDTH = Decimal("0.01")


def number(text: str | None) -> Decimal | None:
    """Return a figure that is published as text, None where it is no number."""
    try:
        return Decimal(text) if text is not None else None
    except ArithmeticError:
        return None


def step_of(*figures: Decimal) -> Decimal:
    """Return the last place in which any of the figures is written: `0.1` of 2.5."""
    exponents = [figure.normalize(PRECISE).as_tuple().exponent for figure in figures]
    least = min((each for each in exponents if isinstance(each, int)), default=0)
    return Decimal(1).scaleb(min(0, least))
