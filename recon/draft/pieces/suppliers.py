"""A supplier's number and name in one cell: `100200 ACME Ltd`, `ACME Ltd (100200)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.draft.cells import cells
from recon.draft.pieces.parts import may_be, taken_apart, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.look.inspection import Inspection

NUMBER = r"[0-9A-Za-z._-]*[0-9][0-9A-Za-z._-]*"
WRITTEN = (
    (
        rf"^({NUMBER})(?:\s+[-–:|]\s*|\s*[:|,]\s+|\s+)[^0-9\s-].*$",
        rf"^{NUMBER}(?:\s+[-–:|]\s*|\s*[:|,]\s+|\s+)([^0-9\s-].*)$",
    ),
    (rf"^.*\S\s*[(\[]({NUMBER})[)\]]$", rf"^(.*\S)\s*[(\[]{NUMBER}[)\]]$"),
)
"""Patterns of the number and of the name, for each way to write the two."""
MOSTLY = 0.8


def with_suppliers_apart(one: Inspection, others: Sequence[Inspection]) -> Inspection:
    """Return the file with the supplier's number and name apart, where other files know suppliers by these numbers or names."""
    column = next((c for c in one.columns if c.kind == "text" and may_be(c, "supplier_id", "supplier_name")), None)
    found = cells(one, column.name) if column else []
    if column is None or not all(" " in cell for cell in found):
        return one
    known = {cell for other in others for cell in texts_of(other, "supplier_id", "supplier_name")}
    if known & set(found):
        return one
    for number, name in WRITTEN:
        pairs = [(re.match(number, cell), re.match(name, cell)) for cell in found]
        halves = [{half[1] for half in both if half} for both in zip(*pairs, strict=True)]
        if (
            pairs
            and all(all(pair) for pair in pairs)
            and any(len(half & known) >= MOSTLY * len(half) for half in halves)
        ):
            told = f"'{column.name}' holds suppliers' numbers and names ({found[0]}): `pieces` takes them apart"
            return taken_apart(one, column, {"supplier_id": number, "supplier_name": name}, told)
    return one
