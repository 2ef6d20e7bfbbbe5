"""Work in threads, which an error and Ctrl-C do not wait for."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")
LISTEN = 0.2
"""Seconds. Where a signal comes while a thread waits, Polars makes it wait on: only a wait that ends hears Ctrl-C."""


def in_threads(function: Callable[[Item], Result], items: Iterable[Item], at_once: int) -> Iterator[Result]:
    """Yield what `function` makes of each item, in order; raises what the first of them raises.

    No more than `at_once` items are taken and not yet yielded: what comes of many large ones need not be held at once.
    """
    pool, waiting = ThreadPoolExecutor(at_once), deque[Future[Result]]()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) == at_once:
                yield result_of(waiting.popleft())
        while waiting:
            yield result_of(waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def side_by_side(*calls: Callable[[], Result]) -> list[Result]:
    """Return what each call gives, all made at once; raises what the first of them raises."""
    return list(in_threads(lambda call: call(), calls, len(calls)))


def result_of(future: Future[Result]) -> Result:
    """Return what a call in a thread gives, or raise what it raises."""
    while not future.done():
        wait([future], LISTEN)
    return future.result()
