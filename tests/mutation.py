"""Mutation testing of the match: `python -m tests.mutation [PATH ...] [--at-once N] [--all]`.

Each mutant changes one sign of one file under recon/match: a comparison loses or gains its boundary or is turned round,
plus becomes minus, `&` becomes `|`, `~` goes, a minimum becomes a maximum, a small whole number grows by one, a first
becomes a last, a join changes its kind. A mutant that the tests let pass has survived; docs/mutation.md says of each why
it may. Without `--all` only the mutants of boundaries and signs are made. Files on disk are never touched: each mutant
runs in a process of its own that is given the changed source in place of the file's.
"""

from __future__ import annotations

import argparse
import importlib.machinery
import io
import os
import sys
import time
import tokenize
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, TimeoutExpired, run

ROOT = Path(__file__).resolve().parents[1]
MATCH = ROOT / "recon" / "match"
QUICK = tuple(
    f"tests/match/test_{name}.py" for name in ("running", "allocate", "keys", "conditions", "complete", "signs")
)
TESTS = (*QUICK, "tests/test_oracle.py", "tests/test_cases.py", "tests/match", "tests/test_matching_examples.py")
"""Those that find most in the least time go first."""
SUPPLIERS = ("resolve", "verdicts", "parties", "contradictions", "reasons", "names", "name_pairs", "groups")
SUPPLIER_TESTS = (
    *(
        "tests/match/test_name_pairs.py",
        "tests/match/test_names.py",
        "tests/match/test_resolve.py",
        "tests/match/test_resolve_groups.py",
    ),
    *("tests/test_suppliers.py", "tests/test_oracle.py", "tests/test_cases.py", "tests/test_matching_examples.py"),
)
PARTS_TESTS = ("tests/test_same_bytes.py",)
SECONDS = 90
"""A mutant that takes longer counts as killed: the tests that follow a failure, or an endless loop, take the time."""
BOUNDARIES = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",), "+": ("-",), "-": ("+",)}  # fmt: skip
OTHERS = {
    "&": ("|",),
    "|": ("&",),
    "*": ("//",),
    "//": ("*",),
    "~": ("",),
    "not": ("",),
    "and": ("or",),
    "or": ("and",),
}
NAMES = {
    "min_horizontal": "max_horizontal",
    "max_horizontal": "min_horizontal",
    "min": "max",
    "max": "min",
    "first": "last",
    "semi": "anti",
    "anti": "semi",
    "cum_min": "cum_max",
}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the place, what stood there and what stands there now."""

    path: Path
    line: int
    column: int
    old: str
    new: str

    def source(self) -> str:
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        text = lines[self.line - 1]
        lines[self.line - 1] = text[: self.column] + self.new + text[self.column + len(self.old) :]
        return "".join(lines)

    def __str__(self) -> str:
        shown = self.path.read_text(encoding="utf-8").splitlines()[self.line - 1].strip()
        return f"{self.path.relative_to(ROOT)}:{self.line}:{self.column + 1} `{self.old}` -> `{self.new}`: {shown}"


def mutants(path: Path, everything: bool) -> list[Mutant]:
    """Return the mutants of a file that are still Python."""
    source = path.read_text(encoding="utf-8")
    made = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        changes = _changes(token, everything)
        made += [Mutant(path, *token.start, token.string, new) for new in changes if not _is_annotation(token)]
    return [mutant for mutant in made if _compiles(mutant)]


def _changes(token: tokenize.TokenInfo, everything: bool) -> tuple[str, ...]:
    if token.string in BOUNDARIES and token.type == tokenize.OP:
        return BOUNDARIES[token.string]
    if token.type == tokenize.NUMBER and token.string in ("0", "1", "2", "100"):
        return (str(int(token.string) + 1),)
    if not everything:
        return ()
    if token.string in OTHERS:
        return OTHERS[token.string]
    return (NAMES[token.string],) if token.string in NAMES else ()


def _is_annotation(token: tokenize.TokenInfo) -> bool:
    """Return whether the sign belongs to a type (`X | None`, `-> X`) or to an import."""
    return (
        token.line.lstrip().startswith(("def ", "from ", "import "))
        or ("->" in token.line)
        or (token.string == "|" and "None" in token.line)
    )


def _compiles(mutant: Mutant) -> bool:
    try:
        compile(mutant.source(), str(mutant.path), "exec")
    except SyntaxError:
        return False
    return True


def survives(mutant: Mutant) -> bool:
    """Run the tests on a mutant in a process of its own; True where they pass."""
    tests = SUPPLIER_TESTS if mutant.path.stem in SUPPLIERS else PARTS_TESTS if mutant.path.stem == "parts" else TESTS
    command = [
        sys.executable,
        "-m",
        "tests.mutation",
        "--one",
        str(mutant.path),
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    environment = os.environ | {"HYPOTHESIS_PROFILE": "ci", "POLARS_MAX_THREADS": "1"}
    try:
        done = run(command, cwd=ROOT, env=environment, input=mutant.source().encode(), timeout=SECONDS, stdout=DEVNULL, stderr=DEVNULL, check=False)  # fmt: skip
    except TimeoutExpired:
        return False
    return done.returncode == 0


def run_one(path: str, arguments: list[str]) -> int:
    """Give Python the source on standard input in place of the file's, and run pytest."""
    source = sys.stdin.buffer.read()
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> object:
        return compile(source, path, "exec") if loader.path == path else original(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    import pytest

    return int(pytest.main(arguments))


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        return run_one(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--at-once", type=int, default=os.cpu_count())
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    files = [path.resolve() for path in asked.paths] or sorted(MATCH.rglob("*.py"))
    made = [mutant for path in files for mutant in mutants(path, asked.all)]
    start = time.monotonic()
    left = []
    with ThreadPoolExecutor(asked.at_once) as pool:
        for number, (mutant, lived) in enumerate(zip(made, pool.map(survives, made), strict=True), 1):
            left += [mutant] if lived else []
            print(f"{number}/{len(made)} {'SURVIVED ' if lived else 'killed '}{mutant}", flush=True)
    killed = len(made) - len(left)
    print(f"{killed} of {len(made)} killed ({killed / max(1, len(made)):.1%}) in {time.monotonic() - start:.0f} s")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
