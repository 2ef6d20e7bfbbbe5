"""What is new and what is cleared since the report that lies in the output folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import SEVERITIES
from recon.errors import SourceError
from recon.review.earlier import earlier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Since:
    """Counts, batch by batch, the subjects that could stop a payment against those of an earlier report."""

    def __init__(self, before: frozenset[str] | None) -> None:
        self._before = before
        self._met: set[str] = set()
        self._new: list[int] = []

    @classmethod
    def report(cls, directory: Path | None) -> Since:
        """Compare with the report in a folder; with nothing where there is none that can be read."""
        try:
            return cls(
                None if directory is None or not directory.is_dir() else frozenset(_names(earlier(directory).found))
            )
        except SourceError:
            return cls(None)

    def __call__(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Count the discrepancies of a batch, and return its frames as they are."""
        if self._before is not None:
            names = set(_names(frames["discrepancies"]))
            self._new.append(len(names - self._before))  # batches come from several threads
            self._met.update(names & self._before)
        return frames

    @property
    def seen(self) -> tuple[list[int], set[str]]:
        """What was seen of the batches so far: how many are new, and which were met again; picklable."""
        return self._new, self._met

    def see(self, seen: tuple[list[int], set[str]]) -> None:
        """Add what another saw of other batches."""
        self._new += seen[0]
        self._met |= seen[1]

    def told(self) -> Mapping[str, int]:
        """Return, after the last batch, how many are `new` and `cleared`; nothing where there was no earlier report."""
        return {} if self._before is None else {"new": sum(self._new), "cleared": len(self._before - self._met)}


def _names(found: pl.DataFrame) -> list[str]:
    return found.filter(pl.col("severity").is_in(SEVERITIES[1:]))["subject_id"].to_list()
