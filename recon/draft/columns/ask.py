"""The question which column of a file is meant, and the draft with its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells, label
from recon.draft.headings import documents_of
from recon.draft.suggest import is_plausible
from recon.tables import CANONICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way

NONE = "none of them"
MOST_OPTIONS = 12
"""So many columns are shown where no heading comes near what is asked for; any other may be typed."""
TOTALS = ("invoice_net", "invoice_total")


def with_answer(draft: Draft, one: Inspection, column: str, likely: Sequence[str], interview: Interview) -> Draft:
    """Return the draft with that of the `likely` columns which a person says is `column`, if any is."""
    return with_column(draft, column, ask_for(one, column, [*likely, NONE], draft, interview))


def ask_for(one: Inspection, column: str, options: Sequence[str], draft: Draft, interview: Interview) -> str | None:
    """Return which of the `options` is said to be a column; None where nobody answers."""
    text, place = f"Which column of {label(one)} is {column}?", f"{draft.place}.columns.{column}"
    others = [seen.name for seen in one.columns if seen.kind != "empty"] if len(options) > MOST_OPTIONS else []
    return interview.answer(text, options, place, examples=examples_of(one), also=others)


def with_column(draft: Draft, column: str, name: str | None) -> Draft:
    """Return the draft in which a column is that of the file called `name`; without it for None and `NONE`."""
    columns = {key: value for key, value in draft.columns.items() if key != column}
    if name is not None and name != NONE:
        columns = {key: value for key, value in columns.items() if key not in TOTALS or value != name}
        columns[column] = name
    ordered = {key: columns[key] for key in CANONICAL[draft.table].columns if key in columns}
    return replace(draft, columns=ordered)


def choices_for(one: Inspection, way: Way, draft: Draft, choices: Sequence[Sequence[str]]) -> list[str]:
    """Return the columns that nothing else takes and whose cells can fill one of `choices`."""
    wanted = [column for choice in choices for column in choice]
    totals = {draft.columns.get(column) for column in TOTALS} if "amount" in wanted else set()
    taken = {*way.used, *draft.columns.values()} - totals
    found = [
        column.name
        for column in one.columns
        if column.name not in taken
        and column.kind != "empty"
        and any(is_plausible(draft.table, name, column.kind) for name in wanted)
    ]
    near = {name: max((affinity(one, name, draft.table, c) for c in wanted), default=0) for name in found}
    others = {column.name for column in one.columns if documents_of(column.heading) - {draft.table}}
    ranked = sorted(found, key=lambda name: (name in others, -near[name]))
    return ranked if len(ranked) <= MOST_OPTIONS else ranked[: max(MOST_OPTIONS, sum(map(bool, near.values())))]


def affinity(one: Inspection, name: str, table: str, column: str) -> int:
    """Return how near a heading comes to a column, 0 to 100."""
    seen = next((seen for seen in one.columns if seen.name == name), None)
    scores = [c.score for c in seen.candidates if (c.table, c.column) == (table, column)] if seen else []
    return max(scores, default=0)


def unused(one: Inspection, way: Way, draft: Draft) -> list[str]:
    """Return the columns that nothing takes."""
    taken = {*way.used, *draft.columns.values()}
    return [column.name for column in one.columns if column.name not in taken and column.kind != "empty"]


def examples_of(one: Inspection) -> Mapping[str, Sequence[str]]:
    """Return some cells of each column."""
    return {column.name: column.examples for column in one.columns}


def cells_of(orders: Draft | None, column: str) -> frozenset[str]:
    """Return what stands in a column of the orders; nothing where there are none."""
    seen = orders.seen if orders is not None else ()
    names = orders.columns if orders is not None and not orders.preset else {}
    return frozenset(cell for one, mapping in seen for cell in cells(one, names.get(column, mapping.get(column))))
