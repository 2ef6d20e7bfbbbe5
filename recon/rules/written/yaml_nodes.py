"""YAML bytes -> nodes that know their place: scalars stay as written, and what YAML hides (tags, aliases) is refused."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recon.rules.written.places import Complaint, Place, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_BYTES = 1_000_000
DEEPEST = 16
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where YAML, and therefore every place it names, begins a new line."""
_UNLIKE = re.compile("[?\t\r\x7f-\x9f\u2028\u2029\ufeff]")
"""What libyaml reads where PyYAML does not, or reads as something else: tabs, line ends of other kinds, `a?b` in a list."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Scalar:
    """A value as it was written; `inner` is where its first character stands, if its characters stand there as they are."""

    place: Place
    text: str
    plain: bool = True
    inner: Place | None = None

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in NULLS


@dataclass(frozen=True)
class Listing:
    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True)
class Section:
    place: Place
    entries: tuple[Entry, ...]

    def at(self, name: str) -> Place:
        """Return where the value of a key stands, or the section where the key is absent."""
        return next((entry.value.place for entry in self.entries if entry.key.text == name), self.place)


@dataclass(frozen=True)
class Broken:
    """Already complained about: whoever meets it keeps quiet."""

    place: Place


Node = Scalar | Listing | Section | Broken


def read_nodes(content: bytes, *, shipped: bool = False) -> tuple[Node, list[Problem]]:
    """Return the one document in `content`, and what is wrong with it although it can be read.

    libyaml reads ten times as fast; but it tells less well what is wrong, so what it complains about is read once more.
    `shipped`: a file of recon's own, which libyaml may read whatever stands in it.
    Raises Complaint where nothing can be read: another encoding, bad syntax, no document, too large, too deep.
    """
    if len(content) > LARGEST_BYTES:
        raise Complaint(Problem(Place(), f"the file has {len(content)} bytes; at most {LARGEST_BYTES} are read"))
    text = _decoded(content)
    if shipped or not _UNLIKE.search(text):
        with suppress(Complaint):
            quick = _Composer(text, fast=True)
            node = quick.document()
            if not quick.problems:
                return node, []
    composer = _Composer(text)
    try:
        return composer.document(), composer.problems
    except Complaint as complaint:
        raise Complaint(*(_inside(text, problem) for problem in complaint.problems)) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        place = _place_after(before)
        message = f"byte 0x{content[error.start]:02X} is not UTF-8"
        raise Complaint(Problem(place, message, "Save the file as UTF-8.")) from None


def _place_after(text: str) -> Place:
    lines = LINE_BREAK.split(text)
    return Place(len(lines), len(lines[-1]) + 1)


def _inside(text: str, problem: Problem) -> Problem:
    """Move a place past the last line (the end of the file) onto it."""
    lines = LINE_BREAK.split(text.rstrip("\n"))
    if problem.place.line <= len(lines):
        return problem
    return Problem(Place(len(lines), len(lines[-1]) + 1), problem.message, problem.hint)


class _Composer:
    """PyYAML's events -> nodes. Its own composer knows no limit of depth and its constructor guesses types."""

    def __init__(self, text: str, *, fast: bool = False) -> None:
        self.text = text
        self.fast = fast
        self.problems: list[Problem] = []
        self.events = self._events()

    def document(self) -> Node:
        import yaml

        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise Complaint(Problem(Place(), "the file is empty"))
        node = self._node(next(self.events), 0)
        next(self.events)
        extra = next(self.events)
        if not isinstance(extra, yaml.StreamEndEvent):
            self._complain(extra, "a second document begins here", "Keep one document: remove the `---`.")
        return node

    def _events(self) -> Iterator[Any]:
        import yaml

        loader: Any = None
        try:
            quick = getattr(yaml, "CSafeLoader", None) if self.fast else None
            loader = (quick or yaml.SafeLoader)(self.text)
            while loader.check_event():
                yield loader.get_event()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = error.problem or error.context or "unreadable"
            raise Complaint(Problem(_of(mark), f"this is not YAML: {problem}", _mend(problem))) from None
        except yaml.reader.ReaderError as error:
            message = f"the character U+{int(error.character):04X} may not stand in a text file"
            raise Complaint(Problem(_place_after(self.text[: error.position]), message)) from None
        except (ValueError, OverflowError):
            # Escapes past U+10FFFF and version numbers of thousands of digits get through PyYAML's own checks.
            raise Complaint(
                Problem(_of(loader.get_mark()), "this is not YAML: a number or escape out of range")
            ) from None

    def _node(self, event: Any, depth: int) -> Node:
        import yaml

        if depth > DEEPEST:
            raise Complaint(Problem(_of(event.start_mark), f"nested more than {DEEPEST} levels deep"))
        if isinstance(event, yaml.AliasEvent):
            self._complain(event, f"the alias '*{event.anchor}' is not supported", "Write the value out.")
            return Broken(_of(event.start_mark))
        self._refuse_decoration(event)
        node = self._undecorated(event, depth)
        return node if event.tag is None else Broken(node.place)

    def _undecorated(self, event: Any, depth: int) -> Node:
        import yaml

        if isinstance(event, yaml.SequenceStartEvent):
            return Listing(_of(event.start_mark), tuple(self._items(depth)))
        if isinstance(event, yaml.MappingStartEvent):
            return Section(_of(event.start_mark), tuple(self._entries(depth)))
        return self._scalar(event)

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            self._complain(
                event, f"the anchor '&{event.anchor}' is not supported", "Write the value out where it is needed."
            )
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(
                event, f"the tag {shown(tag)} is not supported", "Leave it out: recon knows each value's type."
            )

    def _items(self, depth: int) -> Iterator[Node]:
        import yaml

        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[Entry]:
        import yaml

        seen: dict[str, Place] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, value = self._node(event, depth + 1), self._node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(Problem(key.place, "a key must be a single word or text"))
            elif key.text in seen:
                message = f"the key {shown(key.text)} is given twice, first on line {seen[key.text].line}"
                self.problems.append(Problem(key.place, message, "Keep one of them."))
            else:
                seen[key.text] = key.place
                yield Entry(key, value)

    def _scalar(self, event: Any) -> Node:
        place = _of(event.start_mark)
        if self.fast and not event.value:
            raise Complaint(Problem(place, "libyaml has other places for what is not there"))
        bad = next((c for c in event.value if (c < " " and c not in "\t\n") or "\ud800" <= c <= "\udfff"), None)
        if bad is not None:
            self._complain(event, f"the escape for U+{ord(bad):04X} may not stand in a value")
            return Broken(place)
        plain = not event.style
        start = event.start_mark.index + (not plain)
        as_written = self.text[start : start + len(event.value)] == event.value and "\n" not in event.value
        return Scalar(place, event.value, plain, place.after(int(not plain)) if as_written else None)

    def _complain(self, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(Problem(_of(event.start_mark), message, hint))


def _of(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place()


def _mend(problem: str) -> str:
    mends = {
        "'\\t'": "Indent with spaces, never with tabs.",
        "cannot start any token": 'Put the value in quotes: "...".',
        "mapping values are not allowed": 'Check the indentation; a value that holds ": " needs quotes.',
        "expected ',' or": "Close the bracket or brace, or put a comma before this.",
        "expected <block end>": "Check the indentation: it must be the same for all keys of a section.",
        "could not find expected ':'": "A key needs a colon and a space after it.",
        "unexpected end of stream": "Close the quote.",
    }
    return next((mend for part, mend in mends.items() if part in problem), "")
