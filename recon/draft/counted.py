"""Lines without a number of their own: told apart by a column that counts them, or counted by the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from recon.draft.columns.ask import unused, with_answer
from recon.draft.columns.lines import numbers_lines
from recon.draft.flat import rows_once
from recon.draft.ways import one_line_each

if TYPE_CHECKING:
    from recon.draft.interview import Interview
    from recon.draft.look.inspection import Inspection
    from recon.draft.text import Draft
    from recon.draft.ways import Way


def with_numbers(draft: Draft, file: tuple[Inspection, Way], interview: Interview) -> Draft:
    """Return the draft of orders whose lines have a number: of a column that counts them, or counted by the run."""
    one, way = file
    if "po_line" in {*draft.columns, *draft.defaults, *way.rivals} or "po_number" not in draft.columns:
        return _receipts_by_row(draft)
    if draft.table != "orders":
        return draft
    once = draft.distinct and rows_once(one, list(draft.columns.values())).height == _count_of_orders(one, draft)
    if once or ("po_number" not in draft.fill_down and one_line_each(one, draft.columns)):
        told = "every order has one row, so that row is line 1"
        return replace(draft, defaults={**draft.defaults, "po_line": "1"}, remarks=(*draft.remarks, told))
    likely = [name for name in unused(one, way, draft) if numbers_lines(one, name, draft.columns["po_number"])]
    asked = with_answer(draft, one, "po_line", likely, interview) if likely else draft
    if "po_line" in asked.columns or (likely and interview.ask is None):
        return asked
    told = "no column numbers the lines of an order: they are counted as they stand"
    return replace(asked, number={"po_line": "po_number"}, remarks=(*asked.remarks, told))


def _count_of_orders(one: Inspection, draft: Draft) -> int:
    """Return how many orders a file has."""
    return rows_once(one, [draft.columns["po_number"]]).height


def _receipts_by_row(draft: Draft) -> Draft:
    if draft.table != "receipts" or "receipt_number" in draft.columns:
        return draft
    told = "these receipts have no number: each row stands for itself"
    return replace(draft, remarks=(*draft.remarks, told))
