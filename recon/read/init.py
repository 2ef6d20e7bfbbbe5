"""A folder of exports -> a commented rules file that runs; what is not certain is asked, never guessed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recon.currencies import MINOR_UNITS
from recon.errors import SourceError
from recon.read.init_sources import draft_source
from recon.read.init_tables import Draft, sorted_by_table, with_presets
from recon.read.inspect import inspect_file
from recon.read.interview import Interview, OpenQuestionsError
from recon.read.rules_file import parse_rules
from recon.read.sources import read_sources
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.read.inspect import Inspection
    from recon.tables import Sources

__all__ = ["OpenQuestionsError", "draft_rules"]

SUFFIXES = (".csv", ".txt", ".tsv", ".tab", ".dat", ".asc", ".xlsx", ".xlsm", ".parquet", ".pq", ".gz")
NEEDED = ("orders", "invoices")
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*[A-Za-z0-9_]|[A-Za-z]")
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
USUAL_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "PLN", "INR")

ENDING = """
# Without tolerances every variance is a discrepancy. A usual start (the first that holds decides):
# tolerances:
#   - name: standard
#     price: {over: {percent: 2, absolute: 100}, under: {percent: 5}}
#     quantity_received: {over: {percent: 0}}
# Services need no receipt:
# policies:
#   - {name: services, when: "category = 'services'", match: two_way}
#   - {name: goods, match: three_way}
"""


def draft_rules(folder: str | Path, ask: Callable[[str, Sequence[str]], str] | None = None) -> str:
    """Return the text of a rules file for the exports in `folder` (to be saved there), each choice explained.

    `ask(question, options)` answers what the files leave open with one of the options. Without it such questions raise
    OpenQuestionsError (a SourceError), whose `draft` has them as comments. The draft is read back and its sources are read
    before it is returned. Raises SourceError where orders or invoices are not among the files.
    """
    folder = Path(folder)
    interview = Interview(ask)
    drafts = _drafts(folder, interview)
    absent = [table for table in NEEDED if table not in {draft.table for draft in drafts}]
    currency = _base_currency(drafts, interview)
    if interview.open:
        raise OpenQuestionsError(interview.open, _text(drafts, currency, interview))
    if absent:
        shown = ", ".join(sorted(path.name for path in _files(folder))) or "nothing that recon reads"
        raise SourceError(
            f"no file looks like {' or '.join(absent)}",
            str(folder),
            f"The folder holds {shown}. See `recon inspect FILE`.",
        )
    return _text(drafts, currency, interview, _tried(_text(drafts, currency, interview), folder))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SourceError("there is no such folder", str(folder))
    found = [*folder.glob("*"), *folder.glob("*/*")]
    return sorted(
        path
        for path in found
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))
    )


def _drafts(folder: Path, interview: Interview) -> list[Draft]:
    seen = [_inspected(path, folder) for path in _files(folder)]
    drafts, left = with_presets(seen)
    taken = {draft.table for draft in drafts}
    for table, files in sorted_by_table(left, interview).items():
        if table not in taken:
            drafts.append(draft_source(table, files, interview))
    return sorted(drafts, key=lambda draft: list(CANONICAL).index(draft.table))


def _inspected(path: Path, folder: Path) -> Inspection:
    return replace(inspect_file(path), path=path.relative_to(folder).as_posix())


def _base_currency(drafts: Sequence[Draft], interview: Interview) -> str:
    found: dict[str, None] = {}
    for draft in drafts:
        for one in draft.seen:
            name = draft.columns.get("currency") or next(
                (n for n in ("WAERS", "Currency") if one.raw and n in one.raw.header), None
            )
            if draft.table in NEEDED and name and one.raw is not None and name in one.raw.header:
                cells = one.raw.frame[:, one.raw.header.index(name)].drop_nulls().str.strip_chars().str.to_uppercase()
                found.update(dict.fromkeys(cell for cell in cells.unique(maintain_order=True) if cell in MINOR_UNITS))
    if len(found) == 1:
        return next(iter(found))
    reason = "The files name several currencies." if found else "No file names a currency."
    return interview.answer(
        f"{reason} Which is the base currency, that of orders without one?", list(found) or USUAL_CURRENCIES
    )


def _tried(text: str, folder: Path) -> dict[str, str]:
    """Read the draft and its sources; return what each source gave, in words."""
    sources: Sources = read_sources(parse_rules(text.encode(), folder / "rules.yaml"))
    told: dict[str, str] = {}
    for name in CANONICAL:
        files = [file for file in sources.files if file["source"] == name]
        rows, rejects = (sum(int(str(file[key])) for file in files) for key in ("rows", "rejects"))
        told[name] = f"{rows} rows read, {rejects} of them rejects"
    return told


def _text(drafts: Sequence[Draft], currency: str, interview: Interview, told: dict[str, str] | None = None) -> str:
    lines = ["# Rules for recon, drafted from the files in this folder. Look it over, then: recon run rules.yaml"]
    lines += [f"# OPEN: {question}" for question in interview.open]
    lines += [f"# Asked: {answer}" for answer in interview.answers]
    lines += ["version: 1", f"base_currency: {currency}", "", "sources:"]
    for draft in drafts:
        lines += _source(draft, (told or {}).get(draft.table))
    return "\n".join(lines) + "\n" + ENDING


def _source(draft: Draft, told: str | None) -> list[str]:
    remarks = [*([told] if told else []), *draft.remarks]
    lines = [f"  # {_one_line(remark)}" for remark in remarks]
    lines += [f"  {draft.table}:", f"    files: [{', '.join(_scalar(name) for name in draft.files)}]"]
    options: dict[str, str | None] = {
        "preset": draft.preset,
        "sheet": _scalar(draft.sheet) if draft.sheet is not None and not draft.preset else None,
        "header_row": str(draft.header_row) if draft.header_row is not None else None,
        "csv": _csv(draft),
        "number_format": json.dumps(draft.number_format, ensure_ascii=False) if draft.number_format else None,
        "date_format": _listed(draft.date_format),
    }
    lines += [f"    {key}: {value}" for key, value in options.items() if value is not None]
    for key, pairs in (("columns", draft.columns), ("defaults", draft.defaults)):
        lines += [f"    {key}:"] if pairs else []
        lines += [f"      {column}: {_scalar(name)}" for column, name in pairs.items()]
    return [*lines, ""]


def _csv(draft: Draft) -> str | None:
    parts = [f"separator: {json.dumps(draft.separator)}"] if draft.separator not in {None, ","} else []
    parts += [f"encoding: {draft.encoding}"] if draft.encoding else []
    return "{" + ", ".join(parts) + "}" if parts and not draft.preset else None


def _listed(forms: Sequence[str]) -> str | None:
    if not forms:
        return None
    written = [json.dumps(form) for form in forms]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _scalar(text: str) -> str:
    return text if PLAIN.fullmatch(text) and text.lower() not in WORDS else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
