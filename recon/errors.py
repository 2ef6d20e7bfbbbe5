"""What recon says when it cannot go on: one message, a place, a mend, an exit code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDED = "\n\nThis error occurred in the following expression"
"""Polars adds to an error that is raised in an expression where that was, which is of no use to whoever reads the message."""


class ReconError(Exception):
    """Anything that ends a run with a message instead of an answer.

    `where` is `file:line` or `file:row:column` as a person would look for it, `hint` says how to mend it.
    Each child is one exit code of the command line.
    """

    exit_code = 70

    def __init__(self, message: str, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message.partition(_ADDED)[0]
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = "\n  " + self.hint.replace("\n", "\n  ") if self.hint else ""
        return f"{place}{self.message}{mend}"


class RulesError(ReconError):
    """The rules file, or the command line, asks for something recon does not know."""

    exit_code = 2


class SourceError(ReconError):
    """A source is missing, damaged, or past what recon can hold; nothing is published."""

    exit_code = 3


class MissingColumnError(SourceError):
    """A column that is asked for is not there."""


class TooWideRowsError(SourceError):
    """Rows, as (source, row), whose numbers are past what is computed exactly."""

    def __init__(self, rows: Iterable[tuple[str, int]]) -> None:
        self.rows = sorted(set(rows))
        source, row = self.rows[0]
        super().__init__(
            "these numbers multiply to more than 37 digits, past what is computed exactly",
            where=f"{source}:{row}",
            hint="Correct the quantity, price, price unit or conversion factor, if they are not plausible. Where an invoice "
            "leaves quantities out, give them: amounts divided by many different prices have no common unit.",
        )


class OutputError(ReconError):
    """The output cannot be written, or is somebody else's."""

    exit_code = 4


class InvariantError(ReconError):
    """recon contradicts itself: a bug. Nothing is published."""

    exit_code = 70


def refuse_odd_name(path: str, error: type[ReconError]) -> None:
    """Raise `error` for a path that is not UTF-8: no report could name it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise error("the name is not UTF-8, so no report can name it", shown, "Rename it.") from None


def did_you_mean(word: str, known: list[str]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known word, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""
