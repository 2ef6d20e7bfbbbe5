"""A job: what is asked for of a run, and which of the discrepancies found that makes count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from recon.codes import DECISION_OF, at_least

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    import polars as pl

    from recon.review.changes import Earlier

WORST = 10
"""How many discrepancies a summary tells."""


@dataclass(frozen=True)
class Allowance:
    """How many rejects a run may have: a number of rows, or a percentage of the rows read."""

    number: Decimal
    percent: bool

    def __str__(self) -> str:
        return f"{self.number:f}{'%' if self.percent else ''}"

    def exceeded(self, rejects: int, rows: int) -> bool:
        """Return whether `rejects` of `rows` are more than allowed; exactly as many are not."""
        return rejects * 100 > self.number * rows if self.percent else rejects > self.number


@dataclass(frozen=True)
class Job:
    """What is asked for."""

    output: Path | None
    formats: tuple[str, ...]
    as_of: date | None
    fail_on: str
    max_rejects: Allowance
    baseline: Earlier | None = None
    """What was known earlier: only what is new or worse counts."""
    decisions: Path | None = None
    """A workbook whose decisions are taken over."""
    history: int = 0
    """How many former reports stay beside the output folder."""
    saves: bool = True
    """Whether what is taken over is written into the decisions file."""
    store: bool = False
    """Whether the documents of the store are matched, not the files of the sources."""
    all_at_once: bool = False
    """Whether what is told afterwards needs every discrepancy."""
    engine: str | None = None
    """Whose workers do the work (`run.spread.engines`); None: threads of this process."""
    work: str | Path | None = None
    """The folder, or the address of an object store, that driver and workers share; None: beside the report."""
    address: str | None = None
    """Where at an object store the report of an engine goes, in the place of a folder."""


class Told(Protocol):
    """What is told of how far a stage is."""

    def __call__(self, done: int, total: int) -> None:
        """Tell that `done` rows are done of `total`, which is 0 where that is not known."""


class Doing(Protocol):
    """What is told of a stage while it lasts."""

    def __call__(self, what: str) -> AbstractContextManager[Told | None]:
        """Tell `what` is being done until the block ends; what it yields is told of the rows, None where nobody asks."""


def counting(discrepancies: pl.DataFrame, job: Job) -> pl.DataFrame:
    """Return the discrepancies that `fail_on` counts: severe enough as decided, and new or worse than in the baseline."""
    import polars as pl

    severe = [DECISION_OF[severity] for severity in at_least(job.fail_on)]
    counted = discrepancies.filter(pl.col("effective_decision").is_in(severe))
    return counted if job.baseline is None else job.baseline.new_or_worse(counted)


def spoken_of(found: pl.DataFrame, job: Job) -> pl.DataFrame:
    """Return the discrepancies that are looked at when all are written: the worst, and one that counts."""
    import polars as pl

    from recon.report.ranking import worst_first

    ranked = found.select("severity", "amount_at_risk", "discrepancy_id")
    ids = [*worst_first(ranked)["discrepancy_id"].head(WORST), *counting(found, job)["discrepancy_id"].head(1)]
    return found.filter(pl.col("discrepancy_id").is_in(ids))
