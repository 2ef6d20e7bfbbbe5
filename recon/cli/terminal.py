"""Rich text as what standard output can show: colour and width of a terminal, plain and wide elsewhere."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

WIDTH_ELSEWHERE = 120


def on_terminal(paint: Callable[[Console], None]) -> str:
    """Return what `paint` prints, as standard output takes it. Rich itself would end the process at a closed pipe."""
    from rich.console import Console

    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal or "COLUMNS" in os.environ else WIDTH_ELSEWHERE
    text = io.StringIO()
    paint(Console(file=text, force_terminal=terminal, width=width, highlight=False, markup=False, emoji=False))
    return text.getvalue()
