"""An inspection as plain text."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.suggest import is_likely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection
    from recon.draft.suggest import Suggestion

SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
MOST_CANDIDATES = 3
OWN = frozenset({"po_number", "receipt_number", "invoice_number", "supplier_id"})
NEAR = 70
"""A table is named beside the likeliest if its score is at least this share (percent) of that one's."""


def render(seen: Inspection, width: int | None = None) -> str:
    """Return what recon sees in a file as lines of text: layout, columns, likely tables, obstacles.

    No line is wider than `width`: columns then stand below each other, where side by side they do not fit.
    """
    parts = [
        _layout(seen),
        _columns(seen.columns, width),
        _tables(_named(seen), seen.other, sure=seen.said is None) if seen.columns and seen.tables else "",
        _presets(seen),
        *_notes(seen),
        _obstacles(seen),
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text if width is None else "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    more = f"{indent}  "
    return textwrap.fill(line.strip(), width, initial_indent=indent, subsequent_indent=more, break_on_hyphens=False)


def _layout(seen: Inspection) -> str:
    facts = [f"{seen.path}: {seen.kind}, {seen.rows} rows"]
    if seen.kind == "text file":
        facts.append(
            f"encoding {seen.encoding or 'UTF-8'}, separator {SEPARATOR_NAMES.get(seen.separator or '', seen.separator)}"
        )
    if seen.sheet is not None:
        facts.append(f"sheet '{seen.sheet}'")
    if seen.header_row is not None:
        facts.append(f"header in row {seen.header_row}" if seen.header_row else "no header")
    return "; ".join(facts)


def _columns(columns: Sequence[Column], width: int | None) -> str:
    rows = [("#", "column", "filled", "kind", "format", "examples", "may be")]
    rows += [
        (
            str(one.position),
            one.name,
            str(one.filled),
            one.kind,
            " or ".join(one.formats) or "-",
            ", ".join(one.examples) or "-",
            _candidates(one) or "-",
        )
        for one in columns
    ]
    wide = table(rows) if columns else ""
    fits = width is None or max(map(len, wide.split("\n"))) <= width
    return wide if fits else "\n".join(_stacked(one, row) for one, row in zip(columns, rows[1:], strict=True))


def _stacked(column: Column, row: Sequence[str]) -> str:
    """Return what is said of one column as some lines."""
    at, name, filled, kind, form, examples, may_be = shown(row)
    written = f", written {form}" if column.formats else ""
    lines = [f"{at:>3} {name}: {filled} filled, {kind}{written}"]
    lines += [f"      as {examples}"] if column.examples else []
    lines += [f"      may be {may_be}"] if may_be != "-" else []
    return "\n".join(lines)


def _candidates(column: Column) -> str:
    by_name: dict[str, int] = {}
    for candidate in column.candidates:
        by_name[candidate.column] = max(candidate.score, by_name.get(candidate.column, 0))
    best = sorted(by_name.items(), key=lambda one: -one[1])[:MOST_CANDIDATES]
    return ", ".join(f"{name} {score}" for name, score in best)


def _named(seen: Inspection) -> list[Suggestion]:
    """Return how the file fits each table, with what is part of a cell called so."""
    parts = {name: f"part of {part.of}" for name, part in seen.parts.items()}
    return [
        replace(one, mapping={column: parts.get(name, name) for column, name in one.mapping.items()})
        for one in seen.tables
    ]


def _tables(tables: Sequence[Suggestion], other: str, *, sure: bool) -> str:
    """Say what a file looks like; `sure`: its name does not say that it holds a table of recon's, whatever else it may be."""
    likely = [one for one in tables if is_likely(one.table, one.mapping)]
    if not likely or (other and sure):
        near = likely[:1] or _nearest(tables, other)
        told = "looks like nothing that recon reads" + (f": it may be {other}" if other else "")
        return "\n".join([told, *(_table(one, "nearest to") for one in near)])
    near = [one for one in likely if one is likely[0] or one.score * 100 >= likely[0].score * NEAR > 0]
    doubt = [f"it may be {other}"] if other else []
    return "\n".join([*doubt, *(_table(one, "looks like" if one is near[0] else "or") for one in near)])


def _nearest(tables: Sequence[Suggestion], other: str) -> list[Suggestion]:
    return [one for one in tables[:1] if one.reasons or (set(one.mapping) & OWN and not other)]


def _table(one: Suggestion, how: str) -> str:
    named = f"{how} {one.table}"
    mapped = ", ".join(f"{column}: {name}" for column, name in one.mapping.items())
    lacks = f"\n  missing: {', '.join(one.missing)}" if one.missing else ""
    lacks += "".join(f"\n    {reason}" for reason in one.reasons)
    rivals = "".join(f"\n  {column} could be {' or '.join(names)} as well" for column, names in one.rivals.items())
    return f"{named}\n  {mapped}{lacks}{rivals}"


def _presets(seen: Inspection) -> str:
    fit = [f"presets that fit: {', '.join(seen.presets)}"] if seen.presets else []
    fit += [f"with a header file beside it: {', '.join(seen.joined)}"] if seen.joined else []
    return "\n".join(fit)


def _notes(seen: Inspection) -> list[str]:
    return ["\n".join(seen.notes)] if seen.notes else []


def _obstacles(seen: Inspection) -> str:
    if not seen.obstacles:
        likely = [one for one in seen.tables if is_likely(one.table, one.mapping)]
        first = next(iter(likely or _nearest(seen.tables, seen.other)), None)
        lacks = first.missing if first is not None and not seen.presets else ()
        clear = "nothing stands in the way"
        return f"{clear} of reading it; as {first.table} it lacks {', '.join(lacks)}" if first and lacks else clear
    told = []
    for one in seen.obstacles:
        told.append(f"  {one.where + ': ' if one.where else ''}{one.message}")
        told += [f"    {line}" for line in one.hint.split("\n") if line]
    return "in the way:\n" + "\n".join(told)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of texts as aligned columns, two spaces apart; control characters are escaped."""
    told = [shown(row) for row in rows]
    widths = [max(len(row[i]) for row in told) for i in range(len(told[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in told
    )


def shown(row: Sequence[str]) -> list[str]:
    """Return cells with their control characters escaped."""
    return ["".join(c if c.isprintable() else repr(c)[1:-1] for c in cell) for cell in row]
