"""Imports run one way: errors <- tables, rules <- match <- part <- reconcile <- read, report <- cli."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "recon"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
BASE = ("recon.errors", "recon.currencies", "recon.shipped")
VALUES = (*BASE, "recon.tables", "recon.rules", "recon.exact", "recon.threads", "recon.memory")
RESULT = ("recon.reconcile",)
SCORES = ("name_pairs", "names", "ratios", "similar", "verdicts")  # a likeness is no money
STAGES = ("normalise", "resolve", "link", "duplicates", "allocate", "compare", "classify")
MAY_IMPORT = {  # the first prefix that fits a module decides; a room may always import from itself
    "recon.errors": (),
    "recon.currencies": (),
    "recon.shipped": (),
    "recon.threads": (),
    "recon.memory": (),
    "recon.tables": BASE,
    "recon.rules": BASE,
    "recon.exact": (*BASE, "recon.tables"),
    "recon.match": VALUES,
    "recon.identity": VALUES,
    "recon.conserve": VALUES,
    "recon.summary": (*VALUES, "recon.match", "recon.conserve"),
    "recon.part": (*VALUES, "recon.match", "recon.identity", "recon.conserve", "recon.summary"),
    "recon.reconcile": (*VALUES, "recon.match", "recon.conserve", "recon.summary", "recon.part"),
    "recon.read": (*VALUES, "recon.match.conditions"),  # what a `when` means is said once, for `where` too
    "recon.report": (*VALUES, *RESULT),
    "recon": ("recon",),
}


def imports(path):
    """Yield every module of recon that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("recon"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("recon"):
            yield from (
                f"{node.module}.{name.name}" if f"{node.module}.{name.name}" in MODULES else node.module
                for name in node.names
            )


def within(module, room):
    return module == room or module.startswith(f"{room}.")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_from_rooms_below_it(module):
    room = next(prefix for prefix in MAY_IMPORT if within(module, prefix))
    strange = [
        name for name in imports(MODULES[module]) if not any(within(name, other) for other in (room, *MAY_IMPORT[room]))
    ]
    assert strange == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_no_other_stage(stage):
    others = [f"recon.match.{other}" for other in STAGES if other != stage]
    own = [path for module, path in MODULES.items() if within(module, f"recon.match.{stage}")]
    assert own
    assert [name for path in own for name in imports(path) if any(within(name, other) for other in others)] == []


@pytest.mark.parametrize("module", sorted(name for name in MODULES if within(name, "recon.match")))
def test_thinking_opens_no_file_and_knows_no_clock(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    assert (
        names & {"open", "print", "environ", "now", "today", "read_csv", "read_bytes", "write_text", "input"} == set()
    )


@pytest.mark.parametrize("module", sorted(MODULES))
def test_invariants_are_raised_and_not_asserted(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


COUNTS_MONEY = [name for name in MODULES if within(name, "recon.match") and name.rsplit(".", 1)[-1] not in SCORES]


@pytest.mark.parametrize("module", sorted([*COUNTS_MONEY, "recon.exact", "recon.summary", "recon.conserve"]))
def test_money_meets_no_binary_float(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    assert [node.lineno for node in constants] == []
