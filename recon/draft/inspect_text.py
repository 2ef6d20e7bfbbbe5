"""An inspection as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.inspect import Inspection
    from recon.draft.inspect_columns import Column
    from recon.draft.suggest import Suggestion

SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
MOST_CANDIDATES = 3
NEAR = 70
"""A table is named beside the likeliest if its score is at least this share (percent) of that one's."""


def render(seen: Inspection) -> str:
    """Return what recon sees in a file as lines of text: layout, columns, likely tables, obstacles."""
    parts = [
        _layout(seen),
        _columns(seen.columns),
        _tables(seen.tables),
        _presets(seen),
        *_notes(seen),
        _obstacles(seen),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


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


def _columns(columns: Sequence[Column]) -> str:
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
    return table(rows) if columns else ""


def _candidates(column: Column) -> str:
    by_name: dict[str, int] = {}
    for candidate in column.candidates:
        by_name[candidate.column] = max(candidate.score, by_name.get(candidate.column, 0))
    best = sorted(by_name.items(), key=lambda one: -one[1])[:MOST_CANDIDATES]
    return ", ".join(f"{name} {score}" for name, score in best)


def _tables(tables: Sequence[Suggestion]) -> str:
    if not tables:
        return ""
    likely = [one for one in tables if one is tables[0] or one.score * 100 >= tables[0].score * NEAR > 0]
    return "\n".join(_table(one, first=one is tables[0]) for one in likely)


def _table(one: Suggestion, *, first: bool) -> str:
    named = f"{'looks like' if first else 'or'} {one.table}"
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
        lacks = seen.tables[0].missing if seen.tables and not seen.presets else ()
        clear = "nothing stands in the way"
        return f"{clear} of reading it; as {seen.tables[0].table} it lacks {', '.join(lacks)}" if lacks else clear
    told = []
    for one in seen.obstacles:
        told.append(f"  {one.where + ': ' if one.where else ''}{one.message}")
        told += [f"    {line}" for line in one.hint.split("\n") if line]
    return "in the way:\n" + "\n".join(told)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of texts as aligned columns, two spaces apart; control characters are escaped."""
    shown = [["".join(c if c.isprintable() else repr(c)[1:-1] for c in cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in shown) for i in range(len(shown[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown
    )
