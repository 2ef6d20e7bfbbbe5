"""Since when each finding has been there, and what is new and cleared since the report that lies in the output folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import SEVERITIES
from recon.engine.joins import only
from recon.engine.memory import detached
from recon.report.folder.seen import read_seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

_NOTHING = pl.DataFrame(schema={"subject_id": pl.String, "first_seen": pl.Date})


class Since:
    """Gives the findings that could stop a payment the day on which they were first seen, batch by batch, and counts them.

    `before` are those of the report that was there, None where there was none or it does not tell; `day` is that of
    this run, None where nothing is written and so nobody will ask.
    """

    def __init__(self, before: Mapping[str, date] | None, day: date | None) -> None:
        self._before, self._day = before, day
        self._seen: list[pl.DataFrame] = []

    @classmethod
    def report(cls, directory: Path | None, day: date) -> Since:
        """Compare with the report in a folder."""
        return cls(None, None) if directory is None else cls(read_seen(directory), day)

    def __call__(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Return the frames of a batch with `first_seen` filled in: the day that is known, else this run's."""
        if self._day is None:
            return frames
        found, day = frames["discrepancies"], pl.lit(self._day)
        if self._before:
            known = pl.Series(map(self._before.get, found["subject_id"]), dtype=pl.Date)
            day = pl.min_horizontal(pl.lit(known), day)
        stops = pl.col("severity").is_in(SEVERITIES[1:])
        told = found.with_columns(first_seen=pl.when(stops).then(day))
        self.see(detached(_stopping(told)))
        return {**frames, "discrepancies": told}

    @property
    def seen(self) -> pl.DataFrame:
        """What was seen in the batches so far, each `subject_id` with the day on which it first was; picklable."""
        return pl.concat([_NOTHING, *self._seen]).unique()

    def see(self, seen: pl.DataFrame) -> None:
        """Add what was seen of other batches."""
        self._seen.append(seen)  # batches come from several threads

    def told(self) -> Mapping[str, int]:
        """Return, after the last batch, how many are `new` and `cleared`; nothing where there was no earlier report."""
        if self._before is None:
            return {}
        seen = self.seen
        known = sum(subject in self._before for subject in seen["subject_id"])
        return {"new": seen.height - known, "cleared": len(self._before) - known}


def _stopping(found: pl.DataFrame) -> pl.DataFrame:
    return only(found, list(_NOTHING.columns)).drop_nulls().unique()
