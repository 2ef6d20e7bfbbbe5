"""What stands above a header: names and values of the whole document, and the groups that headings belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 12
LABELLED = re.compile(r"^([^:]{2,40}):\s*(\S.*)$")
"""`Order: PO-1` in one cell."""
FEWEST_GROUPS = 2
HEADS = frozenset({"value", "wert", "valeur", "valor", "valore", "waarde"})
"""The heading of such a block's second column, which is no value."""


def block_of(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of the rows above a header: cells side by side, or `name: value` in one cell."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        labelled = [match for cell in cells if (match := LABELLED.match(cell))]
        for match in labelled:
            found.setdefault(match[1].strip(), match[2].strip())
        for name, value in _pairs(cells) if not labelled else ():
            found.setdefault(name, value)
    found = {name: value for name, value in found.items() if value.casefold() not in HEADS}
    return tuple(list(found.items())[:MOST])


def _pairs(cells: Sequence[str]) -> list[tuple[str, str]]:
    """Return names and values that stand side by side: two cells, or every name with a colon and what follows it."""
    if len(cells) == 2:
        return [(cells[0].rstrip(": "), cells[1])]
    after = [*cells[1:], ""]
    return [(c.rstrip(": "), v) for c, v in zip(cells, after, strict=True) if c.endswith(":") and v and v[-1] != ":"]


def groups_of(above: Sequence[str], header: Sequence[str]) -> tuple[str, ...]:
    """Return for each heading the group that stands above it ("" for none), where the row above names several groups.

    A group's name stands above its first column and holds until the next.
    """
    named = [cell.strip() for cell in above if cell and cell.strip()]
    if len(named) < FEWEST_GROUPS or len(named) >= len(header):
        return ()
    groups, last = [], ""
    for at in range(len(header)):
        last = above[at].strip() if at < len(above) and above[at] and above[at].strip() else last
        groups.append(last)
    return tuple(groups)
