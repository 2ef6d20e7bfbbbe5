"""`recon run`: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import job, perform
from recon.cli.options import (
    AsOfOption,
    FailOnOption,
    LogFileOption,
    MaxRejectsOption,
    OutputOption,
    QuietOption,
    RulesArgument,
)
from recon.cli.stdout import say

if TYPE_CHECKING:
    from recon.reconcile import Reconciliation

STDOUT = Path("-")


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
    quiet: QuietOption = False,
    log_file: LogFileOption = None,
) -> int:
    """Match invoices with orders and receipts, and say what to pay, to review and to hold.

    Discrepancies are the product of a run, not a failure: it exits 0 unless --fail-on says otherwise.
    With -o - the summary goes to standard output as JSON.
    """
    asked = job(rules, output, formats, as_of, fail_on, max_rejects, quiet, log_file)
    if output == STDOUT:
        return perform(replace(asked, output=None), _show_summary)
    return perform(asked, show)


def show(reconciliation: Reconciliation) -> None:
    """Print what a person wants to know first: totals, and the discrepancies with the most money in them."""
    from recon.cli.terminal import on_terminal
    from recon.report.console import print_summary

    say(on_terminal(lambda console: print_summary(reconciliation, console)))


def _show_summary(reconciliation: Reconciliation) -> None:
    import json

    say(json.dumps(reconciliation.summary, ensure_ascii=False, indent=2))
