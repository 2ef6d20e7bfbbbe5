"""Threads: results in order, the first error, and nobody waits for the others."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from recon.engine.threads import in_threads


def test_results_come_in_the_order_of_the_items() -> None:
    ready = threading.Event()

    def double(number: int) -> int:
        if number == 1:
            ready.wait(10)  # the first is done last
        if number == 3:
            ready.set()
        return 2 * number

    assert list(in_threads(double, [1, 2, 3], 3)) == [2, 4, 6]


def test_the_first_error_is_raised_without_waiting_for_later_ones() -> None:
    hold = threading.Event()

    def work(number: int) -> int:
        if number < 2:
            raise ValueError(number)
        hold.wait(60)
        return number

    with pytest.raises(ValueError, match=r"^0$"):
        list(in_threads(work, [0, 1, 2, 3], 2))
    hold.set()


def test_no_more_items_are_taken_than_are_worked_on_before_a_result_is() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(6):
            taken.append(number)
            yield number

    results = in_threads(lambda number: number, items(), 2)
    assert [(next(results), len(taken)) for _ in range(4)] == [(0, 2), (1, 3), (2, 4), (3, 5)]
