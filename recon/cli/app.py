"""Arguments -> the verb they name, and its exit code."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from recon import __version__
from recon.cli.examples import told
from recon.cli.overview import VERBS, overview
from recon.cli.stdout import say
from recon.errors import RulesError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

HELP = ("-h", "--help")


def dispatch(arguments: Sequence[str]) -> int:
    """Run the verb that the arguments name and return its exit code. Raises RulesError where they name none."""
    first = arguments[0] if arguments else HELP[0]
    if first == "help" and len(arguments) > 1:
        return dispatch([*arguments[1:], HELP[1]])
    if first in (*HELP, "help"):
        say(overview())
        return 0
    if first == "--version":
        say(f"recon {__version__}")
        return 0
    if first not in VERBS:
        what = "option" if first.startswith("-") else "command"
        near = did_you_mean(first, list(VERBS))
        raise RulesError(f"there is no {what} '{first}'{near}", hint=f"The commands are {', '.join(VERBS)}.")
    code = _verb(first)(list(arguments), prog_name="recon", standalone_mode=False)
    return code if isinstance(code, int) else 0


def _verb(name: str) -> typer.Typer:
    """Return an application of this verb alone: the others need not be imported."""
    import typer

    from recon.cli.plain import PlainCommand, PlainGroup

    app = typer.Typer(
        cls=PlainGroup,
        rich_markup_mode=None,  # Rich would double the time to the first word
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": list(HELP)},
    )
    app.callback()(_nothing)
    module = import_module(f"recon.cli.{name}")
    if hasattr(module, "app"):
        for command in module.app.registered_commands:
            command.cls = PlainCommand
            command.epilog = told(f"{name} {command.name or command.callback.__name__}")
        app.add_typer(module.app, name=name, cls=PlainGroup, help=VERBS[name], epilog=told(name))
    else:
        app.command(name, cls=PlainCommand, epilog=told(name))(getattr(module, name))
    return app


def _nothing() -> None:
    """Do nothing: with a callback Typer takes a single command for one of many."""
