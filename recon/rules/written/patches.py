"""The `patches` of a source: what is put right in its rows until the source itself does it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.kinds import TEXT
from recon.rules.rule import Patch
from recon.rules.written.kinds import Choice, Number, Text, Whole, refused
from recon.rules.written.named import NAME, condition, refuse_same_name
from recon.rules.written.sections import Field, Many, Pairs, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section
    from recon.tables import Table

DOES = ("set", "before", "cut", "divide", "multiply")


def patches(table: Table) -> Many[Patch]:
    """Return the kind of a list of patches of the rows of `table`."""
    numbers = tuple(name for name, dtype in table.columns.items() if dtype.is_decimal())
    texts = tuple(name for name, kind in table.kinds.items() if kind.dtype == TEXT and name != "source")
    factor = Pairs(
        Choice(f"a column of numbers of {table.name}", numbers), Number("a factor", least=Decimal("0.000001"))
    )
    fields = {
        "name": NAME,
        "when": Field(condition(table.columns), "SQL condition on the row; `source` is its file."),
        "set": Field(
            Pairs(Choice(f"a column of {table.name}", (*texts, *numbers)), Text("a value")), "Column: its value there."
        ),
        "before": Field(
            Pairs(Choice(f"a text column of {table.name}", texts), Text()), "Column: what is put before it."
        ),
        "cut": Field(Pairs(Choice(f"a text column of {table.name}", texts), Text()), "Column: what its end loses."),
        "divide": Field(factor, "Column: what it is divided by."),
        "multiply": Field(factor, "Column: what it is multiplied by."),
        "places": Field(Whole("a number of places", most=10), "To how many places quotients are rounded."),
    }
    return Many(Record("a patch", fields, lambda found, values: _patch(table, found, values)), check=refuse_same_name)


def _patch(table: Table, found: Section, values: dict[str, Any]) -> Patch:
    if not values.keys() & set(DOES):
        raise refused(
            found.place,
            "the patch changes nothing",
            "Give one of set, before, cut, divide, multiply: set: {price_unit: 100}",
        )
    for column, text in values.get("set", {}).items():
        if table.columns[column].is_decimal():
            try:
                values["set"] = {**values["set"], column: Decimal(text)}
            except ArithmeticError:
                raise refused(found.at("set"), f"'{text}' is no number, as {column} is") from None
    return Patch(**values)
