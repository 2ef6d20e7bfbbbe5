"""What is wrong with a rules file, and where: collected while reading, told as one error in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SHOWN = 20


@dataclass(frozen=True, order=True)
class Place:
    """Line and column of the file, both from 1."""

    line: int = 1
    column: int = 1

    def after(self, characters: int) -> Place:
        """Return the place so many characters further on the same line."""
        return Place(self.line, self.column + characters)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and how to mend it."""

    place: Place
    message: str
    hint: str = ""


class Complaint(Exception):  # noqa: N818 -- it never leaves this room: it becomes a RulesError
    """Everything that is wrong with a node and the nodes below it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


def shown(text: str, longest: int = 60) -> str:
    """Return text from a file as a message may show it: quoted, on one line, cut."""
    cut = text if len(text) <= longest else text[: longest - 1] + "\u2026"
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut) + "'"


def told(file: str, problems: Iterable[Problem]) -> tuple[str, str, str]:
    """Return message, place and hint of one error that tells all problems in the order of the file."""
    first, *rest = sorted(set(problems), key=lambda problem: (problem.place, problem.message))
    lines = [first.hint] if first.hint else []
    for problem in rest[: MOST_SHOWN - 1]:
        lines.append(f"{file}:{problem.place.line}:{problem.place.column}: {problem.message}")
        lines += [f"  {problem.hint}"] if problem.hint else []
    if len(rest) >= MOST_SHOWN:
        lines.append(f"and {len(rest) - MOST_SHOWN + 1} more")
    return first.message, f"{file}:{first.place.line}:{first.place.column}", "\n".join(lines)
