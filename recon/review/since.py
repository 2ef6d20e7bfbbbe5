"""Since when each finding has been there, and what is new and cleared since the report that lies in the output folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import SEVERITIES
from recon.report.folder.seen import read_seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path


class Since:
    """Gives the findings that could stop a payment the day on which they were first seen, batch by batch, and counts them.

    `before` are those of the report that was there, None where there was none or it does not tell; `day` is that of
    this run, None where nothing is written and so nobody will ask.
    """

    def __init__(self, before: Mapping[str, date] | None, day: date | None) -> None:
        self._before, self._day = before, day
        self._days: dict[str, date] = {}

    @classmethod
    def report(cls, directory: Path | None, day: date) -> Since:
        """Compare with the report in a folder."""
        return cls(None, None) if directory is None else cls(read_seen(directory), day)

    def __call__(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Return the frames of a batch with `first_seen` filled in: the day that is known, else this run's."""
        if self._day is None:
            return frames
        found, before = frames["discrepancies"], self._before or {}
        stops = pl.col("severity").is_in(SEVERITIES[1:])
        names = found.filter(stops).get_column("subject_id").unique().to_list()
        days = {name: min(before.get(name, self._day), self._day) for name in names}
        self._days.update(days)  # batches come from several threads
        first = pl.col("subject_id").replace_strict(days, default=None, return_dtype=pl.Date) if days else None
        return {**frames, "discrepancies": found.with_columns(first_seen=pl.when(stops).then(first))}

    @property
    def seen(self) -> dict[str, date]:
        """What was seen in the batches so far, subject -> the day on which it was first; picklable."""
        return self._days

    def see(self, seen: Mapping[str, date]) -> None:
        """Add what another saw of other batches."""
        self._days.update(seen)

    def told(self) -> Mapping[str, int]:
        """Return, after the last batch, how many are `new` and `cleared`; nothing where there was no earlier report."""
        if self._before is None:
            return {}
        later, before = self._days.keys(), self._before.keys()
        return {"new": len(later - before), "cleared": len(before - later)}
