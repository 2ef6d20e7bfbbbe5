"""The rules file, described once: its sections, their keys and the kind of each value. Reading and editors derive from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.match.conditions import LINE_COLUMNS, LINE_SYNONYMS, POLICY_COLUMNS
from recon.read.rules_kinds import Choice, Kind, Number, Schema, Text, Whole, refused
from recon.read.rules_sections import Field, Many, OrNull, Pairs, Record, section
from recon.read.rules_sources import SOURCES, columns_of, condition
from recon.read.yaml_nodes import Listing, Scalar
from recon.rules import (
    CODES,
    MATCH_POLICIES,
    MEASURES,
    SEVERITY_ORDER,
    UNCHECKED,
    Limit,
    LinkRule,
    Policy,
    Sides,
    SupplierRules,
    Tolerance,
    Value,
)
from recon.tables import INVOICE_LINES, ORDER_LINES, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.read.places import Place
    from recon.read.yaml_nodes import Node, Section

HUNDRED = Decimal(100)
NAME = Field(Text("a name"), "Stands in every result that this rule decided.", missing="Give it a name of its own: name: ...")
LINE_WHEN = Field(condition(LINE_COLUMNS, LINE_SYNONYMS), "SQL condition on the invoice line; the order's columns as order_...")
POLICY_WHEN = Field(condition(POLICY_COLUMNS), "SQL condition on the order line.")
SCORE = Number("a score", most=HUNDRED, hint="Scores go from 0 to 100.")
LINKABLE = tuple(c for c in columns_of(INVOICE_LINES) if INVOICE_LINES.columns[c] == TEXT and c in ORDER_LINES.columns)
"""Text columns that invoice and order lines share: what a link rule may hold equal."""


def _named(items: list[tuple[Node, Any]]) -> None:
    """Refuse a second rule of the same name in one section."""
    seen: dict[str, Place] = {}
    for node, rule in items:
        if rule.name in seen:
            hint = f"The first is on line {seen[rule.name].line}; results tell rules by their name."
            raise refused(_at(node, "name"), f"a second rule is named '{rule.name}'", hint)
        seen[rule.name] = node.place


def _at(node: Node, name: str) -> Place:
    return section(node).at(name)


# -- links -------------------------------------------------------------------------------------------------------


def _link(found: Section, values: dict[str, Any]) -> LinkRule:
    twice = next((c for c in values["on"] if values["on"].count(c) > 1), None)
    if twice:
        raise refused(found.at("on"), f"'{twice}' stands twice in 'on'")
    return LinkRule(**values)


LINK = Record(
    "a link rule",
    {
        "name": NAME,
        "on": Field(
            Many(Choice("a text column of invoice and order lines", LINKABLE), or_one=True),
            "Columns that must be equal on the invoice and the order line.",
            missing="Say what must be equal: on: [po_number, po_line]",
        ),
        "similar": Field(Pairs(Choice("a column to compare by likeness", ("description",)), SCORE), "Column: least score, 0-100."),
        "days": Field(Whole("a number of days"), "At most so many days between order and invoice."),
        "when": LINE_WHEN,
    },
    _link,
)

# -- policies ----------------------------------------------------------------------------------------------------


def _reachable(items: list[tuple[Node, Policy]]) -> None:
    """Refuse a policy that an earlier one leaves nothing to."""
    _named(items)
    taken: dict[str, str] = {}
    for node, policy in items:
        everything = taken.get("") or taken.get(_meaning(policy))
        if everything:
            hint = f"The policy '{everything}' before it already decides every such line: put it after, or give it another 'when'."
            raise refused(node.place, f"the policy '{policy.name}' can never apply", hint)
        taken[_meaning(policy)] = policy.name


def _meaning(policy: Policy) -> str:
    """Return what a policy's condition says, whatever its spelling; empty for one that always holds."""
    always = policy.when is None or policy.when.expression == Value(value=True)
    return "" if always or policy.when is None else repr(policy.when.expression)


POLICY = Record(
    "a policy",
    {
        "name": NAME,
        "match": Field(Choice("a policy", MATCH_POLICIES), "What is held against what.", missing="Add match: three_way, or another."),
        "when": POLICY_WHEN,
    },
    lambda _, values: Policy(**values),
)

# -- tolerances --------------------------------------------------------------------------------------------------

COMBINE = Field(Choice("a way to combine", ("stricter", "looser")), "Both given: the stricter counts (default), or the looser.")
PERCENT = Number("a percentage", most=HUNDRED, hint="Write 2 for two percent; null turns a check off.")


@dataclass(frozen=True)
class Side:
    """One side as written: `combine` may still come from the measure."""

    percent: Decimal | None = None
    absolute: Decimal | int | None = None
    combine: str | None = None

    def limit(self, combine: str | None) -> Limit:
        absolute = None if self.absolute is None else Decimal(self.absolute)
        return Limit(self.percent, absolute, self.combine or combine or "stricter")  # type: ignore[arg-type]


def _side(found: Section, values: dict[str, Any]) -> Side:
    if not values.keys() & {"percent", "absolute"}:
        raise refused(found.place, "the side has no limit", "Give percent or absolute; write null to turn the check off.")
    return Side(**values)


def _sides(found: Section, values: dict[str, Any]) -> Sides:
    if not values.keys() & {"over", "under"}:
        raise refused(found.place, "the measure has no side", "Give over or under: {over: {percent: 2}}")
    combine = values.pop("combine", None)
    return Sides(**{side: None if written is None else written.limit(combine) for side, written in values.items()})


def _measure(name: str) -> Kind[Sides]:
    percent = {"percent": Field(OrNull(PERCENT, None), "Percent of the expected value.")}
    absolute: OrNull[Any] = OrNull(Whole("a number of days") if name == "date" else Number("an amount"), None)
    limits = {"absolute": Field(absolute, "Days." if name == "date" else "In the order's currency or unit."), "combine": COMBINE}
    fields = limits if name == "date" else {**percent, **limits}
    elsewhere = {"percent": "Dates are tolerated in whole days: absolute: 3"}
    side = Record("a side", fields, _side, elsewhere, "Say what the number is: {percent: <n>} or {absolute: <n>}.")
    sides = {side_name: Field(OrNull(side, Side()), doc) for side_name, doc in SIDE_DOCS.items()}
    misplaced = dict.fromkeys(("percent", "absolute"), f"A limit belongs to a side: {name}: {{over: {{percent: 2}}}}.")
    hint = f"Write {name}: {{over: {{absolute: <n>}}}}" + ("" if name == "date" else f" or {name}: {{over: {{percent: <n>}}}}") + "; null for no check."
    return OrNull(Record(f"the measure {name}", {**sides, "combine": COMBINE}, _sides, misplaced, hint), Sides(UNCHECKED, UNCHECKED))


SIDE_DOCS = {"over": "To the buyer's disadvantage; null: not checked.", "under": "In the buyer's favour; null: not checked."}


def _tolerance(found: Section, values: dict[str, Any]) -> Tolerance:
    measures = {name: sides for name, sides in values.items() if name in MEASURES}
    if not measures:
        raise refused(found.place, f"the tolerance '{values['name']}' names no measure", f"Known: {', '.join(MEASURES)}.")
    return Tolerance(values["name"], measures, values.get("when"))


TOLERANCE = Record(
    "a tolerance",
    {"name": NAME, "when": LINE_WHEN, **{name: Field(_measure(name), f"How far {name} may be off.") for name in MEASURES}},
    _tolerance,
)

# -- suppliers ---------------------------------------------------------------------------------------------------


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
        names = Many(Text("a name"), may_be_empty=True).read(entry.value) if isinstance(entry.value, Listing) else (word,)
        supplier_id = word if isinstance(entry.value, Listing) else Text("a supplier id").read(entry.value)
        for name in names:
            if aliases.setdefault(name, supplier_id) != supplier_id:
                raise refused(entry.value.place, f"'{name}' is an alias of both {aliases[name]} and {supplier_id}", "Keep one.")
    return aliases


def _suppliers(found: Section, values: dict[str, Any]) -> dict[str, Any]:
    defaults = SupplierRules()
    accept, review = values.get("accept", defaults.accept), values.get("review", defaults.review)
    if review > accept:
        place = found.at("review" if "review" in values else "accept")
        raise refused(place, f"review ({review}) is above accept ({accept})", "From review to accept a person decides; accept is the higher.")
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

# -- the whole ---------------------------------------------------------------------------------------------------

RULES: Record[dict[str, Any]] = Record(
    "the rules file",
    {
        "version": Field(Choice("a version this recon reads", ("1",)), "The version of this format.", "Begin the file with: version: 1"),
        "base_currency": Field(Text("a currency", "[A-Z]{3}", "Three capital letters, as in ISO 4217: EUR."), "For totals in one currency."),
        "sources": Field(SOURCES, "Where the rows are and how to read them.", "Say where orders and invoices are: sources: ..."),
        "suppliers": Field(SUPPLIERS, "How an invoice's supplier is found."),
        "links": Field(Many(LINK, check=_named), "How an invoice line finds its order line; the first rule that finds one wins."),
        "policies": Field(Many(POLICY, check=_reachable, may_be_empty=True), "Which match an order line needs; the first that holds."),
        "tolerances": Field(
            Many(TOLERANCE, check=_named, may_be_empty=True),
            "Per measure and side the first whose `when` holds and that gives it decides.",
        ),
        "duplicates": Field(
            Record("duplicates", {"days": Field(Whole("a number of days"), "How far apart.", "Add days: 90")}, lambda _, values: values),
            "When two invoices with different numbers are suspicious.",
        ),
        "severities": Field(
            Pairs(Choice("a code", tuple(CODES), "`recon rules list` shows all codes."), Choice("a severity", SEVERITY_ORDER)),
            "What a code leads to: info pays, review asks, hold stops.",
        ),
    },
    lambda _, values: values,
)


def rules_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of the rules file, for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "recon rules", **RULES.schema()}
    schema["properties"]["version"] = {**schema["properties"]["version"], "enum": [1]}
    return schema
