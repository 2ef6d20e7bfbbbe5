"""Where a report goes: a folder today; anything that can be begun, filled and published whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar

from recon.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import polars as pl

    from recon.ledger.reconcile import Outcome


class Target(Protocol):
    """A place for a report; `abandon` ends it, published or not."""

    def begin(self) -> None:
        """Check, before anything is computed, that a report can go there, and keep other runs out. Raises OutputError."""

    def add(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Take rows of the published frames by name, after those before. Raises OutputError."""

    def publish(self, outcome: Outcome, started: datetime) -> None:
        """Show readers what was added, in one step; `started` (UTC) is when the run began.

        Raises OutputError where that is not possible, InvariantError where the figures do not add up.
        """

    def abandon(self) -> None:
        """Remove what was not published and let the next run in."""


_Some = TypeVar("_Some", bound=Target)


@contextmanager
def begun(target: _Some) -> Iterator[_Some]:
    """Begin a target and, whatever comes, let go of it in the end."""
    target.begin()
    try:
        yield target
    finally:
        target.abandon()


def check_conservation(outcome: Outcome) -> None:
    """Raise InvariantError unless, per currency, what was read equals what is reported."""
    for currency, entry in outcome.summary["conservation"].items():
        if Decimal(entry["in"]) - Decimal(entry["out"]) or Decimal(entry["difference"]):
            raise InvariantError(f"{currency}: {entry['in']} was read, {entry['out']} is reported")
