"""The groups that headings belong to: what stands above a header."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_GROUPS = 2


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
