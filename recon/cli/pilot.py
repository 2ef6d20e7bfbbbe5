"""`recon pilot`: what the old process decided beside what these rules do, and whether the criteria hold."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from recon.cli.job import load
from recon.cli.options import AsOfOption, OutputOption, QuietOption, RulesArgument, amount, day
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.run.pilot import PilotJob, sheets
from recon.run.pilot import pilot as do

OldOption = Annotated[
    Path,
    typer.Option(
        "--old",
        metavar="FILE",
        help="What the old process decided: invoice_number, decision, supplier_id or supplier_name, decided_on, decided_by.",
    ),
]
CategoryOption = Annotated[str | None, typer.Option(metavar="C", help="Only invoices with a line of this category.")]
LabelsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Labelled disagreements of an earlier cycle; those in DIR by default."),
]
SampleOption = Annotated[
    int,
    typer.Option(
        metavar="N", min=0, help="After the start: draw N paid invoices of the week to --as-of for a person to judge."
    ),
]
AsDecidedOption = Annotated[
    bool, typer.Option("--as-decided", help="Judge each invoice by what was booked on the day of its old decision.")
]
MaterialityOption = Annotated[str, typer.Option(metavar="AMOUNT", help="Disagreements up to this need no label.")]
GateOption = Annotated[bool, typer.Option("--gate", help="Exit 1 where a criterion fails.")]


def pilot(
    rules: RulesArgument,
    old: OldOption,
    output: OutputOption = None,
    category: CategoryOption = None,
    labels: LabelsOption = None,
    as_of: AsOfOption = None,
    sample: SampleOption = 0,
    as_decided: AsDecidedOption = False,
    materiality: MaterialityOption = "0",
    gate: GateOption = False,
    quiet: QuietOption = False,
) -> int:
    """Hold the old process's decisions against those of these rules: agreement, disagreements by kind, criteria, a sign-off sheet.

    A leak was paid and would be held, a release was held and would be paid. Label disagreements in disagreements.csv (new_right,
    old_right, both_defensible, data, timing): the next run into the same folder keeps the labels.
    """  # fmt: skip
    job = PilotJob(
        old, output, labels, category, day(as_of), amount(materiality, "--materiality"), gate, sample, as_decided
    )
    made = do(job, load(rules), partial(doing, quiet=quiet))
    if not quiet:
        from recon.report.formats.difference import as_text

        say(shown(as_text(sheets(made))))
        if not made.touched:
            say("\nThe old decisions do not say who made them: an old pay is no first pass.")
        if output is not None:
            say(f"\nThe sign-off sheet: {output / 'signoff.md'}")
    return made.code
