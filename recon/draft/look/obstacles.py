"""What stands in the way of reading a file: where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.read.presets.fit import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.look.column import Column
    from recon.errors import ReconError
    from recon.read.raw import Raw

MOST_OBSTACLES = 20
SHOWN = 3


@dataclass(frozen=True)
class Obstacle:
    """What keeps recon from reading the file, where, and how to mend it."""

    message: str
    where: str = ""
    hint: str = ""


def obstacle_of(error: ReconError) -> Obstacle:
    """Return an error as what stands in the way."""
    return Obstacle(error.message, error.where, error.hint)


def of_columns(columns: Sequence[Column], path: str) -> list[Obstacle]:
    """Return what the columns leave open: cells that can be read in two ways, and cells of another kind."""
    found = []
    for column in columns:
        where = f"{path}, column '{column.name}'"
        if column.mixed:
            hint = "Export it in one format; what no declared format reads is a reject."
            found.append(Obstacle(f"its {column.kind}s are written in several ways", where, hint))
        if column.undecided is not None:
            key = "date_format" if column.kind == "date" else "number_format"
            forms = '" or "'.join(column.formats)
            found.append(
                Obstacle(f"'{column.undecided}' can be read in two ways", where, f'Declare `{key}: "{forms}"`.')
            )
        for row, cell in column.odd:
            found.append(Obstacle(f"'{cell}' is no {column.kind}", f"{path}:{row}, column '{column.name}'"))
    return found[:MOST_OBSTACLES]


def of_repeats(raw: Raw, columns: Sequence[Column], path: str) -> list[Obstacle]:
    """Return the headings that stand above several columns, each with its group where there is one."""
    alike: dict[str, list[Column]] = {}
    for column in columns:
        if raw.header:
            alike.setdefault(key_of(raw.header[column.position - 1]), []).append(column)
    return [
        Obstacle(
            f"{len(same)} columns are called {raw.header[same[0].position - 1]}: "
            + ", ".join(f"#{one.position}" + (f" {one.heading}" if one.name != one.heading else "") for one in same),
            path,
            "Map those that are meant by their place: `columns: {quantity: '#3'}`.",
        )
        for same in alike.values()
        if len(same) > 1
    ]


def of_cells(raw: Raw) -> list[Obstacle]:
    """Return the cells that cannot be trusted (error values, formulas without a value) as obstacles."""
    found = []
    for position, reasons in raw.damaged.items():
        name = raw.header[position] if raw.header else f"#{position + 1}"
        marked = reasons.is_not_null()
        for row, reason in zip(
            raw.rows.filter(marked).to_list()[:SHOWN], reasons.filter(marked).to_list(), strict=False
        ):
            found.append(Obstacle(str(reason), f"{raw.path}:{row}, column '{name}'"))
    return found
