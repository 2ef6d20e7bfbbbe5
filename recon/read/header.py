"""The header of a file: how names are compared, which line it is, what may be wrong with it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from recon.errors import MissingColumnError, SourceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from recon.rules.rule import Source

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
BLANK = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    + INVISIBLE
)
"""What is trimmed off cells and names: white space of every width, and characters without width."""
LONGEST_NAME = 80
ACCOUNT = re.compile(r"^(?=(?:.*[0-9]){10})([A-Z]{2}[0-9]{2})[A-Z0-9 ]{9,34}([A-Z0-9]{2})$")
"""A bank account where a heading should stand: the file has none."""
SEARCHED_LINES = 30


def trim(name: str) -> str:
    """Return `name` without blanks around it and with every run of white space inside as one space."""
    return " ".join(name.strip(BLANK).split())


def fold(name: str) -> str:
    """Return what two header names must share to be taken for the same: trimmed, NFKC, without case."""
    return trim(unicodedata.normalize("NFKC", name)).casefold()


def find_name(name: str, header: Sequence[str]) -> int | None:
    """Return the position of `name` in `header`, as written if it is there, else but for case and width."""
    if (wanted := trim(name)) in header:
        return header.index(wanted)
    folded = [fold(column) for column in header]
    return folded.index(fold(name)) if fold(name) in folded else None


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return column names of which several are one word: the first keeps it, others get the name to their left before it.

    Systems put the keys first: `Item` is the order's, `Price Unit Item` another.
    """
    seen: set[str] = set()
    found: list[str] = []
    for left, name in zip(("", *names), names, strict=False):
        told = f"{left} {name}" if name and left and fold(name) in seen else name
        while told and fold(told) in seen:
            told += "*"
        seen.add(fold(told))
        found.append(told)
    return tuple(found)


def missing_names(header: Sequence[str], wanted: Collection[str]) -> list[str]:
    """Return the names of `wanted` that `header` does not have, as written or told apart, in order."""
    folded = {fold(column) for column in (*header, *told_apart(header))}
    return [name for name in wanted if fold(name) not in folded]


def find_header(lines: Sequence[Sequence[str]], wanted: Collection[str]) -> int | None:
    """Return which of the first `lines` (cells each) is the header.

    It is the first that is not blank if it holds all of `wanted`, else the only one that does. None: no line does, or
    several do.
    """
    written = [i for i, cells in enumerate(lines[:SEARCHED_LINES]) if any(map(trim, cells))]
    fits = [i for i in written if not missing_names(lines[i], wanted)]
    if fits and (fits[0] == written[0] or len(fits) == 1):
        return fits[0]
    return None


def refuse_missing(header: Sequence[str], wanted: Collection[str], where: str, hint: str = "") -> None:
    """Raise MissingColumnError naming the columns of `wanted` that `header` lacks, with the nearest name each."""
    if not (absent := missing_names(header, wanted)):
        return
    known = [column for column in header if column]
    near = {fold(column): column for column in known}
    asked = [_spelled(did_you_mean(fold(name), list(near)), near) for name in absent]
    if len(absent) == 1:
        said = f"column '{absent[0]}' not found{asked[0]}"
    else:
        said = "columns not found: " + ", ".join(
            f"'{name}'{question}" for name, question in zip(absent, asked, strict=True)
        )
    raise MissingColumnError(said, where, hint or columns_are(known))


def columns_are(header: Sequence[str]) -> str:
    """Return a hint that names the columns there are, not more than a person reads."""
    known = [column if len(column) <= LONGEST_NAME else f"{column[:LONGEST_NAME]}..." for column in header if column]
    known = [ACCOUNT.sub(r"\1...\2", column) for column in known]
    if len(known) == 1 and (separator := known[0].lower().removeprefix("sep=")) != known[0].lower():
        return f"The first line names the separator, the second the columns: `csv: {{separator: '{separator}'}}, header_row: 2`."
    return f"The columns are: {', '.join([*known[:20], *(['...'] if len(known) > 20 else [])]) or 'none'}"


def refuse_doubles(header: Sequence[str], wanted: Collection[str], where: str, source: Source) -> None:
    """Raise SourceError when two columns have one name (case and width aside) and nothing says which is meant.

    Columns that nobody asked for may share a name in a source that has a preset or maps columns by position.
    """
    lenient = source.preset is not None or any(name.startswith("#") for name in source.columns.values())
    needed = {fold(name) for name in wanted}
    seen: dict[str, int] = {}
    for position, column in enumerate(header):
        key = fold(column)
        if key in seen and (key in needed or not lenient):
            hint = f"Rename one of them, or map by position, as in `columns: {{...: '#{position + 1}'}}`."
            raise SourceError(f"columns {seen[key] + 1} and {position + 1} are both named '{column}'", where, hint)
        if key:
            seen.setdefault(key, position)


def _spelled(question: str, near: dict[str, str]) -> str:
    for folded, column in near.items():
        question = question.replace(f"'{folded}'", f"'{column}'")
    return question
