"""A frame as plain text: columns side by side, nothing cut, nothing live, no bank account."""

from __future__ import annotations

import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.report.text import showable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


_INDENT = "  "
_KEPT = "\N{NO-BREAK SPACE}"
_SHORT = 40
"""What is no longer than this is not parted at the end of a line: a number keeps its title."""


def table(frame: pl.DataFrame, titles: Mapping[str, str], width: int | None = None) -> str:
    """Return the columns that `titles` names (column -> title) as lines of text under their titles.

    Where they are wider than `width`, each row is told in words, `Title value; Title value`, wrapped between them.
    """
    lines = [
        tuple(titles.values()),
        *(tuple(shown(value) for value in row) for row in frame.select(*titles).iter_rows()),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(titles))]
    if width is not None and sum(widths) + 2 * len(widths) - 2 > width:
        return "\n".join(_in_words(lines[0], line, width) for line in lines[1:])
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def _in_words(titles: tuple[str, ...], cells: tuple[str, ...], width: int) -> str:
    told = [f"{title} {cell}" for title, cell in zip(titles, cells, strict=True) if cell]
    whole = "; ".join(each.replace(" ", _KEPT) if len(each) <= _SHORT else each for each in told)
    lines = textwrap.fill(whole, width, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False)
    return lines.replace(_KEPT, " ")


def shown(value: object) -> str:
    """Return a value as text for a person: nothing for null, decimals without trailing zeros."""
    if value is None:
        return ""
    text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return showable(text)
