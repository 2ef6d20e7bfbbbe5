"""Rich text as what standard output can show: colour and width of a terminal, plain and wide elsewhere."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

WIDTH_ELSEWHERE = 120
_NARROWEST = 20
_OF_ONE_PIECE = re.compile(r"(?<=[0-9]) (?=[A-Z]{3}\b|%)")
"""Between an amount and its currency no line ends."""
_KEPT = "\N{NO-BREAK SPACE}"


def columns() -> int | None:
    """Return how wide standard output is: of a terminal, or what COLUMNS says; None where nobody says."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if terminal or "COLUMNS" in os.environ else None


def fitted(text: str) -> str:
    """Return lines wrapped at words to the width of standard output, what follows indented; elsewhere as they are."""
    width = columns()
    return text if width is None else "\n".join(_wrapped(line, max(width, _NARROWEST)) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    whole = _OF_ONE_PIECE.sub(_KEPT, line.strip())
    told = textwrap.fill(
        whole,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return told.replace(_KEPT, " ")


def on_terminal(paint: Callable[[Console], None]) -> str:
    """Return what `paint` prints, as standard output takes it. Rich itself would end the process at a closed pipe."""
    from rich.console import Console

    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = columns() or WIDTH_ELSEWHERE
    text = io.StringIO()
    paint(Console(file=text, force_terminal=terminal, width=width, highlight=False, markup=False, emoji=False))
    return text.getvalue()
