"""Mutants: each changes one sign of one file of a room."""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOUNDARIES = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",), "+": ("-",), "-": ("+",)}  # fmt: skip
NUMBERS = ("0", "1", "2", "100")
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

    @property
    def file(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def key(self) -> str:
        """The change and the source that it changes: the same key, the same program."""
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]
        return f"{self.file}:{self.line}:{self.column + 1} {self.old} -> {self.new} in {digest}"

    @property
    def function(self) -> str | None:
        """The name of the outermost function or method around the change; None outside of any."""
        return next((name for name, lines in functions(self.path).items() if self.line in lines), None)

    @property
    def place(self) -> tuple[Path, int, int]:
        return self.path, self.line, self.column

    def source(self) -> str:
        return changed(self.path, [self])

    def __str__(self) -> str:
        shown = self.path.read_text(encoding="utf-8").splitlines()[self.line - 1].strip()
        return f"{self.file}:{self.line}:{self.column + 1} `{self.old}` -> `{self.new}`: {shown}"


def changed(path: Path, changes: list[Mutant]) -> str:
    """Return the source of a file with some changes at different places."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for change in sorted((c for c in changes if c.path == path), key=lambda c: c.place, reverse=True):
        text, end = lines[change.line - 1], change.column + len(change.old)
        lines[change.line - 1] = text[: change.column] + change.new + text[end:]
    return "".join(lines)


def mutants(path: Path, everything: bool) -> list[Mutant]:
    """Return the mutants of a file that are still Python."""
    source = path.read_text(encoding="utf-8")
    types = _of_types(source)
    made = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        changes = _changes(token, everything)
        made += [
            Mutant(path, *token.start, token.string, new)
            for new in changes
            if not any(_within(token, t) for t in types)
        ]
    return [mutant for mutant in made if _compiles(mutant)]


def _changes(token: tokenize.TokenInfo, everything: bool) -> tuple[str, ...]:
    if token.string in BOUNDARIES and token.type == tokenize.OP:
        return BOUNDARIES[token.string]
    if token.type == tokenize.NUMBER and token.string in NUMBERS:
        return (str(int(token.string) + 1),)
    if not everything:
        return ()
    if token.string in OTHERS:
        return OTHERS[token.string]
    return (NAMES[token.string],) if token.string in NAMES else ()


def _of_types(source: str) -> list[ast.expr]:
    """Return the annotations of a file: what stands in them (`X | None`) is never computed."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            found.append(node.returns)
    return [annotation for annotation in found if annotation is not None]


def _within(token: tokenize.TokenInfo, node: ast.expr) -> bool:
    ends = node.end_lineno or node.lineno, node.end_col_offset or 0
    return (node.lineno, node.col_offset) <= token.start < ends


def _compiles(mutant: Mutant) -> bool:
    try:
        compile(mutant.source(), str(mutant.path), "exec")
    except SyntaxError:
        return False
    return True


def functions(path: Path) -> dict[str, range]:
    """Return the lines of each function and method of a file, decorators included, by qualified name."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    named = [("", node) for node in body]
    named += [(f"{owner.name}.", node) for owner in body if isinstance(owner, ast.ClassDef) for node in owner.body]
    return {
        f"{owner}{node.name}": range(
            min([node.lineno, *(d.lineno for d in node.decorator_list)]), (node.end_lineno or 0) + 1
        )
        for owner, node in named
        if isinstance(node, ast.FunctionDef)
    }
