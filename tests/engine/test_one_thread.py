"""Work in one thread: what it gives and raises is what it gives and raises elsewhere, and Polars' pool has no part in it."""

from __future__ import annotations

import threading

import polars as pl
import pytest

from recon.engine.one_thread import in_one_thread
from recon.engine.threads import in_threads
from recon.errors import TooWideRowsError


def threads_of_two_columns():
    seen = set()
    noted = pl.col("a").map_batches(lambda column: seen.add(threading.get_ident()) or column, return_dtype=pl.Int64)
    pl.DataFrame({"a": [1]}).select(noted, noted.alias("b"), noted.alias("c"))
    return seen


def test_only_the_caller_is_at_work():
    assert in_one_thread(threads_of_two_columns) == {threading.get_ident()}
    assert threads_of_two_columns() != {threading.get_ident()}  # why it is worth it: else the pool is asked


@pytest.mark.parametrize("error", [TooWideRowsError([("a.csv", 2)]), KeyboardInterrupt(), ValueError("no")])
def test_raises_what_the_work_raises(error):
    def work():
        raise error

    with pytest.raises(type(error)) as raised:
        in_one_thread(work)
    assert raised.value is error


def test_many_at_once_and_one_in_another_end():
    def work(number):
        left, right = (pl.DataFrame({"a": range(number + 2), "b": range(number + 2)}) for _ in range(2))
        return in_one_thread(
            lambda: in_one_thread(lambda: left.join(right, on="a").sort("a").group_by("b").len().height)
        )

    assert list(in_threads(work, range(40), 8)) == list(range(2, 42))
