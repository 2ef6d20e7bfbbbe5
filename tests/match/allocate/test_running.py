"""Running sums and the running excess, beside a plain loop over the rows."""

from __future__ import annotations

from itertools import accumulate, groupby

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.engine.exact import LARGEST
from recon.match.allocate.running import WHOLE, excess, running_sum

small = st.integers(-20, 20)
# near what 128 bits hold, where the sum of the whole column would not fit but every order line's own sum does
wide = st.sampled_from([LARGEST - 1, 1 - LARGEST, 3 * 10**36, -(3 * 10**36), 1])


def groups(numbers):
    return st.lists(st.lists(numbers, min_size=1, max_size=5), min_size=1, max_size=40)


def frame(lists, **more):
    rows = [(order, number) for order, numbers in enumerate(lists) for number in numbers]
    return pl.DataFrame(
        {"order_id": [order for order, _ in rows], "billed": [number for _, number in rows], **more},
        schema_overrides={"billed": WHOLE, "limit": WHOLE},
    )


def sums(lists):
    return [total for numbers in lists for total in accumulate(numbers)]


@given(st.one_of(groups(small), groups(wide)))
def test_a_running_sum_begins_again_with_each_order_line(lists):
    assert running_sum(frame(lists), "billed").to_list() == sums(lists)


def test_a_column_whose_sum_does_not_fit_is_summed_order_line_by_order_line():
    lists = [[LARGEST - 1]] * 40
    assert running_sum(frame(lists), "billed").to_list() == [LARGEST - 1] * 40


@given(st.one_of(groups(small), groups(wide)), st.integers(0, 15))
def test_the_excess_is_the_least_from_here_to_the_last_line(lists, limit):
    lines = frame(lists, limit=[limit] * sum(map(len, lists))).with_columns(pl.Series("cum", sums(lists), dtype=WHOLE))
    found = excess(lines, "limit")
    expected, overs = [], []
    for _, rows in groupby(lines.iter_rows(named=True), lambda row: row["order_id"]):
        past = [max(0, row["cum"] - limit) for row in rows]
        least = [min(past[place:]) for place in range(len(past))]
        expected += least
        overs += [max(0, now - before) for now, before in zip(least, [0, *past], strict=False)]
    assert found["excess"].to_list() == expected
    assert found["over"].to_list() == overs


@pytest.mark.parametrize(
    ("billed", "limit", "overs"),
    [
        ([10, 5], 10, [0, 5]),  # the second line passes the limit
        ([10], 10, [0]),  # equal is not beyond
        ([12, -2], 10, [0, 0]),  # a later credit takes back what the first had too much
        ([12, -2, 3], 10, [0, 0, 3]),
        ([15, -2], 10, [3, 0]),
    ],
)
def test_overs_worked_out_by_hand(billed, limit, overs):
    lines = frame([billed], limit=[limit] * len(billed)).with_columns(pl.Series("cum", sums([billed]), dtype=WHOLE))
    assert excess(lines, "limit")["over"].to_list() == overs
