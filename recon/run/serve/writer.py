"""The one thread that writes the log: requests that wait at the same time share one commit, and only so many may wait."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from recon.run.live.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.store.events import Accepted, Event
    from recon.store.store import Store

    Waiting = tuple[Sequence[Event], asyncio.Future[list[Accepted]]]

MOST_WAITING = 2_000
"""Events that may wait for their commit; whoever sends more is asked to come again."""
AT_ONCE = 100
"""Requests that one commit takes at most."""


class FullError(Exception):
    """As many events wait as may."""


@dataclass
class Writer:
    """Takes events of many requests into the log, each request's together; what it returns is durable."""

    opened: Callable[[], Store]
    most_waiting: int = MOST_WAITING
    waiting: int = 0
    _queue: deque[Waiting] = field(default_factory=deque)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _ends: bool = False
    _thread: threading.Thread | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin; to be called in the loop of the requests. Raises what opening the store does."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, args=(self.opened(),), name="writer")
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, and end."""
        with self._changed:
            self._ends = True
            self._changed.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    @property
    def alive(self) -> bool:
        """Whether what is sent would be written."""
        return self._thread is not None and self._thread.is_alive()

    async def put(self, events: Sequence[Event]) -> list[Accepted]:
        """Return what became of the events when they are durable. Raises FullError, or OutputError: then none of them is taken.

        Those that conflict with what came before are told, and not taken.
        """
        if self._loop is None or self._ends or self.waiting + len(events) > max(self.most_waiting, len(events)):
            raise FullError
        future: asyncio.Future[list[Accepted]] = self._loop.create_future()
        self.waiting += len(events)
        try:
            with self._changed:
                self._queue.append((events, future))
                self._changed.notify()
            return await asyncio.shield(future)
        finally:
            self.waiting -= len(events)

    def _run(self, store: Store) -> None:
        try:
            while some := self._next():
                self._write(store, some)
        finally:
            store.close()

    def _next(self) -> list[Waiting]:
        with self._changed:
            while not self._queue and not self._ends:
                self._changed.wait()
            return [self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))]

    def _write(self, store: Store, some: Sequence[Waiting]) -> None:
        events = list(chain.from_iterable(each for each, _ in some))
        try:
            taken: list[Accepted] | Exception = store.log.accept(events, now(), refuse_conflicts=True)
        except Exception as error:  # noqa: BLE001 -- who waits is told, whatever it is; the next may fare better
            taken = error
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_tell, some, taken)


def _tell(some: Sequence[Waiting], taken: list[Accepted] | Exception) -> None:
    """Give each request what became of its own events."""
    at = 0
    for events, future in some:
        if isinstance(taken, Exception):
            future.set_exception(taken)
            future.exception()  # who asked may be gone
        else:
            future.set_result(taken[at : at + len(events)])
        at += len(events)
