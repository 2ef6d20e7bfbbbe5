"""What is found of a line, and which findings the line's own amount caps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

CAPPED = {
    "price_variance", "quantity_over_received", "not_received", "quantity_over_accepted", "quantity_over_ordered",
    "amount_over_ordered", "amount_over_received", "credit_exceeds_invoiced", "goods_rejected",
}  # fmt: skip
"""Codes of quantity, price and amount: never more at risk than the line bills, and info where it bills nothing."""


@dataclass
class Discrepancy:
    code: str
    variance: Fraction | None = None
    tolerance: str | None = None
    at_risk: Fraction | None = None
    currency: str | None = None
    """What is at risk is told in: the line's, but of a quantity its order's, at whose price it is valued."""
    info: bool = False
    """The situation makes it one, whatever the code's severity."""
