"""`recon check`: the gate for scheduled runs and pipelines; exits 1 on what should stop a payment."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import asked, do
from recon.cli.options import (
    STDOUT,
    AnyRulesArgument,
    AsOfOption,
    DecisionsOption,
    FailOnOption,
    LogFileOption,
    LogFormatOption,
    MaxRejectsOption,
    NotifyOption,
    OutputOption,
    QuietOption,
    choice,
    found_rules,
    today,
)
from recon.codes import at_least
from recon.errors import RulesError
from recon.run.job import counting

if TYPE_CHECKING:
    from recon.ledger.reconcile import Outcome

StyleOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="table|junit|github|markdown|sarif|gitlab",
        envvar="RECON_CHECK_FORMAT",
        help="How to print what counts.",
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE|DIR",
        envvar="RECON_BASELINE",
        help="A baseline or an earlier report: only what is new or worse counts.",
    ),
]


def check(
    rules: AnyRulesArgument = None,
    output: OutputOption = None,
    style: StyleOption = "table",
    baseline: BaselineOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOnOption = "hold",
    max_rejects: MaxRejectsOption = "0",
    decisions: DecisionsOption = None,
    quiet: QuietOption = False,
    log_file: LogFileOption = None,
    log_format: LogFormatOption = "text",
    notify_cmd: NotifyOption = None,
) -> int:
    """Exit 1 if anything should stop a payment; writes nothing unless told.

    The same run as `recon run`, as a gate: with --baseline, only discrepancies that are new or worse count.
    """
    from recon.report.formats.findings import STYLES, words
    from recon.review.earlier import earlier

    choice(style, tuple(row.name for row in STYLES), "--format")
    if output == STDOUT:
        raise RulesError("a check prints what counts; the report needs a folder", "-o", "As -o report.")
    rules = found_rules(rules)
    choice(log_format, ("text", "json"), "--log-format")
    what = asked(rules, output, "xlsx,json", as_of, fail_on, max_rejects, quiet, log_file)
    known = None if baseline is None else earlier(baseline, what.job.as_of or today())
    job = replace(
        what.job,
        baseline=known,
        decisions=decisions,
        saves=output is not None,
        all_at_once=True,
    )

    def told(outcome: Outcome) -> str:
        if known is not None and not quiet:
            print(known.counts(outcome.discrepancies, at_least(fail_on)), file=sys.stderr)
        return words(counting(outcome.discrepancies, job), style, rules.parent)

    return do(replace(what, job=job, log_format=log_format, notify=notify_cmd), told)
