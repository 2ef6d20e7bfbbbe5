"""`recon suppliers`: which suppliers need a person, and what that person decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.options import RulesArgument
from recon.cli.stdout import say
from recon.errors import RulesError

if TYPE_CHECKING:
    import polars as pl

app = typer.Typer(rich_markup_mode=None)

_LINKS = {
    "state": "State",
    "given_id": "Id given",
    "given_name": "Name given",
    "supplier_id": "Taken for",
    "runner_up_id": "Nearest",
    "score": "Score",
    "lines": "Lines",
    "amount": "Amount",
    "reason": "Why",
}
_CHECKS = {
    "finding": "Finding",
    "supplier_id": "Supplier",
    "other_id": "Other",
    "value": "Value",
    "message": "What it is",
}


@app.command()
def review(rules: RulesArgument) -> int:
    """List the suppliers that need a person, by amount, and what in the supplier data contradicts itself."""
    from recon.cli.job import load
    from recon.ledger.reconcile import reconcile
    from recon.read import read_sources
    from recon.review import suppliers

    loaded = load(rules)
    sources = read_sources(loaded)
    reconciliation = reconcile(sources, loaded)
    _section("Suppliers that need a person", suppliers.review(reconciliation), _LINKS)
    say("")
    _section("What does not fit together", suppliers.checks(sources, reconciliation), _CHECKS)
    return 0


@app.command()
def accept(
    aliases: Annotated[
        Path, typer.Argument(metavar="ALIASES", help="The alias file (YAML) to add to; made if it is not there.")
    ],
    decisions: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=ID", help="A name as written, and whose it is.")
    ] = None,
    workbook: Annotated[
        Path | None,
        typer.Option("--from", metavar="XLSX", help="Take the decisions from the sheet Suppliers of a report."),
    ] = None,
) -> int:
    """Write decided names into the alias file, which a rules file names under `suppliers: {aliases: ...}`."""
    from recon.review import alias_file

    decided = alias_file.decisions_in_workbook(workbook) if workbook is not None else {}
    added = alias_file.accept(aliases, decided | _given(decisions or []))
    say("\n".join([f"{aliases}: {len(added)} new", *(f"  {name}" for name in added)]))
    return 0


def _given(texts: list[str]) -> dict[str, str]:
    pairs = [text.rpartition("=") for text in texts]
    for text, (name, _, supplier_id) in zip(texts, pairs, strict=True):
        if not name.strip() or not supplier_id.strip():
            raise RulesError(f"{text!r} is not a name and a supplier id", hint='As "Lindqvist AB=100007".')
    return {name.strip(): supplier_id.strip() for name, _, supplier_id in pairs}


def _section(title: str, frame: pl.DataFrame, columns: dict[str, str]) -> None:
    from recon.cli.terminal import columns as terminal_columns
    from recon.report.formats.table import table

    say(f"{title}: {frame.height or 'none'}")
    if frame.height:
        say(table(frame, columns, terminal_columns()))
