"""Kinds of single value in a rules file: how each is read from a node, and what an editor is told of it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from recon.errors import RulesError, did_you_mean
from recon.rules.written.places import Complaint, Place, Problem, shown
from recon.rules.written.yaml_nodes import Broken, Listing, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
Schema = dict[str, Any]


class Kind(ABC, Generic[T]):
    """One kind of value: `read` returns it or raises Complaint, `schema` describes it in JSON Schema."""

    @abstractmethod
    def read(self, node: Node) -> T: ...

    @abstractmethod
    def schema(self) -> Schema: ...


def refused(place: Place, message: str, hint: str = "") -> Complaint:
    """Return a complaint of one problem."""
    return Complaint(Problem(place, message, hint))


def scalar_text(node: Node, what: str, *, any_text: bool = False) -> str:
    """Return a scalar's text, and complain of anything else in its place; null may be meant where `any_text` goes."""
    if isinstance(node, Broken):
        raise Complaint
    if not isinstance(node, Scalar):
        raise refused(node.place, f"{what} is needed here, not {named(node)}")
    if node.is_null:
        quoted = node.text and any_text
        mend = f"If the text itself is meant: '{node.text}'" if quoted else "Leave it out if there is none to give."
        raise refused(node.place, f"{what} is needed here, not nothing", mend)
    return node.text


def named(node: Node) -> str:
    """Return what stands there, as a message says it."""
    if isinstance(node, Scalar):
        return "nothing" if node.is_null else shown(node.text)
    return "a list" if isinstance(node, Listing) else "a section of keys"


@dataclass(frozen=True)
class Text(Kind[str]):
    """Any text, as written."""

    what: str = "a text"
    pattern: str = ""
    hint: str = ""
    may_be_empty: bool = False

    def read(self, node: Node) -> str:
        text = scalar_text(node, self.what, any_text=True)
        if not text.strip() and not self.may_be_empty:
            raise refused(node.place, f"{self.what} may not be empty")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise refused(node.place, f"{shown(text)} is not {self.what}", self.hint)
        return text

    def schema(self) -> Schema:
        return (
            {"type": "string", "pattern": f"^(?:{self.pattern})$"} if self.pattern else {"type": ["string", "number"]}
        )


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of a few words."""

    what: str
    words: tuple[str, ...]
    hint: str = ""

    def read(self, node: Node) -> str:
        word = scalar_text(node, self.what)
        if word not in self.words:
            near = did_you_mean(word, list(self.words))
            listed = "" if near else f"Known: {', '.join(self.words)}."
            raise refused(node.place, f"{shown(word)} is not {self.what}{near}", self.hint or listed)
        return word

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Number(Kind[Decimal]):
    """An exact decimal in plain notation, with at most 15 digits before and 6 after the point."""

    what: str = "a number"
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None
    hint: str = ""

    def read(self, node: Node) -> Decimal:
        text = scalar_text(node, self.what)
        plain = isinstance(node, Scalar) and node.plain
        self._check_form(node.place, text, leading_zeros=plain)
        value = Decimal(text) + 0  # so that -0 is 0
        if self.least is not None and value < self.least:
            raise refused(node.place, f"{text} is too small: {self.what} is at least {self.least}")
        if self.most is not None and value > self.most:
            raise refused(node.place, f"{text} is too large: {self.what} is at most {self.most}", self.hint)
        return value

    def _check_form(self, place: Place, text: str, *, leading_zeros: bool) -> None:
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?\s*%", text):
            raise refused(place, f"{shown(text)} is not {self.what}", f"Write percent: {text.rstrip('% ')}")
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) or (not leading_zeros and re.match("-?0[0-9]", text)):
            raise refused(place, f"{shown(text)} is not {self.what}", "Write digits with a point for decimals: 12.5")
        whole, _, fraction = text.lstrip("-").partition(".")
        if len(whole.lstrip("0")) > 15 or len(fraction.rstrip("0")) > 6:
            raise refused(place, f"{shown(text)} has too many digits", "At most 15 before and 6 after the point.")

    def schema(self) -> Schema:
        limits = {"minimum": self.least, "maximum": self.most}
        return {"type": "number", **{k: int(v) for k, v in limits.items() if v is not None}}


@dataclass(frozen=True)
class Whole(Kind[int]):
    """A whole number."""

    what: str = "a whole number"
    least: int = 0
    most: int = 10**9

    def read(self, node: Node) -> int:
        text = scalar_text(node, self.what)
        if not re.fullmatch("[0-9]{1,10}", text) or not self.least <= int(text) <= self.most:
            raise refused(
                node.place, f"{shown(text)} is not {self.what}", f"Write digits alone, at least {self.least}."
            )
        return int(text)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Flag(Kind[bool]):
    """`true` or `false`, and no other word for them."""

    def read(self, node: Node) -> bool:
        text = scalar_text(node, "true or false")
        if text not in {"true", "false"}:
            raise refused(node.place, f"{shown(text)} is neither true nor false", "Write true or false.")
        return text == "true"

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Parsed(Kind[T]):
    """A text with a meaning of its own: `parse` returns it, or raises RulesError."""

    what: str
    parse: Callable[[str], T]
    described: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})

    def read(self, node: Node) -> T:
        text = scalar_text(node, self.what)
        try:
            return self.parse(text)
        except RulesError as error:
            raise self._placed(node, error) from None

    def _placed(self, node: Node, error: RulesError) -> Complaint:
        offset = getattr(error, "offset", None)
        if offset is None:
            return refused(node.place, error.message, error.hint)
        inner = node.inner if isinstance(node, Scalar) else None
        if inner is None:  # folded or escaped: characters do not stand in the file as they are read
            return refused(node.place, f"{error.message} (at character {offset + 1})", error.hint)
        return refused(inner.after(offset), error.message, error.hint)

    def schema(self) -> Schema:
        return dict(self.described)


HUNDRED = Decimal(100)
SCORE = Number("a score", most=HUNDRED, hint="Scores go from 0 to 100.")
