"""The `deliver` section: whom recon tells what changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from recon.rules.targets import Target
from recon.rules.written.kinds import Choice, Text, Whole, refused
from recon.rules.written.named import refuse_same_name
from recon.rules.written.pulled import HERE, SECRET
from recon.rules.written.sections import Field, Many, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Section


def _target(found: Section, values: dict[str, Any]) -> Target:
    if re.match(rf"http://(?!(?:{HERE})(?:[:/?#]|$))", values["url"]):
        raise refused(found.at("url"), "what is told goes over https only", "Write https://...")
    begins = values.pop("from", "now")
    return Target(**values, all=begins == "start")


TARGETS = Many(
    Record(
        "a target",
        {
            "name": Field(Text("a name"), "What messages call it.", "Give it a name: name: payments"),
            "url": Field(Text("an address", r"https?://[^\s/@?]+(?:[/?]\S*)?"), "Where it is told.", "Add url: https://..."),
            "secret": Field(
                Many(SECRET, or_one=True), "What is signed with; several while one replaces another.", "Add secret: ${NAME}"
            ),
            "from": Field(Choice("a beginning", ("now", "start")), "What a new target is told: what changes from now on, or all."),
            "tries": Field(Whole("a number of tries", 1, 100), "How often it may refuse a message; 12 by default."),
        },
        _target,
    ),
    check=refuse_same_name,
)  # fmt: skip
