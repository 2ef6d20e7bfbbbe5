"""A folder of exports -> a commented rules file that runs; what is not certain is asked, never guessed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.draft.cells import label
from recon.draft.copies import without_copies, without_parts
from recon.draft.currency import with_currency
from recon.draft.file_names import named_table
from recon.draft.formats import formats_of, with_settled
from recon.draft.headings import DRAFTED, concepts_of
from recon.draft.interview import Interview, OpenQuestionsError
from recon.draft.look.inspect import inspect_tables
from recon.draft.named_copies import without_named_copies
from recon.draft.pieces.pieces import with_pieces
from recon.draft.policies import two_way
from recon.draft.same_items import with_same_items
from recon.draft.sources import draft_source
from recon.draft.suggest import is_likely
from recon.draft.tables import NO_ROWS, sorted_by_table
from recon.draft.text import Draft, text_of
from recon.errors import SourceError, refuse_odd_name
from recon.match.normalise.lines import normalise
from recon.read.presets.options import UnsettledError
from recon.read.register import suffixes
from recon.read.sources import read_sources
from recon.rules.file import parse_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.draft.look.inspection import Inspection
    from recon.draft.tables import Sorted
    from recon.rules.rule import Rules

__all__ = ["OpenQuestionsError", "draft_rules"]

"""Workbooks that recon does not read: looked at, so that none is passed over without a word."""
NEEDED = ("orders", "invoices")
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
    files, copies = _once(_files(folder), folder)
    seen, repeated = without_copies(_seen(files, folder))
    seen, called = without_named_copies(seen, interview)
    seen, parts = without_parts(seen, interview)
    seen = with_pieces(seen, interview)
    found = sorted_by_table(seen, interview)
    found.left += [*copies, *repeated, *called, *parts]
    if not found.tables and not interview.open:
        raise SourceError("no exports here", str(folder), _holds(seen, found.left))
    drafts, left = _drafts(found, interview)
    absent = [table for table in NEEDED if table not in {draft.table for draft in drafts}]
    missing = f"no file looks like {' or '.join(absent)}" if absent and not interview.open else ""
    if missing and not drafts:
        raise SourceError(missing, str(folder), _holds(seen, left))
    none = len(absent) == len(NEEDED)  # whose currency nobody needs to know
    policies = two_way(drafts, interview, _unread("receipts", found, left))
    currency, drafts = (None, drafts) if none else with_currency(drafts, interview)
    drafts = [_tried(draft, folder, currency, interview) for draft in drafts]
    text = text_of(drafts, currency, interview, left, policies)
    if missing:
        text = text_of(drafts, currency, interview, left, policies, missing)
        raise OpenQuestionsError(interview.open, text, missing, _holds(seen, left), interrupted=interview.interrupted)
    if interview.open:
        raise OpenQuestionsError(interview.open, text, interrupted=interview.interrupted)
    parse_rules(text.encode(), folder / "rules.yaml")
    return text


def _holds(seen: Sequence[Inspection], left: Sequence[str]) -> str:
    names = sorted({one.path for one in seen})
    if not names:
        return "The folder holds no CSV, text, Excel or Parquet file."
    out = "".join(f"\nleft out: {file}" for file in left)
    return f"The folder holds {', '.join(names)}. See `recon inspect FILE`.{out}"


def _seen(files: Sequence[Path], folder: Path) -> list[Inspection]:
    found = []
    for path in files:
        sheets = [replace(one, path=path.relative_to(folder).as_posix()) for one in inspect_tables(path)]
        silent = len(sheets) > 1 and all(one.said is None for one in sheets)
        found += [replace(one, by_file=silent and not _tells_itself(one)) for one in sheets]
    return found


def _tells_itself(one: Inspection) -> bool:
    """Return whether the columns of a file are all that some table needs."""
    return any(is_likely(each.table, each.mapping) and not each.missing for each in one.tables)


def _once(files: Sequence[Path], folder: Path) -> tuple[list[Path], list[str]]:
    """Return files of which none has the content of another, and what is said of the others.

    One stays whose ending recon reads; of those the shortest name.
    """
    readable = suffixes()
    first: dict[bytes, Path] = {}
    told = []
    for path in sorted(files, key=lambda path: (path.suffix.lower() not in readable, len(path.name), path)):
        if not path.stat().st_size:
            continue
        kept = first.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
        if kept is not path:
            names = [each.relative_to(folder).as_posix() for each in (path, kept)]
            told.append(f"{names[0]}, the same content as {names[1]}")
    empty = [path for path in files if not path.stat().st_size]
    return sorted([*first.values(), *empty]), told


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
    interview.formats = formats_of(one for files in found.tables.values() for one, _ in files)
    for table in DRAFTED:
        if table in found.tables:
            draft, others = draft_source(table, found.tables[table], interview, drafts.get("orders"))
            left += others
            if draft is not None:
                drafts[table] = draft
    return list(with_same_items(drafts).values()), _with_suppliers_elsewhere(found, left)


def _with_suppliers_elsewhere(found: Sorted, left: Sequence[str]) -> list[str]:
    """Say of orders that lack their supplier which other file names it."""
    lack = "it lacks supplier_id or supplier_name"
    named = [
        f"{label(one)} has it ({name})"
        for table in ("receipts", "invoices")
        for one, _ in found.tables.get(table, ())
        for name in (column.name for column in one.columns)
        if "supplier" in concepts_of(name)[0] and not concepts_of(name)[0] & {"note", "delivery", "tax"}
    ]
    more = (
        f": {named[0]}; export the orders with that column, too, or add a list of the orders and their suppliers, a row an order"
        if named
        else ""
    )
    return [told + more if told.endswith(lack) else told for told in left]


def _unread(table: str, found: Sorted, left: Sequence[str]) -> list[str]:
    """Return the files of a table that are left out, each with the reason."""
    names = tuple(f"{label(one)}, " for one, _ in found.tables.get(table, ()))
    empty = [
        told for told in left if told.endswith(NO_ROWS) and named_table(told.removesuffix(f", {NO_ROWS}")) == table
    ]
    return [told for told in left if told.startswith(names)] + empty


def _tried(draft: Draft, folder: Path, currency: str | None, interview: Interview) -> Draft:
    """Read the files of a draft in which nothing is open; asks for formats that a preset's files do not settle.

    Rejects are counted as a run counts them; not while the currency is open that `$` may stand for.
    """
    for _ in range(TRIES):
        if any(question.place.startswith(f"{draft.place}.") for question in interview.open):
            return draft
        try:
            rules = _rules_of(draft, folder, currency or "EUR")
            sources = read_sources(rules)
        except UnsettledError as error:
            draft = with_settled(draft, error, interview)
            continue
        rows = sum(int(str(file["rows"])) for file in sources.files)
        rejects = normalise(sources, rules).rejects.height
        told = f"{rows} rows read" + (f", {rejects} of them rejects" if currency else "")
        return replace(draft, remarks=(told, *draft.remarks))
    return draft


def _rules_of(draft: Draft, folder: Path, currency: str) -> Rules:
    """Return rules of which only one source is read: that of the draft."""
    others = [Draft(table, ("none.csv",)) for table in NEEDED if table != draft.table]
    rules = parse_rules(text_of([draft, *others], currency, Interview()).encode(), folder / "rules.yaml")
    return replace(rules, sources={draft.table: rules.sources[draft.table]})
