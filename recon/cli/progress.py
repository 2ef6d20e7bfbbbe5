"""What a run is doing at the moment, how far it is and for how long: on standard error, and only where a person watches it."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recon.run.job import Told

_WIPE = "\r\x1b[2K"


@contextmanager
def doing(what: str, *, quiet: bool = False) -> Iterator[Told | None]:
    """Show `what` while the block runs, twice a second anew, and wipe it afterwards; nothing where standard error is no terminal.

    Yields what is told of the rows done.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from recon.run.ticks import ticking

    stage = _Stage(what)
    stage.paint()
    try:
        with ticking(stage.paint):
            yield stage.told
    finally:
        print(_WIPE, end="", file=sys.stderr, flush=True)


class _Stage:
    """One stage as a line: `matching: 12,000 of 28,824 rows, 3 s`."""

    def __init__(self, what: str) -> None:
        self._what, self._began, self._rows = what, time.monotonic(), ""

    def told(self, done: int, total: int) -> None:
        """Take note of the rows done, of how many in all (0 where that is not known)."""
        of = f" of {total:,}" if total else ""
        self._rows = f": {min(done, total or done):,}{of} rows"

    def paint(self) -> None:
        """Write the line in the place of the one before, cut to the terminal."""
        seconds = int(time.monotonic() - self._began)
        line = f"{self._what}{self._rows}{f', {seconds} s' if seconds else ''} ..."
        print(f"{_WIPE}{line[: shutil.get_terminal_size().columns - 1]}", end="", file=sys.stderr, flush=True)
