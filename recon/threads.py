"""Work in threads, which an error and Ctrl-C do not wait for."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Item = TypeVar("Item")
Result = TypeVar("Result")
LISTEN = 0.2
"""Seconds. Where a signal comes while a thread waits, Polars makes it wait on: only a wait that ends hears Ctrl-C."""


def in_threads(function: Callable[[Item], Result], items: Iterable[Item], at_once: int) -> list[Result]:
    """Return what `function` makes of each item, in order, `at_once` at a time; raises what the first of them raises."""
    pool = ThreadPoolExecutor(at_once)
    try:
        return [_result(future) for future in [pool.submit(function, item) for item in items]]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Result]) -> Result:
    while not future.done():
        wait([future], LISTEN)
    return future.result()
