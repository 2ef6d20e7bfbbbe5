"""How an error reads: where, what is wrong, the line as it stands in the file, how to mend it."""

from __future__ import annotations

import codecs
import re
import textwrap
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from recon.cli.stdout import shown
from recon.errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_EXCERPT = 160
_TEXT_FILES = {".yaml", ".yml", ".csv", ".tsv", ".txt", ".sql", ".json"}
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?(?::.*)?", re.DOTALL)


def complaint(error: ReconError) -> str:
    """Return `recon: FILE:LINE: what is wrong`, the line itself where it is a text file's, and the hint."""
    place = f"{error.where}: " if error.where else ""
    lines = [f"recon: {place}{error.message}", *_excerpt(error.where), textwrap.indent(error.hint, "  ")]
    return shown("\n".join(lines).rstrip())


def bug(error: BaseException) -> str:
    """Return what is said of an error that recon did not foresee: its name, its place in recon, and that nothing was published."""
    what = error.message if isinstance(error, ReconError) else f"{type(error).__name__}: {error}"
    lines = [
        f"recon: this is a bug in recon: {what}{_origin(error)}",
        "  Nothing was published. RECON_DEBUG=1 shows the traceback to report",
    ]
    return shown("\n".join(lines))


def _excerpt(where: str) -> Iterator[str]:
    found = _PLACE.fullmatch(where)
    if not found or Path(found["file"]).suffix.lower() not in _TEXT_FILES:
        return
    line = _line(Path(found["file"]), int(found["line"]))
    if line is None:
        return
    number = found["line"]
    yield f"  {number} | {line[:LONGEST_EXCERPT]}"
    if found["column"] and int(found["column"]) <= min(len(line), LONGEST_EXCERPT):
        yield f"  {' ' * len(number)} | {' ' * (int(found['column']) - 1)}^"


def _line(path: Path, number: int) -> str | None:
    """Return the line of that number, or None where it cannot be had: an excerpt is a courtesy, never another error."""
    try:
        with path.open("rb") as file:
            wide = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        if wide:
            with path.open(encoding="utf-16", errors="replace") as text:
                return next((line.rstrip("\n") for at, line in enumerate(text, 1) if at == number), None)
        with path.open("rb") as file:
            found = next((line.rstrip(b"\r\n") for at, line in enumerate(file, 1) if at == number), None)
    except OSError:
        return None
    return None if found is None else _decoded(found)


def _decoded(line: bytes) -> str:
    """Return a line as text: UTF-8, else as Windows writes it."""
    try:
        return line.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _origin(error: BaseException) -> str:
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "recon" in Path(frame.filename).parts]
    if not ours:
        return ""
    last = ours[-1]
    return f" ({Path(last.filename).name}:{last.lineno} in {last.name})"
