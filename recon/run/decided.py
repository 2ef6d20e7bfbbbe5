"""What is laid over the results of a run, batch by batch: what people decided, and what is new since the former report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from recon.ledger.whole import Decided
    from recon.review.effect import Effect
    from recon.review.since import Since
    from recon.run.job import Told


_OF_ROWS = ("invoice_lines", "order_lines", "receipt_lines")


class Counting:
    """What is laid over the results, while the rows that have gone through are told."""

    def __init__(self, decided: Decided) -> None:
        self._decided = decided
        self._rows: list[int] = []
        self.told: Told | None = None
        self.total = 0

    def __call__(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Return the frames of a batch with what was decided filled in."""
        decided = self._decided(frames)
        if self.told is not None:
            self._rows.append(sum(frames[name].height for name in _OF_ROWS))  # batches come from several threads
            self.told(sum(self._rows), self.total)
        return decided


@dataclass(frozen=True)
class DecidedBy:
    """Both, as one call; picklable: a worker's copy lays them over its batches, and the driver sees what that one saw."""

    effect: Effect
    since: Since

    def __call__(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Return the frames of a batch with what was decided filled in."""
        return self.since(self.effect(frames))

    @property
    def seen(self) -> tuple[Any, Any]:
        """What was seen of the batches so far; picklable."""
        return self.effect.seen, self.since.seen

    def see(self, seen: tuple[Any, Any]) -> None:
        """Add what another saw of other batches."""
        self.effect.see(seen[0])
        self.since.see(seen[1])
