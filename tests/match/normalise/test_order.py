"""The order of allocation by one number a row: it sorts as its columns do, and is left alone where it would not fit."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from recon.match.normalise.order import _packed

ROWS = 400
DAY = date(2026, 1, 1)
COLUMNS = {
    "group": [None if n % 7 == 3 else f"g{n * 37 % 11}" for n in range(ROWS)],
    "day": [None if n % 5 == 1 else DAY - timedelta(n * 53 % 17) for n in range(ROWS)],
    "credit": [None if n % 3 == 2 else n % 2 == 0 for n in range(ROWS)],
    "rank": [None if n % 4 == 0 else n * 31 % 13 - 6 for n in range(ROWS)],
}


def in_order(columns):
    frame = pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)])
    return frame.with_row_index("at").sort(*frame.columns, maintain_order=True)["at"].to_list()


@pytest.mark.parametrize("left_out", COLUMNS)
def test_one_number_a_row_sorts_as_its_columns_do(left_out):
    columns = [pl.Series(name, values) for name, values in COLUMNS.items() if name != left_out]
    packed = _packed(columns)
    assert len(packed) == 1
    assert in_order(packed) == in_order(columns)


def test_columns_that_63_bits_do_not_hold_stay_as_they_are():
    wide = [pl.Series([0, 2**31] * ROWS), pl.Series([0, -(2**31)] * ROWS)]
    assert len(_packed(wide)) == 1
    assert len(_packed([*wide, pl.Series([True, False] * ROWS)])) == 3
