"""The options that `run` and `check` share, and what their texts mean; each has a RECON_* variable."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from recon.codes import FAIL_ON
from recon.errors import RulesError, did_you_mean
from recon.run.job import Allowance

STDOUT = Path("-")
RULES_NAME = "rules.yaml"
_ALLOWANCE = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,6})?)(?P<percent>%?)")
_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

RulesArgument = Annotated[Path, typer.Argument(metavar="RULES", help="The rules file (YAML); - reads it from stdin.")]
AnyRulesArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="RULES",
        envvar="RECON_RULES",
        show_envvar=True,
        help="The rules file (YAML), - for stdin; left out: the only rules.yaml here or above.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="DIR",
        envvar="RECON_OUTPUT",
        help="Write the report into this folder, whole or not at all.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        envvar="RECON_AS_OF",
        help="Leave out what is dated later (YYYY-MM-DD); what is then due, is past due.",
    ),
]
FailOnOption = Annotated[
    str, typer.Option(metavar="|".join(FAIL_ON), envvar="RECON_FAIL_ON", help="Exit 1 on a discrepancy this severe.")
]
MaxRejectsOption = Annotated[
    str,
    typer.Option(
        metavar="N|P%", envvar="RECON_MAX_REJECTS", help="Exit 3 with more rows that cannot be read than this."
    ),
]
DecisionsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="XLSX",
        envvar="RECON_DECISIONS",
        help="A workbook that people worked in: what they decided counts, and is kept.",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", envvar="RECON_QUIET", help="Print nothing but errors.")]
LogFormatOption = Annotated[
    str, typer.Option(metavar="text|json", envvar="RECON_LOG_FORMAT", help="How that line is written.")
]
NotifyOption = Annotated[
    str | None,
    typer.Option(
        "--notify-cmd",
        metavar="CMD",
        envvar="RECON_NOTIFY_CMD",
        help="Run CMD with the summary as JSON on its stdin when a run fails, exits 1 or finds something new.",
    ),
]
LogFileOption = Annotated[
    Path | None,
    typer.Option(
        metavar="F", envvar="RECON_LOG_FILE", help="Append one line about this run to F: time, exit code, counts."
    ),
]


def allowance(text: str) -> Allowance:
    """Return what `--max-rejects` allows: `12` rows or `0.5%` of them. Raises RulesError."""
    found = _ALLOWANCE.fullmatch(text)
    if not found or (not found["percent"] and "." in text):
        raise RulesError(f"{text!r} is neither a number of rows nor a percentage", "--max-rejects", "As 10 or 0.5%.")
    return Allowance(Decimal(found["number"]), percent=bool(found["percent"]))


def day(text: str | None, option: str = "--as-of") -> date | None:
    """Return the date that an option gives. Raises RulesError."""
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise RulesError(f"{text!r} is no date", option, "As 2026-01-31.")


def amount(text: str, option: str) -> Decimal:
    """Return the amount that an option gives. Raises RulesError."""
    if not _AMOUNT.fullmatch(text):
        raise RulesError(f"{text!r} is no amount", option, "As 0 or 25.50.")
    return Decimal(text)


def today() -> date:
    """Return which day it is here."""
    return datetime.now(UTC).astimezone().date()


def who(named: str | None) -> str:
    """Return who acts: who is named, else whom the system knows."""
    return named or os.environ.get("USER") or os.environ.get("USERNAME") or ""


def choice(text: str, known: tuple[str, ...], option: str) -> str:
    """Return `text` if it is one of `known`. Raises RulesError that names them."""
    if text in known:
        return text
    raise RulesError(f"{text!r} is unknown{did_you_mean(text, list(known))}", option, f"One of: {', '.join(known)}.")


def choices(text: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Return the parts of a comma-separated `text`, each one of `known` and once. Raises RulesError."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(dict.fromkeys(choice(part, known, option) for part in parts))


def found_rules(path: Path | None) -> Path:
    """Return the rules file named, else the only `rules.yaml` here or above. Raises RulesError where there is none."""
    if path is not None:
        return path
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / RULES_NAME).is_file():
            return Path(RULES_NAME) if folder == here else folder / RULES_NAME
    hint = "Name one, set RECON_RULES, or let `recon init` write one."
    raise RulesError(f"no rules file is named, and there is no {RULES_NAME} here or above", str(here), hint)
