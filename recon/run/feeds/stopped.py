"""The end of a feed's work: it was told to stop while it waited."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


class StoppedError(Exception):
    """What was being done is left; nothing of it was taken that is not durable."""


@dataclass(frozen=True)
class Patience:
    """Waits that end at once when all is to stop."""

    stopped: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> None:
        """Wait. Raises StoppedError when it is to stop."""
        if self.stopped.wait(max(0.0, seconds)):
            raise StoppedError
