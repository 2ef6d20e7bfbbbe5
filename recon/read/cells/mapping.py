"""Which column of a file fills which canonical column, and what a file must therefore have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.errors import MissingColumnError, RulesError, SourceError, did_you_mean
from recon.read.header import columns_are, find_name, fold, missing_names, trim
from recon.rules.condition import Apply, Column
from recon.tables import CANONICAL, PLACE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from recon.rules.condition import Expression
    from recon.rules.rule import Source
    from recon.tables import Table

ALTERNATIVES: Mapping[str, tuple[tuple[tuple[str, ...], ...], ...]] = {
    "orders": ((("supplier_id",), ("supplier_name",)), (("quantity", "unit_price"), ("amount",))),
    "invoices": ((("amount",), ("quantity", "unit_price")),),
}
"""Per source, groups of columns of which one choice must be there whole."""
STANDS_FOR_ITSELF = ("receipt_number",)
"""Needed, but where a source has no such column at all, the place of the row stands for it."""


@dataclass(frozen=True)
class Mapped:
    """Canonical column -> position in the file, and the carried columns' positions."""

    columns: Mapping[str, int]
    carried: Mapping[str, int]
    notes: tuple[str, ...] = ()
    asked: Mapping[str, int] = field(default_factory=dict)
    """Columns of the file that only `where` names: its name of them (in double quotes) -> position."""


def without_header(source: Source) -> bool:
    """Return whether the file has no header line: it says so, or every column is mapped by position alone."""
    names = (*source.columns.values(), *source.carry, *pieced(source))
    by_position = bool(source.columns) and all(map(is_position, names))
    return source.header_row == 0 or (source.header_row is None and by_position)


def names_in(expression: Expression) -> set[str]:
    """Return the names that a condition uses."""
    if isinstance(expression, Column):
        return {expression.name}
    if isinstance(expression, Apply):
        return set().union(*(names_in(operand) for operand in expression.operands))
    return set()


def is_position(name: str) -> bool:
    """Return whether a mapping names a column by its position, as `#3`."""
    return name.startswith("#") and name[1:].isdecimal()


def wanted_names(source: Source) -> tuple[str, ...]:
    """Return the header names without which the mapping of `source` cannot be filled."""
    table = CANONICAL[source.name]
    _refuse_unknown(source, table)
    if without_header(source):
        return ()
    names = [*source.columns.values(), *([] if only_named(source) else needed(source)), *source.carry, *pieced(source)]
    asked = [unquoted(name) for name in asked_columns(source)]
    return tuple(dict.fromkeys(name for name in [*names, *asked] if not is_position(name)))


def pieced(source: Source) -> tuple[str, ...]:
    """Return the names of the file's columns of which parts of cells are taken, each once."""
    return tuple(dict.fromkeys(piece.of for piece in source.pieces.values()))


def only_named(source: Source) -> bool:
    """Return whether only what `columns` names is read; without it, and beside a preset, other columns are found too."""
    return bool(source.columns) and source.preset in {None, "canonical"}


def needed(source: Source) -> list[str]:
    """Return the columns that a file must have: those of the table that nothing else gives."""
    given = {*source.columns, *source.pieces, *source.defaults, *source.number, *STANDS_FOR_ITSELF}
    return [column for column in CANONICAL[source.name].required if column not in given]


def asked_columns(source: Source) -> list[str]:
    """Return the file's own columns that `where` names, in double quotes, sorted."""
    used = names_in(source.where.expression) if source.where else set()
    return sorted(name for name in used if name.startswith('"'))


def unquoted(name: str) -> str:
    """Return the file's name of a column that a condition names in double quotes."""
    return name[1:-1]


def map_columns(source: Source, header: Sequence[str], width: int, where: str, used: Collection[str] = ()) -> Mapped:
    """Return where each canonical column of `source` stands in a file with this `header` of `width` columns.

    Columns that `source.columns` does not map are found by their canonical names. Raises SourceError naming what is
    missing, and RulesError for a mapping that cannot be meant. `used`: names that something else than the mapping reads.
    """
    table = CANONICAL[source.name]
    _refuse_unknown(source, table)
    columns = {c: place_of(name, header, width, where) for c, name in source.columns.items()}
    taken = set(columns.values())
    for column in table.columns if source.preset is None and not only_named(source) else ():
        found = find_name(column, header) if column not in PLACE and column not in columns else None
        if found is not None and found not in taken:
            columns[column] = found
    if not source.columns and source.preset is None:
        _refuse_other_table(source, header, where)
        _refuse_near_names(source, header, columns, where)
    _refuse_incomplete(source, header, columns, where)
    asked = {name: place_of(unquoted(name), header, width, where) for name in asked_columns(source)}
    carried = {name: place_of(name, header, width, where) for name in source.carry}
    placed = {*columns.values(), *carried.values(), *asked.values()}
    unused = [name for i, name in enumerate(header) if name and name not in used and i not in placed]
    return Mapped(columns, carried, (f"columns not used: {', '.join(unused)}",) if unused else (), asked)


def _refuse_unknown(source: Source, table: Table) -> None:
    known = [c for c in table.columns if c not in PLACE]
    for column in (*source.columns, *source.pieces, *source.defaults):
        if column not in known:
            raise RulesError(f"unknown column '{column}'{did_you_mean(column, known)}", f"sources.{source.name}")
    for name in source.carry:
        if name in table.columns:
            raise RulesError(f"`carry` names '{name}', which is a canonical column", f"sources.{source.name}")


def place_of(name: str, header: Sequence[str], width: int, where: str) -> int:
    """Return where the column of that name (or `#3`) stands, from 0; raises SourceError where it does not."""
    if is_position(name):
        position = int(name[1:]) - 1
        if not 0 <= position < width:
            raise SourceError(f"there is no column {name}: the file has {width}", where)
        return position
    found = find_name(name, header)
    if found is None:
        near = did_you_mean(fold(name), [fold(column) for column in header])
        raise MissingColumnError(f"column '{trim(name)}' not found{near}", where, columns_are(header))
    return found


def _refuse_other_table(source: Source, header: Sequence[str], where: str) -> None:
    def fits(name: str) -> int:
        return len(CANONICAL[name].columns) - len(missing_names(header, list(CANONICAL[name].columns)))

    for name, table in CANONICAL.items():
        if name != source.name and not missing_names(header, table.required) and fits(name) > fits(source.name):
            hint = f"Give it under `sources: {{{name}: ...}}`, or say with `columns` what its columns are."
            raise SourceError(f"this looks like a file of {name}, not of {source.name}", where, hint)


def _refuse_near_names(source: Source, header: Sequence[str], columns: Mapping[str, int], where: str) -> None:
    """A header one letter away from a canonical name that is absent: not to be left aside in silence."""
    absent = [
        c for c in CANONICAL[source.name].columns if c not in columns and c not in PLACE and c not in source.defaults
    ]
    for position, name in enumerate(header):
        if position not in columns.values() and name not in source.carry:
            meant = next((c for c in absent if _one_apart(_letters(name), _letters(c))), None)
            if meant is not None:
                hint = f"Without `columns` the headers must be canonical names: write '{meant}', map it, or `carry` it."
                raise SourceError(
                    f"column '{name}' is not a name of {source.name} (did you mean '{meant}'?)", where, hint
                )


def _letters(name: str) -> str:
    return "".join(c for c in fold(name) if c.isalnum())


def _one_apart(one: str, other: str) -> bool:
    """Return whether two words are equal but for one letter more, less or another."""
    short, long = sorted((one, other), key=len)
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return bool(short) and (short[same:] == long[same + 1 :] or short[same + 1 :] == long[same + 1 :])


def _refuse_incomplete(source: Source, header: Sequence[str], columns: Mapping[str, int], where: str) -> None:
    given = {*columns, *source.defaults}
    stand_ins = CANONICAL[source.name].stand_ins
    absent = [c for c in needed(source) if c not in given and stand_ins.get(c) not in given]
    for choices in ALTERNATIVES.get(source.name, ()):
        if not any(given.issuperset(choice) for choice in choices):
            absent += [" or ".join(" and ".join(choice) for choice in choices)]
    if absent:
        raise SourceError(f"nothing fills {', '.join(absent)} of {source.name}", where, _mend(source, header, columns))


def _mend(source: Source, header: Sequence[str], columns: Mapping[str, int]) -> str:
    there = [c for c in CANONICAL[source.name].columns if c not in columns and find_name(c, header) is not None]
    if only_named(source) and there:
        return f"With `columns` only what it names is read. The file has {', '.join(there)}: name them there too."
    hint = "Map them with `columns: {canonical name: name in the file}`, or give `defaults`."
    unnumbered = source.name == "orders" and "po_line" not in {*columns, *source.defaults, *source.number}
    return hint + (" Where lines have no number, count them: `number: {po_line: po_number}`." if unnumbered else "")
