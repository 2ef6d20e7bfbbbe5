"""The `suppliers` section: scores, and the other names under which suppliers are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.rules.rule import SupplierRules
from recon.rules.written.kinds import SCORE, Kind, Schema, Text, refused
from recon.rules.written.sections import Field, Many, Record, section
from recon.rules.written.yaml_nodes import Listing, Scalar

if TYPE_CHECKING:
    from recon.rules.written.places import Place
    from recon.rules.written.yaml_nodes import Node, Section


@dataclass(frozen=True)
class AliasFile:
    """An alias file that is still to be read, and where the rules name it."""

    path: str
    place: Place


class Aliases(Kind["dict[str, str] | AliasFile"]):
    """A file's name, or the aliases themselves: name: id, or id: [names]."""

    def read(self, node: Node) -> dict[str, str] | AliasFile:
        if isinstance(node, Scalar):
            return AliasFile(Text("a file").read(node), node.place)
        return read_aliases(node)

    def schema(self) -> Schema:
        values: Schema = {"type": ["string", "number", "array"], "items": {"type": ["string", "number"]}}
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": values}]}


def read_aliases(node: Node) -> dict[str, str]:
    """Return name -> supplier id from a section of `name: id` and `id: [names]`; raises Complaint."""
    aliases: dict[str, str] = {}
    for entry in section(node, "aliases").entries:
        word = Text("a name or a supplier id").read(entry.key)
        names = (
            Many(Text("a name"), may_be_empty=True).read(entry.value) if isinstance(entry.value, Listing) else (word,)
        )
        supplier_id = word if isinstance(entry.value, Listing) else Text("a supplier id").read(entry.value)
        for name in names:
            if aliases.setdefault(name, supplier_id) != supplier_id:
                raise refused(
                    entry.value.place, f"'{name}' is an alias of both {aliases[name]} and {supplier_id}", "Keep one."
                )
    return aliases


def _suppliers(found: Section, values: dict[str, Any]) -> dict[str, Any]:
    defaults = SupplierRules()
    accept, review = values.get("accept", defaults.accept), values.get("review", defaults.review)
    if review > accept:
        place = found.at("review" if "review" in values else "accept")
        raise refused(
            place,
            f"review ({review}) is above accept ({accept})",
            "From review to accept a person decides; accept is the higher.",
        )
    return values


SUPPLIERS = Record(
    "suppliers",
    {
        "accept": Field(SCORE, "A name with this score or more is accepted (0-100)."),
        "review": Field(SCORE, "Below this score a supplier is unknown (0-100)."),
        "margin": Field(SCORE, "The runner-up's score must be so much lower."),
        "aliases": Field(Aliases(), "A YAML file, or the aliases: {name: supplier id} or {supplier id: [names]}."),
    },
    _suppliers,
)
