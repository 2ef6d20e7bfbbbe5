"""`recon check`: the gate for scheduled runs and pipelines; exits 1 on what should stop a payment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import asked, decided_in, do, paid
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
    choice,
)
from recon.errors import RulesError
from recon.run.batch import counting

if TYPE_CHECKING:
    from recon.ledger.reconcile import Outcome


def check(
    rules: RulesArgument,
    output: OutputOption = None,
    style: Annotated[
        str,
        typer.Option(
            "--format", metavar="table|junit|github", envvar="RECON_CHECK_FORMAT", help="How to print what counts."
        ),
    ] = "table",
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", envvar="RECON_BASELINE", help="An earlier report: only what is new since then counts."
        ),
    ] = None,
    as_of: AsOfOption = None,
    fail_on: FailOnOption = "hold",
    max_rejects: MaxRejectsOption = "0",
    decisions: DecisionsOption = None,
    quiet: QuietOption = False,
    log_file: LogFileOption = None,
) -> int:
    """Exit 1 if anything should stop a payment; writes nothing unless told.

    The same run as `recon run`, as a gate: with --baseline, only discrepancies that the earlier report lacks count.
    """
    from recon.report.formats.findings import STYLES, words

    choice(style, tuple(row.name for row in STYLES), "--format")
    if output == STDOUT:
        raise RulesError("a check prints what counts; the report needs a folder", "-o", "As -o report.")
    what = asked(rules, output, "xlsx,json", as_of, fail_on, max_rejects, quiet, log_file)
    job = replace(what.job, settled=_known(baseline) | paid(decided_in(decisions)), all_at_once=True)

    def told(outcome: Outcome) -> str:
        return words(counting(outcome.discrepancies, job), style, rules.parent)

    return do(replace(what, job=job), told)


def _known(baseline: Path | None) -> frozenset[str]:
    from recon.review.decisions import known_discrepancies

    return frozenset() if baseline is None else known_discrepancies(baseline)
