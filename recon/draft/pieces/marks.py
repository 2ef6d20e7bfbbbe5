"""Figures with a mark behind them that says on which side they are booked: `10.00 CR`, `10,00 H`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.draft.cells import cells
from recon.draft.pieces.parts import may_be, taken_apart
from recon.draft.synonyms import LEAST_SCORE, candidates

if TYPE_CHECKING:
    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection

NUMBER, MARK = r"[-+(]?[0-9][0-9 .,'’]*[)-]?", r"(?i:CR|DR|KR|DB|C|D|H|S)\.?"
MARKED = re.compile(rf"({NUMBER})\s*({MARK})?")
FIGURE, SIDE = rf"^({NUMBER})\s*(?:{MARK})?$", rf"^{NUMBER}\s*({MARK})?$"
MEASURES = ("amount", "invoice_net", "invoice_total")


def with_marks_apart(one: Inspection) -> Inspection:
    """Return the file with amounts and their marks apart: which of the two is a credit note is asked as of any such column.

    Of several such columns the first says it.
    """
    for column in one.columns:
        measure = _measure(column) if column.kind == "text" else ""
        found = [MARKED.fullmatch(cell) for cell in cells(one, column.name)] if measure else []
        marked = [match[0] for match in found if match is not None and match[2]]
        if not marked or not all(found):
            continue
        told = f"'{column.name}' holds amounts with marks ({marked[0]}): `pieces` takes them apart"
        typed = any(may_be(other, "document_type") for other in one.columns)
        one = taken_apart(one, column, {measure: FIGURE} | ({} if typed else {"document_type": SIDE}), told)
    return one


def _measure(column: Column) -> str:
    """Return which amount of an invoice a column is called, whatever its cells are; "" for none."""
    called = [each for each in candidates(column.heading) if each.table == "invoices" and each.score >= LEAST_SCORE]
    return next((each.column for each in called if each.column in MEASURES), "")
