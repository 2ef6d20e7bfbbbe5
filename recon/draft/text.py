"""The draft of a rules file: its sources as values, and its text, with a comment for every choice."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.draft.policies import note_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.rules.rule import CellPart

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*[A-Za-z0-9_]|[A-Za-z]")
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
FINISHED = "# Rules for recon, drafted from the files in this folder. Look it over, then: recon run rules.yaml"
UNFINISHED = """\
# An unfinished draft of rules for recon: nobody was there to answer. It is written anew by each `recon init`.
# Answer what is marked OPEN, take the line `open` away, save it as rules.yaml, then: recon run rules.yaml"""
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


@dataclass(frozen=True)
class Beside:
    """Header files, and the columns that join them to the lines: `key` in the lines, `header_key` in the headers."""

    files: tuple[str, ...]
    key: str
    header_key: str
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None


@dataclass(frozen=True)
class Draft:
    """One source to be: its files, and what the rules say of them. `remarks` go beside it as comments.

    `above`: canonical column -> the name beside its value above each file's header. `number`: column -> the column within which lines are counted. `beside`: the header files that are joined to these.
    `reasons`: canonical column -> why that column of the file was taken for it, where its name alone does not say so.
    `seen`: each file with the names of its columns, by canonical column, that the rules or the preset map.
    """

    table: str
    files: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    preset: str | None = None
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    number_format: str | None = None
    date_format: tuple[str, ...] = ()
    file_formats: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    number: Mapping[str, str] = field(default_factory=dict)
    patches: tuple[str, ...] = ()
    where: str | None = None
    distinct: bool = False
    prices: str | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    above: Mapping[str, str] = field(default_factory=dict)
    short_rows: bool = False
    repeated_header: str | None = None
    beside: Beside | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    seen: tuple[tuple[Inspection, Mapping[str, str]], ...] = field(default=(), repr=False)

    @property
    def place(self) -> str:
        """The key of the rules file under which the source stands."""
        return f"sources.{self.table}"

    @property
    def parts(self) -> Mapping[str, CellPart]:
        """The columns that are part of another's cells: canonical column -> which part of which."""
        known = {name: part for one, _ in self.seen for name, part in one.parts.items()}
        return {column: known[name] for column, name in self.columns.items() if name in known}


def text_of(
    drafts: Sequence[Draft],
    currency: str | None,
    interview: Interview,
    left: Iterable[str] = (),
    policies: Sequence[str] = (),
    missing: str = "",
) -> str:
    """Return the rules file; what is open in it is a key without a value, which no run takes, and a comment beside it."""
    count = len(interview.open) + bool(missing)
    lines = [UNFINISHED if count else FINISHED]
    lines += [f"# OPEN: {missing}: add the files, or name them under sources"] if missing else []
    lines += [f"# OPEN: {_one_line(str(question))}" for question in interview.open if not question.place]
    lines += [f"# Asked: {_one_line(answer)}" for answer in interview.answers]
    lines += ["version: 1", *([f"open: {count}"] if count else [])]
    lines += [_line(f"base_currency: {currency or ''}", "base_currency", interview), "", "sources:"]
    for draft in drafts:
        lines += _source(draft, interview)
    lines += [f"# left out: {_one_line(file)}" for file in left]
    if links := note_links(drafts):
        lines += ["", "# the invoices cite delivery notes of the receipts, and no orders", "links:"]
        lines += [f"  - {rule}" for rule in links]
    asked = _line("policies:", "policies", interview)
    lines += [*(["", asked] if policies else []), *(f"  - {policy}" for policy in policies)]
    return "\n".join(lines) + "\n" + ENDING


def _line(text: str, place: str, interview: Interview) -> str:
    question = next((one for one in interview.open if one.place == place), None)
    if question is None:
        return text
    return f"{text.rstrip()} # OPEN: {_one_line(question.text)} candidates: {_one_line(', '.join(question.options))}"


def _source(draft: Draft, interview: Interview) -> list[str]:
    lines = [f"  # {_one_line(remark)}" for remark in draft.remarks]
    lines += [f"  {draft.table}:", f"    files: [{', '.join(scalar(name) for name in draft.files)}]"]
    options: dict[str, str | None] = {
        "preset": draft.preset,
        "sheet": scalar(draft.sheet) if draft.sheet is not None else None,
        "sheets": f"[{', '.join(scalar(name) for name in draft.sheets)}]" if draft.sheets else None,
        "header_row": str(draft.header_row) if draft.header_row is not None else None,
        "repeated_header": draft.repeated_header,
        "csv": _csv(draft),
        "number_format": json.dumps(draft.number_format, ensure_ascii=False) if draft.number_format else None,
        "date_format": listed(draft.date_format),
        "file_formats": _file_formats(draft) if draft.file_formats else None,
        "where": json.dumps(draft.where, ensure_ascii=False) if draft.where is not None else None,
        "prices": draft.prices,
        "patches": f"[{', '.join(draft.patches)}]" if draft.patches else None,
        "values": _values(draft.values) if draft.values else None,
        "distinct": "true" if draft.distinct else None,
        "fill_down": f"[{', '.join(draft.fill_down)}]" if draft.fill_down else None,
        "above": _pairs(draft.above) if draft.above else None,
        "number": _pairs(draft.number) if draft.number else None,
        "beside": _beside(draft.beside) if draft.beside is not None else None,
    }
    opened = {one.place.removeprefix(f"{draft.place}."): "" for one in interview.open}
    for key, value in options.items():
        if value is not None or key in opened:
            written = f"{key}:{value}" if key == "file_formats" else f"{key}: {value or ''}"
            lines.append("    " + _line(written, f"{draft.place}.{key}", interview))
    asked = {name.removeprefix("columns."): "" for name in opened if name.startswith("columns.")}
    parts = draft.parts
    lines += ["    pieces:"] if parts else []
    lines += [f"      {column}: {_piece(part)}" for column, part in parts.items()]
    whole = {column: name for column, name in draft.columns.items() if column not in parts}
    for key, pairs in (("columns", {**whole, **asked}), ("defaults", draft.defaults)):
        lines += [f"    {key}:"] if pairs else []
        for column, name in pairs.items():
            written = f"{column}: {scalar(name) if name else ''}"
            line = _line(written, f"{draft.place}.{key}.{column}", interview)
            reason = draft.reasons.get(column) if line == written else None
            lines.append(f"      {line}  # {_one_line(reason)}" if reason else f"      {line}")
    return [*lines, ""]


def _piece(part: CellPart) -> str:
    return f"{{of: {scalar(part.of)}, pattern: {json.dumps(part.pattern, ensure_ascii=False)}}}"


def _csv(draft: Draft) -> str | None:
    parts = [f"separator: {json.dumps(draft.separator)}"] if draft.separator not in {None, ","} else []
    parts += [f"encoding: {draft.encoding}"] if draft.encoding else []
    parts += ["short_rows: blank"] if draft.short_rows else []
    return "{" + ", ".join(parts) + "}" if parts else None


def _file_formats(draft: Draft) -> str:
    return "".join(
        f"\n      {scalar(path)}: {{{', '.join(f'{key}: {value}' for key, value in said.items())}}}"
        for path, said in draft.file_formats.items()
    )


def _values(values: Mapping[str, Mapping[str, str]]) -> str:
    return "{" + ", ".join(f"{column}: {_pairs(words)}" for column, words in values.items()) + "}"


def _pairs(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{scalar(key)}: {scalar(value)}" for key, value in pairs.items()) + "}"


def _beside(beside: Beside) -> str:
    parts = {"files": f"[{', '.join(scalar(name) for name in beside.files)}]", "key": scalar(beside.key)}
    if beside.header_key != beside.key:
        parts["header_key"] = scalar(beside.header_key)
    if beside.columns:
        parts["columns"] = _pairs(beside.columns)
    if beside.sheet is not None:
        parts["sheet"] = scalar(beside.sheet)
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"


def listed(forms: Sequence[str]) -> str | None:
    """Return formats as YAML writes them; nothing for none."""
    if not forms:
        return None
    written = [json.dumps(form, ensure_ascii=False) for form in forms]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def scalar(text: str) -> str:
    """Return a text as YAML writes it."""
    return text if PLAIN.fullmatch(text) and text.lower() not in WORDS else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
