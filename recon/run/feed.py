"""Feeds as a job: rules -> a folder of tables for models, what is unusual, suggested accounts, and what they are."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from recon.engine.disk import cannot_write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import polars as pl

    from recon.close.feeds.feeds import Feeds
    from recon.close.feeds.planted import Seen
    from recon.report.folder.publish import Output
    from recon.rules.rule import Rules
    from recon.run.job import Allowance, Doing
    from recon.tables import Sources

FORMATS = ("parquet", "csv")
TRAIN_PERCENT = 80
SHORTEST_VAT_ID = 7
"""What is shorter is no VAT id of any country, and may be part of anything."""


@dataclass(frozen=True)
class FeedJob:
    """What is asked for: everything booked by the end of `as_of`, or all."""

    output: Path | None
    formats: tuple[str, ...]
    as_of: date | None
    max_rejects: Allowance
    planted: bool


@dataclass(frozen=True)
class Fed:
    """How it ended: 0, or 3 where more rows could not be read than may be; `seen` where errors were planted."""

    code: int
    feeds: Feeds
    seen: Seen | None


def feed(job: FeedJob, rules: Rules, doing: Doing = lambda _: nullcontext()) -> Fed:
    """Do the job; the folder is replaced whole or not at all. Raises a ReconError where nothing can be published."""
    from recon.close.feeds.feeds import feeds
    from recon.close.feeds.lines import item_lines
    from recon.close.feeds.planted import seen
    from recon.read import read_sources
    from recon.report.folder.publish import prepare

    started = datetime.now(UTC)
    with prepare(job.output) if job.output else nullcontext() as output:
        with doing("reading the sources"):
            sources = read_sources(rules)
        with doing("making the feeds"):
            made = feeds(sources, rules, job.as_of)
            how_well = seen(item_lines(made.done, sources, rules), rules) if job.planted else None
        if output is not None:
            _publish(made, output, job, sources, started)
    return Fed(_code(made, job), made, how_well)


def tables(made: Feeds) -> dict[str, pl.DataFrame]:
    """Return the frames by name, as they are published."""
    from recon.close.feeds.tables import ANOMALIES, FEEDS, GL_SUGGESTIONS

    return {table.name: getattr(made, table.name) for table in (*FEEDS, ANOMALIES, GL_SUGGESTIONS)}


def _code(made: Feeds, job: FeedJob) -> int:
    from recon.run.batch import TOO_MANY_REJECTS

    summary = made.done.summary
    rows = sum(source["rows"] for source in summary["inputs"].values())
    return TOO_MANY_REJECTS if job.max_rejects.exceeded(summary["rejects"], rows) else 0


def _publish(made: Feeds, output: Output, job: FeedJob, sources: Sources, started: datetime) -> None:
    from recon.report.folder.manifest import manifest
    from recon.report.formats.data import FrameFiles, write_object

    try:
        frames = {name: masked(frame, sources) for name, frame in tables(made).items()}
        for kind in job.formats:
            files = FrameFiles(output.temporary, kind)
            files.add(frames)
            files.close(made.done, "hold")
        write_object(described(made, frames), output.temporary / "dataset.json")
        write_object(
            manifest(made.done, output.temporary, started, datetime.now(UTC)), output.temporary / "manifest.json"
        )
        output.publish()
    except OSError as error:
        raise cannot_write(output.directory, error) from error


def masked(frame: pl.DataFrame, sources: Sources) -> pl.DataFrame:
    """Return a frame with no bank account to read, and each VAT id that the sources name under a name that does not tell it."""
    from hashlib import blake2b

    import polars as pl

    from recon.report.formats.data import mask

    given = [
        sources.invoice_lines["supplier_vat_id"],
        sources.order_lines["supplier_vat_id"],
        sources.suppliers["vat_id"],
    ]
    known = pl.concat(given).drop_nulls().unique().sort()
    known = known.filter(known.str.len_chars() >= SHORTEST_VAT_ID)
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    hidden = [f"VAT-{blake2b(text.encode(), digest_size=4).hexdigest()}" for text in known]
    return mask(frame).with_columns(
        pl.col(name).str.replace_many(known.to_list(), hidden) for name in texts if known.len()
    )


def described(made: Feeds, frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Return dataset.json: of each table its columns, rows and split by time, and what must be known before it is used."""
    from recon import __version__
    from recon.close.feeds.tables import ANOMALIES, FEEDS, GL_SUGGESTIONS

    declared = {table.name: table for table in (*FEEDS, ANOMALIES, GL_SUGGESTIONS)}
    told = made.gl_measured
    return {
        "recon": __version__,
        "rules_sha256": made.done.rules.digest,
        "base_currency": made.done.rules.base_currency,
        "time": "event_at: the date of the document; known_at: the day it was booked. Features count what was known before known_at.",
        "personal_data": "No bank accounts; VAT ids are masked. Descriptions and names of buyers are as the sources have them.",
        "labels": "Columns that begin with label_ are known later and are no features; null: not known yet.",
        "gl_accounts_measured": told._asdict(),
        "tables": {
            name: {
                "rows": frame.height,
                "columns": {
                    column: {"kind": kind.name, "type": str(kind.dtype)}
                    for column, kind in declared[name].kinds.items()
                },
                **split(frame),
            }
            for name, frame in frames.items()
        },
    }


def split(frame: pl.DataFrame) -> dict[str, date | None]:
    """Return the last day to train on, with about four in five of the rows, and the first to test on: never by chance."""
    days = frame["known_at"].drop_nulls().sort()
    if days.is_empty():
        return {"first_known": None, "last_known": None, "train_until": None, "test_from": None}
    until = days[max(0, days.len() * TRAIN_PERCENT // 100 - 1)]
    later = days.filter(days > until)
    return {
        "first_known": days[0],
        "last_known": days[-1],
        "train_until": until,
        "test_from": later[0] if later.len() else None,
    }
