"""`recon baseline`: the findings that are known and accepted, as a file for `check --baseline`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.job import load
from recon.cli.options import RulesArgument, day, who
from recon.cli.progress import doing
from recon.cli.stdout import say, shown
from recon.errors import OutputError

if TYPE_CHECKING:
    import polars as pl

app = typer.Typer(rich_markup_mode=None)
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The baseline: JSON lines, made for git.")]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="Why they are accepted.")]
UntilOption = Annotated[str | None, typer.Option(metavar="DATE", help="The last day on which they are.")]
ByOption = Annotated[str | None, typer.Option(metavar="NAME", envvar="RECON_USER", help="Who accepts them.")]


@app.command()
def write(
    rules: RulesArgument, file: FileArgument, reason: ReasonOption = "", until: UntilOption = None, by: ByOption = None
) -> int:
    """Write what is found now, hold and review, as the baseline of later checks; a file that is there is not replaced."""
    from recon.review import baseline

    if file.exists():
        raise OutputError("there is a baseline already", str(file), "`recon baseline update` changes it.")
    entries = baseline.accepted(_found(rules), _said(reason, until, by))
    baseline.write(file, entries)
    say(f"{file}: {len(entries)} accepted")
    return 0


@app.command()
def update(
    rules: RulesArgument, file: FileArgument, reason: ReasonOption = "", until: UntilOption = None, by: ByOption = None
) -> int:
    """Bring a baseline up to what is found now: what is new is accepted, what no longer occurs goes and is told."""
    from recon.review import baseline

    before = baseline.read(file)
    entries = baseline.accepted(_found(rules), _said(reason, until, by), before)
    baseline.write(file, entries)
    names = {entry["subject_id"] for entry in entries}
    gone = [entry for entry in before if entry["subject_id"] not in names]
    new = len(names - {entry["subject_id"] for entry in before})
    lines = [
        f"  gone: {entry['code']} {entry['invoice_number'] or entry['po_number'] or ''} ({entry['subject_id']})"
        for entry in gone
    ]
    say(shown("\n".join([f"{file}: {len(entries)} accepted, {new} of them new, {len(gone)} no longer occur", *lines])))
    return 0


def _said(reason: str, until: str | None, by: str | None) -> dict[str, str]:
    last = day(until, "--until")
    return {
        "reason": reason,
        "accepted_by": who(by),
        "expires": last.isoformat() if last else "",
    }


def _found(rules: Path) -> pl.DataFrame:
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources

    loaded = load(rules)
    with doing("reading and matching"):
        return reconcile(read_sources(loaded), loaded).discrepancies
