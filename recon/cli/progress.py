"""What a run is doing at the moment: on standard error, and only where a person watches it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIPE = "\r\x1b[2K"


@contextmanager
def doing(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Show `what` while the block runs and wipe it afterwards; nothing where standard error is no terminal."""
    shown = not quiet and sys.stderr is not None and sys.stderr.isatty()
    if shown:
        print(f"{_WIPE}{what} ...", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown:
            print(_WIPE, end="", file=sys.stderr, flush=True)
