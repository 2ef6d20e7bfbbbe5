"""What would put a cause right: patches of a source, a conversion or files left out; as YAML, and applied in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.kinds import DAY
from recon.rules.patches import patched
from recon.rules.rule import Patch
from recon.rules.when.parse import parse_condition
from recon.tables import CANONICAL, CONVERSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Source
    from recon.tables import Sources

MONTHS = 12


@dataclass(frozen=True)
class Mend:
    """A change of the rules or masters: the YAML that a person would write, and the same change made to what was read."""

    yaml: str
    applied: Callable[[Sources], Sources]


def patch(source: str, name: str, when: str, **does: Mapping[str, Any] | int) -> Mend:
    """Return a patch of the rows of `source` for which `when` holds: as Patch has them."""
    table = CANONICAL[source]
    one = Patch(name, parse_condition(when, table.columns), **does)  # type: ignore[arg-type]
    said = ", ".join([f"name: {quoted(name)}", f"when: {quoted(when)}", *(f"{k}: {_flow(v)}" for k, v in does.items())])

    def applied(sources: Sources) -> Sources:
        changed, _ = patched(getattr(sources, table.name), [one], table)
        columns = {f"{table.name}.{column}" for column in one.set}
        frames: dict[str, Any] = {table.name: changed}
        return replace(sources, **frames, absent=sources.absent - columns)

    return Mend(f"sources:\n  {source}:\n    patches:\n      - {{{said}}}\n", applied)


def conversion(supplier_id: str, from_uom: str, to_uom: str, factor: int) -> Mend:
    """Return a row for the conversions: one `from_uom` of the supplier holds `factor` of `to_uom`."""
    row = {"supplier_id": supplier_id, "from_uom": from_uom, "to_uom": to_uom, "factor": Decimal(factor)}
    said = ", ".join(f"{name}: {_flow(value)}" for name, value in row.items())

    def applied(sources: Sources) -> Sources:
        place = {"source": "conversions", "row": sources.conversions.height}
        added = CONVERSIONS.cast(pl.DataFrame([row | place], schema_overrides=dict(CONVERSIONS.columns)))
        return replace(sources, conversions=pl.concat([sources.conversions, added], how="diagonal"))

    return Mend(f"conversions: # a row of their file\n  - {{{said}}}\n", applied)


def without_file(source: str, path: str, others: Sequence[str]) -> Mend:
    """Return a list of the files of `source` without one of them."""
    name = CANONICAL[source].name

    def applied(sources: Sources) -> Sources:
        frames: dict[str, Any] = {name: getattr(sources, name).filter(pl.col("source") != path)}
        return replace(sources, **frames)

    listed = ", ".join(quoted(other) for other in others)
    return Mend(f"sources:\n  {source}:\n    files: [{listed}] # without {path}\n", applied)


def quoted(text: str) -> str:
    r"""Return a text in double quotes, as YAML reads it back.

    >>> quoted('6" pipe')
    '"6\\" pipe"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def literal(text: str) -> str:
    """Return a text as a condition writes it: `'O''Neill'`."""
    return "'" + text.replace("'", "''") + "'"


def is_one_of(column: str, values: Sequence[str]) -> str:
    """Return the condition that a text column has one of these values."""
    if len(values) == 1:
        return f"{column} = {literal(values[0])}"
    return f"{column} in ({', '.join(map(literal, values))})"


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int) else quoted(str(value))


def swapped_days(source: str, given: Source | None) -> Mend | None:
    """Return the date format of a source with day and month the other way round; None where it says none to turn."""
    forms = given.date_format if given else ()
    if len(forms) != 1 or not {"%d", "%m"} <= {forms[0][at : at + 2] for at in range(len(forms[0]))}:
        return None
    turned = forms[0].replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    table = CANONICAL[source]

    def applied(sources: Sources) -> Sources:
        days = [_turned(name).alias(name) for name in table.of(DAY)]
        frames: dict[str, Any] = {table.name: getattr(sources, table.name).with_columns(days)}
        return replace(sources, **frames)

    return Mend(f"sources:\n  {source}:\n    date_format: {quoted(turned)}\n", applied)


def _turned(name: str) -> pl.Expr:
    day = pl.col(name).dt
    return pl.when(day.day() <= MONTHS).then(pl.date(day.year(), day.day(), day.month())).otherwise(name)
