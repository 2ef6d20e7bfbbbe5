"""Work on few rows in one thread, where each call of Polars' engine would otherwise hand over to its pool and back.

A filter, a join, a `select` of two columns are done by a thread of the pool: whoever calls is put to sleep and woken again,
some 15 microseconds each time (of a join five times), and much longer on a busy machine. Of the smallest match that is a tenth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
FEW_ROWS = 1_000
"""Rows up to which calling the engine costs more than what it is asked to do."""


def alone_where_few(rows: int, work: Callable[[], Result], few: int = FEW_ROWS) -> Result:
    """Return what `work` on so many rows gives, `in_one_thread` where they are no more than `few`."""
    return in_one_thread(work) if rows <= few else work()


def in_one_thread(work: Callable[[], Result]) -> Result:
    """Return what `work` gives, or raise what it raises; the caller's thread does all of it.

    A Python function in a lazy query is the one place where Polars lets its pool alone.
    """
    given: list[Result] = []
    raised: list[BaseException] = []

    def done(frame: pl.DataFrame) -> pl.DataFrame:
        try:
            given.append(work())
        except BaseException as error:  # noqa: BLE001 -- whatever it is, it is raised again, not told as Polars' own
            raised.append(error)
        return frame

    pl.DataFrame({"asked": [0]}).lazy().map_batches(done).collect()
    if raised:
        raise raised[0]
    return given[0]
