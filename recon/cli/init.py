"""`recon init`: a rules file for a folder of exports; asks on a terminal what the files leave open."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from recon.cli.stdout import say
from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = "rules.yaml"
DRAFT = "rules.draft.yaml"


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the exports.")] = Path(),
) -> int:
    """Write a commented rules file for the exports in DIR.

    What the files leave open is asked on a terminal. Without one it is listed, the unfinished draft is written as
    rules.draft.yaml, which no run takes, and the exit code is 3. An existing rules file is never replaced.
    """
    from recon.draft.draft import OpenQuestionsError, draft_rules
    from recon.report.text import mask_ibans

    path = directory / RULES
    if path.exists():
        raise OutputError("there is a rules file already", str(path), "It was not touched. Move it away to start anew.")
    try:
        text = draft_rules(directory, _ask if sys.stdin is not None and sys.stdin.isatty() else None)
    except OpenQuestionsError as error:
        _write(directory / DRAFT, mask_ibans(error.draft), "w")
        error.hint += f"\nThe draft, with what is answered and what is open: {directory / DRAFT}"
        if error.interrupted:
            say(f"What was answered is kept in {directory / DRAFT}.")
            raise KeyboardInterrupt from None
        raise
    _write(path, text, "x")
    left = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# left out: ")]
    say("\n".join([*left, f"{path} is written. Look it over, then: recon run {shlex.quote(str(path))}"]))
    return 0


def _write(path: Path, text: str, mode: Literal["w", "x"]) -> None:
    try:
        with path.open(mode, encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise OutputError(f"the rules file cannot be written: {error.strerror}", str(path)) from error


def _ask(question: str, options: Sequence[str]) -> str:
    """Return what a person types, an option for its number; the questions go to standard error."""
    from recon.report.text import mask_ibans

    listed = "\n".join(f"  {number}. {option}" for number, option in enumerate(options, 1))
    print(f"{question}\n{mask_ibans(listed)}\n> ", end="", file=sys.stderr, flush=True)
    if hasattr(signal, "siginterrupt"):  # Polars' handler of Ctrl-C lets what waits for a line wait on
        signal.siginterrupt(signal.SIGINT, True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    given = line.strip()
    return options[int(given) - 1] if given.isdecimal() and 1 <= int(given) <= len(options) else given
