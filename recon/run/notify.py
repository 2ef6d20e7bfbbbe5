"""A command of the user's that hears of a run: the summary as JSON on its standard input."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_SECONDS = 60


def notify(command: str, told: Mapping[str, object]) -> str:
    """Run `command` (words as a shell splits them, no shell) with `told` on standard input; return what went wrong, or nothing."""
    text = json.dumps(told, ensure_ascii=False, default=str)
    try:
        done = subprocess.run(shlex.split(command), input=text.encode(), timeout=PATIENCE_SECONDS, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"--notify-cmd: {error}"
    return f"--notify-cmd ended in {done.returncode}" if done.returncode else ""
