"""The command `recon` and its verbs, a module each."""

from __future__ import annotations

from typing import Annotated

import typer

from recon import __version__
from recon.cli.check import check
from recon.cli.demo import demo
from recon.cli.init import init
from recon.cli.inspect import inspect
from recon.cli.rules import rules_app
from recon.cli.run import run
from recon.cli.stdout import say
from recon.cli.suppliers import suppliers_app

app = typer.Typer(
    name="recon",
    no_args_is_help=True,
    rich_markup_mode=None,  # Rich costs more start-up time than all the rest, for colour in a help text
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Match supplier invoices with purchase orders and goods receipts, and say why each can or cannot be paid.",
    epilog=(
        "Exit codes: 0 done; 1 discrepancies at or above --fail-on; 2 usage or rules; 3 a source, or too many rejects; "
        "4 output; 70 a bug; 130, 143, 141 interrupted, terminated, stdout closed."
    ),
)


def _version(asked: bool) -> None:
    if asked:
        say(f"recon {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version and leave.")
    ] = False,
) -> None:
    """Say nothing, do nothing: the options that stand before a verb."""


app.command()(run)
app.command()(check)
app.command()(demo)
app.command()(init)
app.command()(inspect)
app.add_typer(rules_app, name="rules", help="Validate a rules file; its JSON Schema; what ships with recon.")
app.add_typer(suppliers_app, name="suppliers", help="Suppliers that need a person, and what was decided about them.")
