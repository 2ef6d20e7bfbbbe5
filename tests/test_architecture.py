"""The house: what each room may import and touch (docs/architecture.md says it in words)."""

from __future__ import annotations

import ast
import re

import pytest

from tests.kit.places import PROJECT

PACKAGE = PROJECT / "recon"
MODULES = {
    ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
FACTS = (
    "errors",
    "currencies",
    "units",
    "shipped",
    "kinds",
    "tables",
    "result_tables",
    "close_tables",
    "money_tables",
    "codes",
)
LOW = (*FACTS, "engine", "rules")
LEDGER = (*LOW, "match", "ledger")
MAY_IMPORT = {  # a room may always import from itself
    "errors": (),
    "currencies": (),
    "units": (),
    "shipped": (),
    "kinds": (),
    "tables": ("errors", "currencies", "kinds"),
    "result_tables": ("kinds", "tables"),
    "close_tables": ("kinds", "tables", "result_tables"),
    "money_tables": ("kinds", "tables"),
    "codes": ("errors", "tables"),
    "engine": FACTS,
    "rules": (*FACTS, "engine"),
    "read": LOW,
    "match": LOW,
    "ledger": LEDGER,
    "draft": (*LEDGER, "read"),
    "selftest": LEDGER,
    "report": LEDGER,
    "close": LEDGER,
    "store": LEDGER,
    "review": (*LEDGER, "read", "draft", "selftest", "report", "close", "store"),
    "run": (*LEDGER, "read", "draft", "selftest", "report", "close", "store", "review", "__version__"),
    "cli": (*LEDGER, "read", "draft", "selftest", "report", "close", "store", "review", "run", "__version__"),
    "__main__": ("cli",),
    "__version__": (),
}
SIGNS = {  # what gives away that a module touches something: names it imports, calls or reads
    "files": {"open", "open_binary", "tempfile", "mkdir", "unlink", "rmtree", "shutil", "read_bytes", "read_text", "write_text", "write_bytes", "read_ipc", "scan_ipc", "sink_parquet"},
    "clock": {"now", "today", "utcnow", "monotonic", "perf_counter", "sleep"},
    "threads": {"threading", "ThreadPoolExecutor", "in_threads", "multiprocessing", "ProcessPoolExecutor"},
    "network": {"socket", "ssl", "http", "httpx2", "urllib", "obstore", "uvicorn", "starlette", "psycopg"},
    "terminal": {"print", "input", "isatty", "stdout", "stderr", "typer", "Prompt"},
}  # fmt: skip
MAY_TOUCH = {
    "errors": set(),
    "currencies": set(),
    "units": set(),
    "shipped": {"files"},
    "kinds": set(),
    "tables": set(),
    "result_tables": set(),
    "close_tables": set(),
    "money_tables": set(),
    "codes": set(),
    "engine": {"files", "threads"},
    "rules": {"files"},
    "read": {"files", "threads", "network"},
    "match": set(),
    "ledger": {"files", "threads"},
    "draft": {"files"},
    "selftest": set(),
    "report": {"files", "clock", "terminal"},
    "close": set(),
    "store": {"files", "network"},
    "review": {"files"},
    "run": {"files", "clock", "threads", "network"},
    "cli": {"files", "clock", "terminal"},
    "__main__": set(),
    "": set(),
}
SCORES = ("name_pairs", "names", "ratios", "similar", "supplier_verdicts")  # a likeness is no money


def imports(path):
    """Yield every module of recon that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("recon"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("recon"):
            yield from (
                f"{node.module}.{name.name}"
                if node.module == "recon" or f"{node.module}.{name.name}" in MODULES
                else node.module
                for name in node.names
            )


def room(module):
    return module.split(".")[1] if "." in module else ""


def touched(module):
    """Return what the module touches, by the SIGNS of it."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {(node.module or "").split(".")[0], *(alias.name for alias in node.names)}
    return {what for what, signs in SIGNS.items() if names & signs}


def test_every_room_has_its_rules():
    rooms = {room(module) for module in MODULES}
    assert rooms - {""} <= set(MAY_IMPORT)
    assert rooms <= set(MAY_TOUCH)


@pytest.mark.parametrize("module", sorted(name for name in MODULES if room(name)))
def test_a_module_imports_only_from_rooms_below_it(module):
    own = room(module)
    strange = [name for name in imports(MODULES[module]) if room(name) not in (own, *MAY_IMPORT[own])]
    assert strange == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_touches_only_what_its_room_may(module):
    assert touched(module) <= MAY_TOUCH[room(module)]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_invariants_are_raised_and_not_asserted(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


STAGES = ("normalise", "resolve", "link", "allocate", "compare", "classify")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_no_later_stage(stage):
    later = [f"recon.match.{other}." for other in STAGES[STAGES.index(stage) + 1 :]]
    own = [path for module, path in MODULES.items() if f"{module}.".startswith(f"recon.match.{stage}.")]
    assert own
    assert [name for path in own for name in imports(path) if f"{name}.".startswith(tuple(later))] == []


def counts_money(module):
    return room(module) in ("match", "ledger", "close") and module.rsplit(".", 1)[-1] not in SCORES


@pytest.mark.parametrize(
    "module",
    sorted(
        [*filter(counts_money, MODULES), *(f"recon.engine.{name}" for name in ("exact", "parts", "sums", "wholes"))]
    ),
)
def test_money_meets_no_binary_float(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    assert [node.lineno for node in constants] == []


ROW = re.compile(r"^\| `(\w+)/` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_the_page_says_what_holds():
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = {name: (imported, touching) for name, imported, touching in ROW.findall(page)}
    rooms = [name for name in MAY_IMPORT if name not in FACTS and not name.startswith("__")]
    assert list(told) == rooms
    for name in rooms:
        imported = {word for other in MAY_IMPORT[name] if (word := "facts" if other in FACTS else other)[0] != "_"}
        assert {word.strip("` ") for word in told[name][0].split(",")} == imported
        assert {word.strip() for word in told[name][1].split(",")} == (MAY_TOUCH[name] or {"nothing"})
