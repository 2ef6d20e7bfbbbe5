"""`recon run`: the main job."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import Asked, asked, decided_in, do, paid
from recon.cli.options import (
    STDOUT,
    AsOfOption,
    DecisionsOption,
    FailOnOption,
    LogFileOption,
    MaxRejectsOption,
    OutputOption,
    QuietOption,
    RulesArgument,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from recon.ledger.reconcile import Outcome


def run(
    rules: RulesArgument,
    output: OutputOption = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="F,F",
            envvar="RECON_FORMAT",
            help="xlsx, json, csv, parquet, html or junit; several with commas.",
        ),
    ] = "xlsx",
    as_of: AsOfOption = None,
    fail_on: FailOnOption = "never",
    max_rejects: MaxRejectsOption = "0",
    decisions: DecisionsOption = None,
    quiet: QuietOption = False,
    log_file: LogFileOption = None,
) -> int:
    """Match invoices with orders and receipts, and say what to pay, to review and to hold.

    Discrepancies are the product of a run, not a failure: it exits 0 unless --fail-on says otherwise.
    With -o - the summary goes to standard output as JSON.
    """
    what = asked(rules, output, formats, as_of, fail_on, max_rejects, quiet, log_file)
    decided = decided_in(decisions)
    job = replace(what.job, settled=paid(decided), decided=frozenset(decided))
    if output == STDOUT:
        return do(replace(what, job=replace(job, output=None)), _as_json, asked_for=True)
    what = replace(what, job=job)
    return do(what, lambda found: "\n".join([summary(found).rstrip("\n"), *_after(found, decided, what)]))


def summary(outcome: Outcome) -> str:
    """Return what a person wants to know first: totals, and the discrepancies with the most money in them."""
    from recon.cli.terminal import on_terminal
    from recon.report.formats.console import print_summary

    return on_terminal(lambda console: print_summary(outcome, console))


def _after(outcome: Outcome, decided: Mapping[str, str], what: Asked) -> Iterator[str]:
    """Yield what else is said of a run: what a reviewer decided, and where the report is."""
    if decided:
        yield ""
        yield _decisions(outcome, decided)
    directory = what.job.output
    if directory is not None:
        yield ""
        yield f"The report: {directory / 'report.xlsx' if 'xlsx' in what.job.formats else directory}"


def _decisions(outcome: Outcome, decided: Mapping[str, str]) -> str:
    there = outcome.discrepancies.get_column("discrepancy_id").to_list()
    counts = Counter(decided[identity] for identity in there if identity in decided)
    told = ", ".join(f"{counts[decision]} {decision}" for decision in sorted(counts)) or "none of those found now"
    gone = len(decided) - counts.total()
    return f"Decided by a reviewer: {told}{f'; {gone} no longer found' if gone else ''}"


def _as_json(outcome: Outcome) -> str:
    import json

    return json.dumps(outcome.summary, ensure_ascii=False, indent=2)
