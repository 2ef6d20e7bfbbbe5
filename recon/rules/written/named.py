"""What all named rules share: a name of their own, and a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recon.rules.when.expr import LINE_COLUMNS, LINE_SYNONYMS, POLICY_COLUMNS
from recon.rules.when.parse import parse_condition
from recon.rules.written.kinds import Parsed, Text, refused
from recon.rules.written.sections import Field, section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.rules.condition import Condition
    from recon.rules.written.places import Place
    from recon.rules.written.yaml_nodes import Node


def condition(
    columns: Mapping[str, Any], synonyms: Mapping[str, str] | None = None, *, others: bool = False
) -> Parsed[Condition]:
    """Return the kind of a SQL condition on these columns; with `others` also on any that stands in double quotes."""
    return Parsed("a condition", lambda text: parse_condition(text, columns, synonyms, others=others))


NAME = Field(Text("a name"), "Stands in every result that this rule decided.", "Give it a name of its own: name: ...")
LINE_WHEN = Field(
    condition(LINE_COLUMNS, LINE_SYNONYMS), "SQL condition on the invoice line; the order's columns as order_..."
)
POLICY_WHEN = Field(condition(POLICY_COLUMNS), "SQL condition on the order line.")


def refuse_same_name(items: list[tuple[Node, Any]]) -> None:
    """Refuse a second rule of the same name in one section; raises Complaint."""
    first: dict[str, Place] = {}
    for node, rule in items:
        place = section(node).at("name")
        if rule.name in first:
            hint = f"The first is on line {first[rule.name].line}; results tell rules by their name."
            raise refused(place, f"a second rule is named '{rule.name}'", hint)
        first[rule.name] = place
