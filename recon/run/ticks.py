"""A call that is repeated while something lasts, so that whoever watches sees that it does."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVERY_SECONDS = 0.5


@contextmanager
def ticking(call: Callable[[], None]) -> Iterator[None]:
    """Call every EVERY_SECONDS until the block ends; the last call is over before what follows."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(EVERY_SECONDS):
            call()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
