"""Several columns that would do for one: settled by what stands in them, else asked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.cells import cells
from recon.draft.columns.ask import ask_for, cells_of, with_column
from recon.draft.headings import concepts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way

OF_ORDERS = {"po_number": "numbers", "item": "items"}
"""Columns of which other files have what the orders have."""
LINES, LINE = ("po_line", "receipt_line", "invoice_line"), re.compile(r"[0-9]{1,6}(?:\.[0-9]+)*")
"""Numbers of lines, and what one looks like."""


def with_rivals_settled(
    draft: Draft, file: tuple[Inspection, Way], interview: Interview, orders: Draft | None = None
) -> Draft:
    """Return the draft in which no column has a rival any more.

    `orders`: which of several columns cites an order is settled where the numbers of orders stand in one of them alone.
    """
    one, way = file
    for column, rivals in way.rivals.items():
        names = (way.mapping[column], *rivals)
        draft = (
            _citing(draft, one, column, names, orders)
            or _item_by_number(draft, one, column, names)
            or _by_shape(draft, one, column, names, orders)
            or with_column(draft, column, ask_for(one, column, names, draft, interview))
        )
    return draft


def _citing(draft: Draft, one: Inspection, column: str, names: Sequence[str], orders: Draft | None) -> Draft | None:
    """Return the draft with the one column in which something of the orders stands, if there is one."""
    known = cells_of(orders, column) if column in OF_ORDERS else frozenset()
    citing = [name for name in names if not known.isdisjoint(cells(one, name))]
    if len(citing) != 1:
        return None
    told = {**draft.reasons, column: f"its cells are the orders' {OF_ORDERS[column]}"}
    return replace(with_column(draft, column, citing[0]), reasons=told)


def _item_by_number(draft: Draft, one: Inspection, column: str, names: Sequence[str]) -> Draft | None:
    """Return the draft with the item's number and its text, where one of two columns is its number by name."""
    if column != "item" or not (numbered := _numbered(one, names)):
        return None
    return _with_text(with_column(draft, column, numbered), [name for name in names if name != numbered])


def _by_shape(draft: Draft, one: Inspection, column: str, names: Sequence[str], orders: Draft | None) -> Draft | None:
    """Return the draft with the one column that holds no items, and numbers of lines where those are wanted."""
    items = cells_of(orders, "item") if column not in OF_ORDERS else frozenset()
    others = [name for name in names if items.isdisjoint(cells(one, name))]
    if column in LINES:
        others = [name for name in names if all(LINE.fullmatch(cell) for cell in cells(one, name))]
    return with_column(draft, column, others[0]) if len(others) == 1 else None


def _numbered(one: Inspection, names: Sequence[str]) -> str:
    """Return which column is the item's number (`Item No.`) beside one that is its text (`Item`); "" where that cannot be told."""
    called = [name for name in names if concepts_of(name)[0] & {"number", "code"}]
    texts = [name for name in names if name not in called and any(" " in cell for cell in cells(one, name))]
    return called[0] if len(called) == 1 and len(texts) == len(names) - 1 else ""


def _with_text(draft: Draft, names: Sequence[str]) -> Draft:
    """Return the draft with a column for the item's text, where it has none."""
    return draft if "description" in draft.columns else with_column(draft, "description", names[0])
