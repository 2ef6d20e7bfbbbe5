"""The main job: rules -> sources -> reconciliation -> report, and which exit code the result stands for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.cli.log import Facts, logged
from recon.cli.options import FAIL_ON, Allowance, allowance, choice, choices, day
from recon.cli.progress import doing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    import polars as pl

    from recon.reconcile import Reconciliation
    from recon.rules import Rules

FINDINGS = 1
TOO_MANY_REJECTS = 3


@dataclass(frozen=True)
class Job:
    """What the command line asks for, understood."""

    rules: Path
    output: Path | None
    formats: tuple[str, ...]
    as_of: date | None
    fail_on: str
    max_rejects: Allowance
    quiet: bool = False
    log_file: Path | None = None
    settled: frozenset[str] = field(default_factory=frozenset)
    """Discrepancy ids that no longer count: known from a baseline, or decided by a reviewer."""


def job(
    rules: Path,
    output: Path | None,
    formats: str,
    as_of: str | None,
    fail_on: str,
    max_rejects: str,
    quiet: bool,
    log_file: Path | None,
) -> Job:
    """Return the job that the words of the command line describe. Raises RulesError for the first that means nothing."""
    from recon.report import FORMATS

    return Job(
        rules,
        output,
        choices(formats, FORMATS, "--format"),
        day(as_of),
        choice(fail_on, FAIL_ON, "--fail-on"),
        allowance(max_rejects),
        quiet,
        log_file,
    )


def perform(job: Job, show: Callable[[Reconciliation], None]) -> int:
    """Do the job and return its exit code; `show` prints the result, after the report is published."""
    facts: Facts = {"rules": job.rules}
    with logged(job.log_file, facts):
        reconciliation = _reconciled(job)
        facts |= _counts(reconciliation)
        if job.output is not None:
            with doing("writing the report", quiet=job.quiet):
                _write(reconciliation, job.output, job.formats)
        code = facts["exit"] = _verdict(reconciliation, job)
        if not job.quiet:
            show(reconciliation)
    return code


def load(path: Path) -> Rules:
    """Return the rules in the file, or on standard input where it is `-`; those find their sources from here."""
    from recon.read.rules_file import load_rules, parse_rules

    return parse_rules(sys.stdin.buffer.read(), path) if str(path) == "-" else load_rules(path)


def counting(discrepancies: pl.DataFrame, job: Job) -> pl.DataFrame:
    """Return the discrepancies that `--fail-on` counts: severe enough, and not settled."""
    import polars as pl

    severe = FAIL_ON[FAIL_ON.index(job.fail_on) :] if job.fail_on != "never" else ()
    return discrepancies.filter(pl.col("severity").is_in(severe), ~pl.col("discrepancy_id").is_in(list(job.settled)))


def _reconciled(job: Job) -> Reconciliation:
    rules = load(job.rules)
    with doing("reading the sources", quiet=job.quiet):
        from recon import read_sources

        sources = read_sources(rules)
    with doing("matching", quiet=job.quiet):
        from recon import reconcile

        return reconcile(sources, rules, as_of=job.as_of)


def _write(reconciliation: Reconciliation, output: Path, formats: tuple[str, ...]) -> None:
    from recon import write_reports

    write_reports(reconciliation, output, formats)


def _verdict(reconciliation: Reconciliation, job: Job) -> int:
    rows = sum(source["rows"] for source in reconciliation.summary["inputs"].values())
    if job.max_rejects.exceeded(reconciliation.summary["rejects"], rows):
        return TOO_MANY_REJECTS
    return 0 if counting(reconciliation.discrepancies, job).is_empty() else FINDINGS


def _counts(reconciliation: Reconciliation) -> Facts:
    summary = reconciliation.summary
    rows = {name: source["rows"] for name, source in summary["inputs"].items()}
    decisions = {
        decision: sum(money["count"] for money in by_currency.values())
        for decision, by_currency in summary["invoices"].items()
    }
    return {**rows, "rejects": summary["rejects"], **decisions, "discrepancies": reconciliation.discrepancies.height}
