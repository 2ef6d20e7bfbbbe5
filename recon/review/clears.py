"""The smallest change that clears a finding, found by matching again: one step less does not clear it."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import TYPE_CHECKING

from recon.ledger.summary import plain
from recon.review.ways.of_code import ways
from recon.review.ways.way import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.review.worlds import Row, World

_MOST_STEPS = 40
"""How often a search halves what is left: a step is found among a million millions."""
_MOST_TOLD = 5


def smallest_changes(world: World, finding: Row, row: Row | None) -> list[str]:
    """Return the changes that clear a finding on a row, each verified: it clears it, and a step less does not.

    A change that brings another finding which could stop a payment to the row clears nothing; where no other is
    known, what it brings is told with it.
    """
    if row is None:
        return []
    before = world.codes(finding)
    if finding["code"] not in before:
        return []  # what is found by the whole of a ledger cannot be tried on a part of it
    rest = before - {finding["code"]}
    whole: list[str] = []
    in_part: list[tuple[int, str]] = []
    for way in ways(world, finding, row):
        if isinstance(way, Way):
            least = _least(way, partial(_is_cleared, finding, rest))
            if least is not None:
                whole.append(way.told.format(plain(least)))
            continue
        after = way.made().codes(finding)
        if after <= rest:
            whole.append(way.told)
        elif finding["code"] not in after:
            in_part.append((len(after - before), f"{way.told} (then {', '.join(sorted(after - before))})"))
    least_left = min(in_part, default=(0, ""))[0]
    return (whole or [told for left, told in in_part if left == least_left])[:_MOST_TOLD]


def _is_cleared(finding: Row, rest: frozenset[str], made: World, follows: frozenset[str]) -> bool:
    return made.codes(finding) <= rest | (follows - {finding["code"]})


def _least(way: Way, clears: Callable[[World, frozenset[str]], bool]) -> Decimal | None:
    """Return the least multiple of the step that clears, or None where none of them does."""

    def enough(steps: int) -> bool:
        return clears(way.made(steps * way.step), way.follows)

    guess = max(1, int((way.guess / way.step).to_integral_value(ROUND_CEILING)))
    if enough(guess):
        if guess == 1 or not enough(guess - 1):
            return guess * way.step
        low, high = 0, guess - 1
    else:
        low, high = guess, guess * 2
        if not enough(high):
            return None
    for _ in range(_MOST_STEPS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high * way.step
