"""A quantity with its unit in one cell: `10 EA`, `2,5 kg`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.currencies import MINOR_UNITS
from recon.draft.cells import cells
from recon.draft.pieces.parts import may_be, taken_apart
from recon.draft.synonyms import LEAST_SCORE, candidates

if TYPE_CHECKING:
    from recon.draft.look.column import Column
    from recon.draft.look.inspection import Inspection

NUMBER, UNIT = r"[-+(]?[0-9][0-9 .,'’]*[)-]?", r"[A-Za-zÀ-ž²³µ]{1,12}\.?"
MEASURED = re.compile(rf"({NUMBER})\s*({UNIT})")
PATTERNS = {"quantity": rf"^({NUMBER})\s*{UNIT}$", "uom": rf"^{NUMBER}\s*({UNIT})$"}


def with_units_apart(one: Inspection) -> Inspection:
    """Return the file with quantity and unit apart where each cell of a column of quantities holds both."""
    column = next((column for column in one.columns if column.kind == "text" and _is_quantity(column)), None)
    found = [MEASURED.fullmatch(cell) for cell in cells(one, column.name)] if column else []
    units = {match[2] for match in found if match is not None}
    if column is None or not found or not all(found) or units & MINOR_UNITS.keys():
        return one
    if any(may_be(other, "uom") for other in one.columns if other is not column and other.kind == "text"):
        return one  # which of the two units is the quantity's is not ours to say
    first = cells(one, column.name)[0]
    told = f"'{column.name}' holds quantities and their units ({first}): `pieces` takes them apart"
    return taken_apart(one, column, PATTERNS, told)


def _is_quantity(column: Column) -> bool:
    """Return whether a column is called a quantity, whatever its cells are."""
    return any(each.column == "quantity" and each.score >= LEAST_SCORE for each in candidates(column.heading))
