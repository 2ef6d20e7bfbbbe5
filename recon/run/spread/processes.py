"""Processes on this machine as workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Self

from recon.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess
    from types import TracebackType

LOSSES = 3
"""So many times workers may be lost before a run gives up."""


class Processes:
    """An Executor of `count` processes; where one is killed all are begun anew, and what they were at is done again."""

    def __init__(self, count: int) -> None:
        self._count, self._losses = count, 0
        self._pool = self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            for process in multiprocessing.active_children():
                process.kill()  # what they are at is of no use any more
        self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[bytes], bytes], messages: Iterable[bytes]) -> Iterator[bytes]:
        """Yield what `function` makes of each message, in order; one is waiting for each process."""
        waiting: deque[tuple[bytes, Future[bytes]]] = deque()
        for message in messages:
            waiting.append((message, self._submit(function, message)))
            if len(waiting) > 2 * self._count:
                yield self._result(function, waiting)
        while waiting:
            yield self._result(function, waiting)

    def _result(self, function: Callable[[bytes], bytes], waiting: deque[tuple[bytes, Future[bytes]]]) -> bytes:
        while True:
            try:
                result = waiting[0][1].result()
            except BrokenProcessPool as error:
                self._again(error)
                for _ in range(len(waiting)):
                    message, _lost = waiting.popleft()
                    waiting.append((message, self._pool.submit(function, message)))
            else:
                waiting.popleft()
                return result

    def _submit(self, function: Callable[[bytes], bytes], message: bytes) -> Future[bytes]:
        try:
            return self._pool.submit(function, message)
        except BrokenProcessPool as error:
            self._again(error)
            return self._pool.submit(function, message)

    def _again(self, error: BrokenProcessPool) -> None:
        self._losses += 1
        if self._losses > LOSSES:
            hint = "Is there too little memory? Ask for fewer with --engine local:N."
            raise OutputError("processes that do the work are killed again and again", hint=hint) from error
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._begin()

    def _begin(self) -> ProcessPoolExecutor:
        # Forked, a process would wait for ever for threads of Polars that it does not have.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, context, initializer=_begin_worker)


def _begin_worker() -> None:
    """Leave Ctrl-C to the driver, and end where that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    driver = multiprocessing.parent_process()
    if driver is not None:
        threading.Thread(target=_end_with, args=[driver], daemon=True).start()


def _end_with(driver: BaseProcess) -> None:
    driver.join()
    os._exit(1)
