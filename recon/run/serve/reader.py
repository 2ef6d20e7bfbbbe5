"""What stands, read at one moment: one thread at a time reads, and sees the generation of the state that stands now."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recon.store.store import Store


@dataclass
class Reader:
    """Reads a store; `opened` opens it for reading."""

    opened: Callable[[], Store]
    _store: Store | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def look(self) -> Iterator[Store]:
        """Give the store as it stands at one moment: what is read of its state in the block belongs together."""
        with self._lock:
            self._store = self._store.fresh() if self._store else self.opened()
            with self._store.state.snapshot():
                yield self._store

    def close(self) -> None:
        """Close the store."""
        with self._lock:
            if self._store:
                self._store.close()
            self._store = None
