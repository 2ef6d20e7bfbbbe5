"""Inspected files -> the same with cells of two things taken apart, as headings say, other files show, or a person answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.interview import Interview
from recon.draft.pieces.marks import with_marks_apart
from recon.draft.pieces.measures import with_price_units_apart, with_units_apart
from recon.draft.pieces.orders import with_orders_and_lines, with_orders_in_texts
from recon.draft.pieces.suppliers import with_suppliers_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.look.inspection import Inspection


def with_pieces(seen: Sequence[Inspection], interview: Interview) -> list[Inspection]:
    """Return the files, each with columns for what is part of a cell. Nothing is taken apart of which a cell does not fit."""
    found = [_measures(one) for one in seen]
    for step in (with_orders_and_lines, with_orders_in_texts, _suppliers):
        found = [step(one, [other for other in found if other is not one], interview) for one in found]
    return found


def _suppliers(one: Inspection, others: Sequence[Inspection], _: Interview) -> Inspection:
    return with_suppliers_apart(one, others)


def with_own_pieces(one: Inspection) -> Inspection:
    """Return a file with cells of two things taken apart as far as it tells them by itself."""
    return with_orders_and_lines(_measures(one), (), Interview())


def _measures(one: Inspection) -> Inspection:
    return with_price_units_apart(with_units_apart(with_marks_apart(one)))
