"""`recon run`: the main job."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import decided_in, job, paid, perform
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
    from recon.reconcile import Outcome


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
    asked = job(rules, output, formats, as_of, fail_on, max_rejects, quiet, log_file)
    decided = decided_in(decisions)
    asked = replace(asked, settled=paid(decided), decided=frozenset(decided))
    if output == STDOUT:
        return perform(replace(asked, output=None), _as_json, asked_for=True)
    return perform(asked, lambda found: _with_decisions(found, decided) if decided else summary(found))


def summary(outcome: Outcome) -> str:
    """Return what a person wants to know first: totals, and the discrepancies with the most money in them."""
    from recon.cli.terminal import on_terminal
    from recon.report.console import print_summary

    return on_terminal(lambda console: print_summary(outcome, console))


def _with_decisions(outcome: Outcome, decided: dict[str, str]) -> str:
    there = outcome.discrepancies.get_column("discrepancy_id").to_list()
    counts = Counter(decided[identity] for identity in there if identity in decided)
    told = ", ".join(f"{counts[decision]} {decision}" for decision in sorted(counts)) or "none of those found now"
    gone = len(decided) - counts.total()
    ending = f"; {gone} no longer found" if gone else ""
    return f"{summary(outcome)}\nDecided by a reviewer: {told}{ending}"


def _as_json(outcome: Outcome) -> str:
    import json

    return json.dumps(outcome.summary, ensure_ascii=False, indent=2)
