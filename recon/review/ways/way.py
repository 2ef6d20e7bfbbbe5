"""What a way out is: a change by a figure, counted in steps, or one that is made or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from recon.review.worlds import World

FOLLOWS = frozenset({"extension_error", "invoice_total_variance", "tax_unproven", "tax_variance"})
"""What follows from a corrected invoice's figures: whoever corrects one corrects its tax and totals."""


@dataclass(frozen=True)
class Way:
    """A change by a figure: how it is told of it, the step it is counted in, a first guess, and the world it makes."""

    told: str
    step: Decimal
    guess: Decimal
    made: Callable[[Decimal], World]
    follows: frozenset[str] = frozenset()
    """Codes that are no obstacle: they follow."""


@dataclass(frozen=True)
class Change:
    """A change that is made or not, as another order line; without it the finding is there."""

    told: str
    made: Callable[[], World]
