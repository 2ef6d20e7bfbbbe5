"""A quantity with its unit in one cell (`10 EA`), and a price with what it is for (`5.00/EA`, `12,50 € / 100 St`)."""

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
BEHIND = r"\s*/\s*"
PRICED = re.compile(rf"(?P<price>{NUMBER}\s*[^\s/0-9]{{0,3}}){BEHIND}(?P<per>[1-9][0-9]{{0,4}})?\s*(?P<unit>{UNIT})?")
PRICE, PER = rf"^({NUMBER}\s*[^\s/0-9]{{0,3}}){BEHIND}.*$", rf"{BEHIND}([1-9][0-9]{{0,4}})?\s*(?:{UNIT})?$"
PATTERNS = {"quantity": rf"^({NUMBER})\s*{UNIT}$", "uom": rf"^{NUMBER}\s*({UNIT})$"}


def with_units_apart(one: Inspection) -> Inspection:
    """Return the file with quantity and unit apart where each cell of a column of quantities holds both."""
    column = next((column for column in one.columns if column.kind == "text" and _is_called(column, "quantity")), None)
    found = [MEASURED.fullmatch(cell) for cell in cells(one, column.name)] if column else []
    units = {match[2] for match in found if match is not None}
    if column is None or not found or not all(found) or units & MINOR_UNITS.keys():
        return one
    if any(may_be(other, "uom") for other in one.columns if other is not column and other.kind == "text"):
        return one  # which of the two units is the quantity's is not ours to say
    first = cells(one, column.name)[0]
    told = f"'{column.name}' holds quantities and their units ({first}): `pieces` takes them apart"
    return taken_apart(one, column, PATTERNS, told)


def with_price_units_apart(one: Inspection) -> Inspection:
    """Return the file with price and price unit apart where each cell of a column of prices holds both.

    Not where a price is for another unit than the quantity beside it.
    """
    column = next((c for c in one.columns if c.kind == "text" and _is_called(c, "unit_price")), None)
    found = [PRICED.fullmatch(cell) for cell in cells(one, column.name)] if column else []
    units = {(match["unit"] or "").casefold() for match in found if match is not None} - {""}
    if column is None or not found or not all(found):
        return one
    named = {cell.casefold() for other in one.columns if may_be(other, "uom") for cell in cells(one, other.name)}
    if units and named and units != named:
        return one
    per = any(match["per"] for match in found if match is not None)
    told = (
        f"'{column.name}' holds prices and what they are for ({cells(one, column.name)[0]}): `pieces` takes them apart"
    )
    return taken_apart(one, column, {"unit_price": PRICE} | ({"price_unit": PER} if per else {}), told)


def _is_called(column: Column, canonical: str) -> bool:
    """Return whether a column is called so, whatever its cells are."""
    return any(each.column == canonical and each.score >= LEAST_SCORE for each in candidates(column.heading))
