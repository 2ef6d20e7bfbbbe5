"""Whatever is done to a rules file, it is read or refused with a place inside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import RulesError
from recon.rules.file import parse_rules
from recon.rules.written.places import Complaint
from recon.rules.written.yaml_nodes import _Composer, read_nodes
from tests.kit.places import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

STANDARD = (PROJECT / "rules" / "standard.yaml").read_text(encoding="utf-8")
BARE = re.sub("#.*", lambda comment: " " * len(comment.group()), STANDARD)
KEYS = sorted({match.start(1) for match in re.finditer(r"([a-z_]+):(?=\s)", BARE)})


def places(content: bytes) -> list[tuple[int, int]]:
    """Return line and column of every complaint; none where the file is read."""
    try:
        parse_rules(content, Path("rules.yaml"))
    except RulesError as error:
        said = [(int(line), int(column)) for line, column in re.findall(r"rules\.yaml:(\d+):(\d+): ", str(error))]
        assert said, "an error without a place"
        return said
    return []


def assert_inside(content: bytes) -> None:
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", content.decode("utf-8", errors="replace"))
    for line, column in places(content):
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@settings(max_examples=250, deadline=None)
@given(
    st.integers(0, len(STANDARD) - 1),
    st.sampled_from(["", "x", "0", "-", ":", "'", '"', "{", "]", "\t", "\n", "#", "&", "é", "\x00"]),
)
def test_one_changed_character_is_harmless_or_told_with_its_place(position: int, character: str) -> None:
    assert_inside((STANDARD[:position] + character + STANDARD[position + 1 :]).encode())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(STANDARD)), st.characters(codec="utf-8"))
def test_one_inserted_character_is_harmless_or_told_with_its_place(position: int, character: str) -> None:
    assert_inside((STANDARD[:position] + character + STANDARD[position:]).encode())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KEYS))
def test_no_misspelt_key_is_ignored(position: int) -> None:
    line = STANDARD.count("\n", 0, position) + 1
    column = position - STANDARD.rfind("\n", 0, position)
    assert (line, column) in places((STANDARD[:position] + "q" + STANDARD[position:]).encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", errors="surrogatepass")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert_inside(content)


YAML_PARTS = st.sampled_from(
    [
        *"[]{}:,-?&*!|>'\"%@`#\n \t",
        ": ",
        "- ",
        "\n  ",
        "version",
        "sources",
        "null",
        "&a",
        "*a",
        "!!str",
        "---",
        "<<",
        "1",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(YAML_PARTS, max_size=40).map("".join))
def test_any_yaml_is_read_or_refused(text: str) -> None:
    assert_inside(text.encode())


def alike(content: bytes) -> None:
    def slowly() -> object:
        composer = _Composer(content.decode("utf-8-sig"))
        return composer.document(), composer.problems

    assert given_by(lambda: read_nodes(content)) == given_by(slowly)


def given_by(read: Callable[[], object]) -> object:
    try:
        return read()
    except Complaint:
        return "refused"


ODD = "{}[]:,#&*!|>'\"%@`?- \n~\\/.<=0a\té\xa0\x85\u2028\ufeff"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(STANDARD)), st.text(ODD, max_size=3), st.integers(0, 3))
def test_the_quick_reader_finds_what_the_slow_one_does(position: int, put_in: str, taken_out: int) -> None:
    """libyaml reads some things otherwise; what those stand in, it is not asked."""
    alike((STANDARD[:position] + put_in + STANDARD[position + taken_out :]).encode())


@settings(max_examples=300, deadline=None)
@given(st.lists(YAML_PARTS, max_size=40).map("".join))
def test_any_yaml_is_read_alike(text: str) -> None:
    alike(text.encode())
