"""A folder of exports -> a commented rules file that runs; what is not certain is asked, never guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.currencies import MINOR_UNITS
from recon.draft.columns import cells, position
from recon.draft.formats import with_settled
from recon.draft.inspect import inspect_tables
from recon.draft.interview import Interview, OpenQuestionsError
from recon.draft.sources import draft_source
from recon.draft.tables import sorted_by_table
from recon.draft.text import Draft, text_of
from recon.errors import SourceError, refuse_odd_name
from recon.read.cells.currency_marks import MEANT, beside
from recon.read.header import BLANK
from recon.read.presets.options import UnsettledError
from recon.read.register import suffixes
from recon.read.sources import read_sources
from recon.rules.file import parse_rules
from recon.tables import CANONICAL, PRICED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.draft.inspect import Inspection
    from recon.draft.tables import Sorted
    from recon.rules.rule import Rules

__all__ = ["OpenQuestionsError", "draft_rules"]

"""Workbooks that recon does not read: looked at, so that none is passed over without a word."""
NEEDED = ("orders", "invoices")
USUAL_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "PLN", "INR")
TRIES = 4
"""A source has two formats that its cells may leave open."""


def draft_rules(folder: str | Path, ask: Callable[[str, Sequence[str]], str] | None = None) -> str:
    """Return the text of a rules file for the exports in `folder` (to be saved there), each choice explained.

    `ask(question, options)` answers what the files leave open with one of the options. Without it such questions raise
    OpenQuestionsError (a SourceError), whose `draft` has them as comments where the answers go. The sources of the draft
    are read before it is returned. Raises SourceError where orders or invoices are not among the files.
    """
    folder = Path(folder)
    interview = Interview(ask)
    seen = _seen(folder)
    found = sorted_by_table(seen, interview)
    if not found.tables and not interview.open:
        raise SourceError("no exports here", str(folder), _holds(seen, found.left))
    drafts, left = _drafts(found, interview)
    drafts = [_tried(draft, folder, interview) for draft in drafts]
    absent = [table for table in NEEDED if table not in {draft.table for draft in drafts}]
    if absent and not interview.open:
        raise SourceError(f"no file looks like {' or '.join(absent)}", str(folder), _holds(seen, left))
    currency = _base_currency(drafts, interview)
    text = text_of(drafts, currency, interview, left)
    if interview.open:
        raise OpenQuestionsError(interview.open, text)
    parse_rules(text.encode(), folder / "rules.yaml")
    return text


def _holds(seen: Sequence[Inspection], left: Sequence[str]) -> str:
    names = sorted({one.path for one in seen})
    if not names:
        return "The folder holds no CSV, text, Excel or Parquet file."
    out = "".join(f"\nleft out: {file}" for file in left)
    return f"The folder holds {', '.join(names)}. See `recon inspect FILE`.{out}"


def _seen(folder: Path) -> list[Inspection]:
    return [
        replace(one, path=path.relative_to(folder).as_posix())
        for path in _files(folder)
        for one in inspect_tables(path)
    ]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SourceError("there is no such folder", str(folder))
    inner = [path for path in folder.glob("*/") if not path.name.startswith(".")]
    refuse_odd_name(str(folder), SourceError)
    rooms = [folder, *(path for path in inner if not (path / "manifest.json").exists())]  # recon's own reports
    found = sorted(
        path
        for room in rooms
        for path in room.glob("*")
        if path.is_file() and path.suffix.lower() in suffixes(refused=True) and not path.name.startswith((".", "~$"))
    )
    for path in found:
        refuse_odd_name(str(path), SourceError)
    return found


def _drafts(found: Sorted, interview: Interview) -> tuple[list[Draft], list[str]]:
    drafts: dict[str, Draft] = {}
    left = list(found.left)
    for table in CANONICAL:
        if table in found.tables:
            draft, others = draft_source(table, found.tables[table], interview, drafts.get("orders"))
            left += others
            if draft is not None:
                drafts[table] = draft
    return list(drafts.values()), left


def _tried(draft: Draft, folder: Path, interview: Interview) -> Draft:
    """Read the files of a draft in which nothing is open; asks for formats that a preset's files do not settle."""
    for _ in range(TRIES):
        if any(question.place.startswith(f"{draft.place}.") for question in interview.open):
            return draft
        try:
            files = read_sources(_rules_of(draft, folder)).files
        except UnsettledError as error:
            draft = with_settled(draft, error, interview)
            continue
        rows, rejects = (sum(int(str(file[key])) for file in files) for key in ("rows", "rejects"))
        return replace(draft, remarks=(f"{rows} rows read, {rejects} of them rejects", *draft.remarks))
    return draft


def _rules_of(draft: Draft, folder: Path) -> Rules:
    """Return rules of which only one source is read: that of the draft."""
    others = [Draft(table, ("none.csv",)) for table in NEEDED if table != draft.table]
    rules = parse_rules(text_of([draft, *others], "EUR", Interview()).encode(), folder / "rules.yaml")
    return replace(rules, sources={draft.table: rules.sources[draft.table]})


def _base_currency(drafts: Sequence[Draft], interview: Interview) -> str | None:
    found = {
        cell.upper(): None
        for draft in drafts
        if draft.table in NEEDED
        for one, mapping in draft.seen
        for cell in cells(one, draft.columns.get("currency") or mapping.get("currency"))
        if cell.upper() in MINOR_UNITS
    }
    found |= dict.fromkeys(code for draft in drafts for one, _ in draft.seen for code in _beside(draft, one))
    if len(found) == 1:
        return next(iter(found))
    reason = "The files name several currencies." if found else "No file names a currency."
    text = f"{reason} Which is the base currency, that of orders without one?"
    return interview.answer(text, list(found) or USUAL_CURRENCIES, "base_currency", also=MINOR_UNITS)


def _beside(draft: Draft, one: Inspection) -> list[str]:
    """Return the currencies that stand beside a file's amounts and prices; not what a sign such as `$` may be."""
    found = []
    for name in (
        draft.columns[column] for column in sorted(set(CANONICAL[draft.table].of(*PRICED)) & draft.columns.keys())
    ):
        at = position(one, name)
        if one.raw is not None and at is not None:
            marks = beside(one.raw.frame[:, at].str.strip_chars(BLANK), one.raw.currencies.get(at))
            found += [MEANT[mark] for mark in marks.drop_nulls().unique().sort()]
    return [several[0] for several in found if len(several) == 1]
