"""Kinds of value that hold others: lists, pairs and sections of known keys. All that is wrong below is told together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from recon.errors import did_you_mean
from recon.rules.written.kinds import Choice, Kind, Schema, T, named, refused
from recon.rules.written.places import Complaint, shown
from recon.rules.written.yaml_nodes import Broken, Listing, Scalar, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from recon.rules.written.yaml_nodes import Node

A = TypeVar("A")
B = TypeVar("B")


def each(reads: Iterable[Callable[[], T]]) -> list[T]:
    """Return what every read gives; if some complain, all are tried first and complain together."""
    values: list[T] = []
    complaints: list[Complaint] = []
    for read in reads:
        try:
            values.append(read())
        except Complaint as complaint:
            complaints.append(complaint)
    if complaints:
        raise Complaint(*(problem for complaint in complaints for problem in complaint.problems))
    return values


def both(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Return what two reads of different kinds give; both are tried before either complains."""
    one, two = each((cast("Callable[[], object]", first), cast("Callable[[], object]", second)))
    return cast("tuple[A, B]", (one, two))


@dataclass(frozen=True)
class OrNull(Kind[T]):
    """Another kind, or `null` with a meaning of its own: written out, for an empty place may be an oversight."""

    kind: Kind[T]
    null: T

    def read(self, node: Node) -> T:
        if not (isinstance(node, Scalar) and node.is_null):
            return self.kind.read(node)
        if not node.text:
            raise refused(node.place, "a value or null is needed here, not nothing", "Write null if none is meant.")
        return self.null

    def schema(self) -> Schema:
        return {"anyOf": [self.kind.schema(), {"type": "null"}]}


@dataclass(frozen=True)
class Many(Kind[tuple[T, ...]]):
    """A list; with `or_one` also a single item without brackets. `check` sees all items with their places."""

    kind: Kind[T]
    or_one: bool = False
    may_be_empty: bool = False
    empty_hint: str = "Leave the key out to get the default."
    check: Callable[[list[tuple[Node, T]]], None] | None = None

    def read(self, node: Node) -> tuple[T, ...]:
        if isinstance(node, Broken):
            raise Complaint
        if not isinstance(node, Listing):
            if not self.or_one:
                raise refused(
                    node.place,
                    f"a list is needed here, not {named(node)}",
                    "Write [...] or lines that begin with '- '.",
                )
            return (self.kind.read(node),)
        if not node.items and not self.may_be_empty:
            raise refused(node.place, "the list is empty", self.empty_hint)
        values = each(partial(self.kind.read, item) for item in node.items)
        if self.check:
            self.check(list(zip(node.items, values, strict=True)))
        return tuple(values)

    def schema(self) -> Schema:
        listing: Schema = {"type": "array", "items": self.kind.schema()}
        if not self.may_be_empty:
            listing["minItems"] = 1
        return {"anyOf": [self.kind.schema(), listing]} if self.or_one else listing


@dataclass(frozen=True)
class Pairs(Kind[dict[str, T]]):
    """Keys of one kind, values of one kind."""

    keys: Kind[str]
    values: Kind[T]

    def read(self, node: Node) -> dict[str, T]:
        entries = section(node).entries
        return dict(each(partial(self._pair, entry.key, entry.value) for entry in entries))

    def _pair(self, key: Node, value: Node) -> tuple[str, T]:
        name, read = both(partial(self.keys.read, key), partial(self.values.read, value))
        return name, read

    def schema(self) -> Schema:
        if isinstance(self.keys, Choice):
            return {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(self.keys.words, self.values.schema()),
            }
        return {"type": "object", "additionalProperties": self.values.schema()}


@dataclass(frozen=True)
class Field:
    """One key of a record. `missing` says how to mend its absence where it is required."""

    kind: Kind[Any]
    doc: str
    missing: str = ""


@dataclass(frozen=True)
class Record(Kind[T]):
    """A section with known keys. `build` makes the value, and raises Complaint where the parts contradict each other."""

    what: str
    fields: Mapping[str, Field]
    build: Callable[[Section, dict[str, Any]], T]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    scalar_hint: str = ""

    def read(self, node: Node) -> T:
        found = section(node, self.what, self.scalar_hint)
        names = [entry.key.text for entry in found.entries]
        reads = [partial(self._entry, entry.key, entry.value) for entry in found.entries]
        absent = [partial(self._absent, found, n, f) for n, f in self.fields.items() if f.missing and n not in names]
        return self.build(found, dict(each([*reads, *absent])))

    def _entry(self, key: Scalar, value: Node) -> tuple[str, Any]:
        known = self.fields.get(key.text)
        if known is None:
            elsewhere = self.elsewhere.get(key.text, "")
            near = "" if elsewhere else did_you_mean(key.text, list(self.fields))
            listed = elsewhere or ("" if near else f"Known in {self.what}: {', '.join(self.fields)}.")
            raise refused(key.place, f"unknown key {shown(key.text)}{near}", listed)
        return key.text, known.kind.read(value)

    def _absent(self, found: Section, name: str, known: Field) -> tuple[str, Any]:
        raise refused(found.place, f"{self.what} has no '{name}'", known.missing)

    def schema(self) -> Schema:
        properties = {name: {"description": known.doc, **known.kind.schema()} for name, known in self.fields.items()}
        required = [name for name, known in self.fields.items() if known.missing]
        described: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
        return {**described, "required": required} if required else described


def section(node: Node, what: str = "a section", hint: str = "") -> Section:
    """Return the node as a section of keys, or complain."""
    if isinstance(node, Broken):
        raise Complaint
    if not isinstance(node, Section):
        message = f"{what} is a section of keys, not {named(node)}"
        raise refused(node.place, message, _fitted(hint, node) or _plain_hint(node))
    if not node.entries:
        raise refused(node.place, f"{what} is empty", _fitted(hint, node) or "Leave the key out to get the default.")
    return node


def _plain_hint(node: Node) -> str:
    if isinstance(node, Scalar) and node.is_null:
        return "Leave the key out to get the default."
    return "Write {key: value}, or one key a line below."


def _fitted(hint: str, node: Node) -> str:
    """Return a hint with the number that was written in place of its `<n>`."""
    number = re.match(r"[0-9]+(\.[0-9]+)?", node.text) if isinstance(node, Scalar) else None
    return hint.replace("<n>", number.group() if number else "2")
