"""Reconciliation -> something to read: a folder of files, written whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.engine.disk import cannot_write
from recon.errors import InvariantError, RulesError, did_you_mean
from recon.report.folder.publish import Output, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from recon.ledger.reconcile import Outcome, Reconciliation
    from recon.rules.rule import Severity

FORMATS = ("xlsx", "json", "csv", "parquet", "html", "junit")
STREAMED_FORMATS = ("json", "csv", "parquet")
"""Those that can be written batch by batch."""

__all__ = [
    "FORMATS",
    "STREAMED_FORMATS",
    "Output",
    "check_formats",
    "prepare",
    "publish_batches",
    "write_batches",
    "write_reports",
]


def write_reports(
    reconciliation: Reconciliation,
    directory: Path | str | Output,
    formats: str | Sequence[str] = ("xlsx",),
    *,
    started: datetime | None = None,
    fail_on: Severity = "hold",
) -> None:
    """Write the report in every format asked for, with `summary.json` and `manifest.json`, and put it in `directory`.

    `formats` is one of `FORMATS` or several. `directory` is replaced in one step and only if recon made it; an `Output` of `prepare` keeps its lock. `started`
    (UTC) is when the run began; an invoice decided `fail_on` or worse fails in the JUnit file.
    Raises OutputError where nothing could be published, InvariantError where the figures do not add up.
    """
    formats = (formats,) if isinstance(formats, str) else formats
    check_formats(formats)
    check_conservation(reconciliation)
    began = started or datetime.now(UTC)
    if isinstance(directory, Output):
        _fill(reconciliation, directory, formats, began, fail_on)
    else:
        with prepare(directory) as output:
            _fill(reconciliation, output, formats, began, fail_on)


def check_formats(formats: Sequence[str]) -> None:
    """Refuse a format that recon does not write."""
    for name in formats:
        if name not in FORMATS:
            known = f"Known: {', '.join(FORMATS)}."
            raise RulesError(f"unknown format '{name}'{did_you_mean(name, list(FORMATS))}", hint=known)


def check_conservation(outcome: Outcome) -> None:
    """Raise InvariantError unless, per currency, what was read equals what is reported."""
    for currency, entry in outcome.summary["conservation"].items():
        if Decimal(entry["in"]) - Decimal(entry["out"]) or Decimal(entry["difference"]):
            raise InvariantError(f"{currency}: {entry['in']} was read, {entry['out']} is reported")


def _fill(
    reconciliation: Reconciliation, output: Output, formats: Sequence[str], started: datetime, fail_on: Severity
) -> None:
    from recon.report.formats.data import FILES, FrameFiles, masked_frames

    with _writing(output):
        frames = masked_frames(reconciliation)
        files = FrameFiles(output.temporary, [name for name in formats if name in FILES])
        files.add(frames)
        files.close()
        for name in formats:
            _render(name, reconciliation, frames, output.temporary, fail_on)
        _finish(reconciliation, output, started)


def write_batches(
    batches: Iterable[Mapping[str, pl.DataFrame]], output: Output, formats: Sequence[str]
) -> Iterator[Mapping[str, pl.DataFrame]]:
    """Yield each batch's frames when they are written: results too large to hold go to disk as they come.

    `formats` are among STREAMED_FORMATS. Nothing is published before `publish_batches`. Raises OutputError.
    """
    from recon.report.formats.data import FrameFiles, mask

    files = FrameFiles(output.temporary, formats)
    for frames in batches:
        with _writing(output):
            files.add({name: mask(frame) for name, frame in frames.items()})
        yield frames
    with _writing(output):
        files.close()


def publish_batches(outcome: Outcome, output: Output, started: datetime) -> None:
    """Put what `write_batches` wrote in its place, with `summary.json` and `manifest.json`. Raises as `write_reports`."""
    check_conservation(outcome)
    with _writing(output):
        _finish(outcome, output, started)


@contextmanager
def _writing(output: Output) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(output.directory, error) from error


def _finish(outcome: Outcome, output: Output, started: datetime) -> None:
    from recon.report.folder.manifest import manifest
    from recon.report.formats.data import write_object

    folder = output.temporary
    write_object(outcome.summary, folder / "summary.json")
    write_object(manifest(outcome, folder, started, datetime.now(UTC)), folder / "manifest.json")
    output.publish()


def _render(
    name: str, reconciliation: Reconciliation, frames: dict[str, pl.DataFrame], folder: Path, fail_on: Severity
) -> None:
    if name == "xlsx":
        from recon.report.excel.book import write_workbook

        write_workbook(reconciliation, frames, folder / "report.xlsx")
    elif name == "html":
        from recon.report.formats.html import write_html

        write_html(reconciliation, frames, folder / "report.html")
    elif name == "junit":
        from recon.report.formats.junit import write_junit

        write_junit(frames, folder / "junit.xml", fail_on)
