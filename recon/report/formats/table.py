"""A frame as plain text: columns side by side, nothing cut, nothing live, no bank account."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from recon.report.text import mask_ibans, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


def table(frame: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """Return the columns that `titles` names (column -> title) as lines of text under their titles."""
    lines = [
        tuple(titles.values()),
        *(tuple(shown(value) for value in row) for row in frame.select(*titles).iter_rows()),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(titles))]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def shown(value: object) -> str:
    """Return a value as text for a person: nothing for null, decimals without trailing zeros."""
    if value is None:
        return ""
    text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return mask_ibans(visible(text))
