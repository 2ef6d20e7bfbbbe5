"""`recon init`: a rules file for a folder of exports; asks on a terminal what the files leave open."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.stdout import say
from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = "rules.yaml"


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the exports.")] = Path(),
) -> int:
    """Write a commented rules file for the exports in DIR.

    What the files leave open is asked on a terminal; without one it is listed and nothing is written. An existing
    rules file is never replaced.
    """
    from recon.read.init import draft_rules

    path = directory / RULES
    if path.exists():
        raise OutputError("there is a rules file already", str(path), "It was not touched. Move it away to start anew.")
    text = draft_rules(directory, _ask if sys.stdin is not None and sys.stdin.isatty() else None)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise OutputError(f"the rules file cannot be written: {error.strerror}", str(path)) from error
    say(f"{path} is written. Look it over, then: recon run {path}")
    return 0


def _ask(question: str, options: Sequence[str]) -> str:
    """Ask until an option is named by its number or its words; the questions go to standard error."""
    listed = "\n".join(f"  {number}. {option}" for number, option in enumerate(options, 1))
    print(f"{question}\n{listed}", file=sys.stderr)
    while True:
        print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        given = line.strip()
        if given.isdecimal() and 1 <= int(given) <= len(options):
            return options[int(given) - 1]
        if given in options:
            return given
