"""Month-end as a job: rules and a period -> a folder of its frames, and which exit code they stand for."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recon.engine.disk import cannot_write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from decimal import Decimal

    import polars as pl

    from recon.close.month_end import MonthEnd
    from recon.ledger.reconcile import Outcome
    from recon.report.folder.publish import Output
    from recon.rules.rule import Rules
    from recon.run.job import Allowance, Doing

UNEXPLAINED = 1
TREND = "kpi_trend.parquet"
"""Written whatever the formats are: the next period of the same folder goes on from it."""
PAGES = ("xlsx", "html")
FORMATS = ("csv", "parquet", "json", *PAGES)


@dataclass(frozen=True)
class CloseJob:
    """What is asked for: everything booked by the end of the period's last day."""

    period: tuple[date, date]
    output: Path | None
    formats: tuple[str, ...]
    max_unexplained: Decimal
    max_rejects: Allowance
    reports: Path | None = None
    """The folder of `recon run`: with those before it, what became of its findings."""


@dataclass(frozen=True)
class Closed:
    """How it ended: 0, 1 where more is unexplained than may be, 3 where more rows could not be read than may be."""

    code: int
    month_end: MonthEnd


def close(job: CloseJob, rules: Rules, doing: Doing = lambda _: nullcontext()) -> Closed:
    """Do the job; the folder is checked and locked before anything is read, and replaced whole or not at all.

    Raises a ReconError where nothing can be published.
    """
    from recon.report.folder.publish import prepare

    started = datetime.now(UTC)
    with prepare(job.output) if job.output else nullcontext() as output:
        done = _closed(job, rules, output, doing)
        if output is not None:
            _publish(done, output, job, started)
    return Closed(_code(done, job), done)


def _closed(job: CloseJob, rules: Rules, output: Output | None, doing: Doing) -> MonthEnd:
    """Return the month-end; of a large ledger the lines wait beside what is to be published."""
    from recon.close.month_end import month_end
    from recon.read import read_sources, size
    from recon.run.batch import LARGE_BYTES
    from recon.run.month_end_large import closed_on_disk
    from recon.run.sightings import sightings

    runs = sightings(job.reports) if job.reports else []
    if size(rules) < LARGE_BYTES:
        with doing("reading the sources"):
            sources = read_sources(rules)
        with doing("closing the period"):
            return month_end(sources, rules, job.period, runs)
    place = output.temporary if output else None
    with doing("closing the period"), tempfile.TemporaryDirectory(prefix="rows-", dir=place) as folder:
        return closed_on_disk(rules, job.period, Path(folder), runs)


def frames_of(done: MonthEnd) -> dict[str, pl.DataFrame]:
    """Return the frames of a month-end by name."""
    return {one.name: getattr(done, one.name) for one in fields(done) if one.name != "done"}


def unexplained(done: MonthEnd) -> Mapping[str, Decimal]:
    """Return, by company, account and currency in words, what no step of the tie-out explains."""
    rows = done.tie_out.filter(done.tie_out["step"] == "unexplained").iter_rows(named=True)
    return {" ".join(filter(None, (row["company"], row["account"], row["currency"]))): row["amount"] for row in rows}


def _code(done: MonthEnd, job: CloseJob) -> int:
    from recon.run.batch import TOO_MANY_REJECTS

    summary = done.done.summary
    rows = sum(source["rows"] for source in summary["inputs"].values())
    if job.max_rejects.exceeded(summary["rejects"], rows):
        return TOO_MANY_REJECTS
    return UNEXPLAINED if any(abs(rest) > job.max_unexplained for rest in unexplained(done).values()) else 0


def _publish(done: MonthEnd, output: Output, job: CloseJob, started: datetime) -> None:
    from recon.report.folder.manifest import manifest
    from recon.report.formats.data import FrameFiles, mask, write_object
    from recon.report.journals.register import journal_file

    try:
        frames = {name: mask(frame) for name, frame in frames_of(done).items()}
        frames["kpi_trend"] = _trend(frames["kpis"], output.directory / TREND)
        frames["kpi_trend"].write_parquet(output.temporary / TREND)
        for kind in job.formats:
            if kind in PAGES:
                _page(kind)(frames, done.done, job.period, output.temporary / f"month_end.{kind}")
                continue
            files = FrameFiles(output.temporary, kind)
            files.add(frames)
            files.close(done.done, "hold")
        rules = done.done.rules
        target = rules.close.journal.target
        for name, content in (
            journal_file(target).write(frames["journal"], rules.base_currency) if target else {}
        ).items():
            (output.temporary / name).write_bytes(content)
        told = manifest(done.done, output.temporary, started, datetime.now(UTC))
        first, last = (day.isoformat() for day in job.period)
        write_object({**told, "period": {"first": first, "last": last}}, output.temporary / "manifest.json")
        output.publish()
    except OSError as error:
        raise cannot_write(output.directory, error) from error


def _page(kind: str) -> Callable[[Mapping[str, pl.DataFrame], Outcome, tuple[date, date], Path], None]:
    """Return what writes a page of this format; what writes the others is not loaded."""
    if kind == "xlsx":
        from recon.report.month_end.workbook import write_month_end

        return write_month_end
    from recon.report.month_end.page import write_page

    return write_page


def _trend(kpis: pl.DataFrame, before: Path) -> pl.DataFrame:
    """Return the figures of the whole, period by period: those of this one and what the folder has of others."""
    import polars as pl

    own = kpis.filter(pl.col("scope") == "all")
    old = pl.read_parquet(before) if before.is_file() else own.clear()
    known = old if old.schema == own.schema else own.clear()
    others = known.filter(~pl.col("period").is_in(own["period"].unique().implode()))
    return pl.concat([others, own]).sort("name", "grain", "currency", "period")
