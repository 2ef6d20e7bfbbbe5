"""What stands above a file's header: names and values of the whole document, which each of its lines has."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import SourceError, did_you_mean
from recon.read.header import fold
from recon.read.raw import name_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.read.raw import Raw
    from recon.rules.rule import Source

MOST = 12
LABELLED = re.compile(r"^([^:]{2,40}):\s*(\S.*)$")
"""`Order: PO-1` in one cell."""
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
    """Return names and values that stand side by side: two cells, several pairs, or every name with a colon and what follows it."""
    if len(cells) == 2:
        return [(cells[0].rstrip(": "), cells[1])]
    names, values = cells[::2], cells[1::2]
    if len(names) == len(values) and any(map(_has_figure, values)) and not any(map(_has_figure, names)):
        return [(name.rstrip(": "), value) for name, value in zip(names, values, strict=True)]
    after = [*cells, ""][1:]
    return [(c.rstrip(": "), v) for c, v in zip(cells, after, strict=True) if c.endswith(":") and v and v[-1] != ":"]


def _has_figure(cell: str) -> bool:
    return any(c.isdigit() for c in cell)


def with_above(raw: Raw, source: Source) -> tuple[Raw, Source]:
    """Return the file with a column for each value that `source.above` names, and the source that maps them by place.

    Raises SourceError where no such name stands above the header.
    """
    found = {fold(name): value for name, value in raw.above}
    places: dict[str, str] = {}
    for column, name in source.above.items():
        if fold(name) not in found:
            there = ", ".join(f"{label} {value}" for label, value in raw.above) or "nothing"
            near = did_you_mean(name, [label for label, _ in raw.above])
            raise SourceError(f"'{name}' does not stand above the header{near}", raw.path, f"Above it stands: {there}.")
        width = raw.frame.width
        value = pl.lit(found[fold(name)], pl.String).alias(name_column(width))
        header = (*raw.header, name) if raw.header else ()
        raw = replace(raw, frame=raw.frame.with_columns(value), header=header)
        places[column] = f"#{width + 1}"
    return raw, replace(source, columns={**source.columns, **places}, above={}) if places else source
