"""Lines that wait as bytes come back as they went, whatever their columns share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from recon.engine.memory import without_repeats
from recon.ledger.packed import apart, closed, opened, packed, unpacked, with_values

ROWS = pl.DataFrame(
    {
        "po_number": ["1", "2", "3"],
        "po_key": ["1", "2", "3"],
        "number": [1, 2, 3],
        "unit": ["EA", "EA", "EA"],
        "gap": ["EA", None, "EA"],
        "gap_key": ["EA", None, "EA"],
        "price": [Decimal("1.5")] * 3,
        "day": [date(2026, 1, 1)] * 3,
        "codes": [["a", "b"]] * 3,
        "nothing": pl.Series([None] * 3, dtype=pl.String),
    }
)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_what_is_packed_comes_back(rows):
    some = ROWS.head(rows)
    again = apart(unpacked(packed(some)))
    assert again.select(some.columns).equals(some)
    assert {*again.schema.items()} == {*some.schema.items()}


def test_columns_that_hold_the_same_are_packed_once_and_rows_alike_stay_as_many():
    same = ROWS.with_columns(pl.lit("x" * 9000).alias(c) for c in ("unit", "gap", "po_key"))
    assert len(packed(same)) < len(packed(same.with_columns(gap=pl.Series(["y" * 9000, *"ab"])))) < 30_000
    alike = pl.concat([ROWS.head(1)] * 3)
    assert apart(unpacked(packed(alike))).select(alike.columns).equals(alike)


def test_columns_of_one_type_and_equal_beginnings_stay_apart():
    long = pl.DataFrame({"one": [*range(99), 1], "other": [*range(99), 2], "text": [str(n) for n in range(100)]})
    assert apart(unpacked(packed(long))).select(long.columns).equals(long)


def test_some_rows_of_several_come_back_from_bytes_one_after_the_other():
    ((values, rows),) = opened(packed(ROWS))
    last = closed(values, rows.tail(1).with_columns(more=pl.lit("x")))
    again = [
        apart(with_values(part, of)) for of, part in opened(closed(values, rows) + last + closed(values, rows.clear()))
    ]
    assert again[0].select(ROWS.columns).equals(ROWS)
    assert again[1].select(*ROWS.columns, "more").equals(ROWS.tail(1).with_columns(more=pl.lit("x")))
    assert again[2].height == 0
    assert {*again[2].columns} == {*ROWS.columns}


@pytest.mark.parametrize("rows", [0, 1, 3, 300])
def test_without_repeats_a_frame_is_equal(rows):
    some = pl.concat([ROWS] * 100).head(rows)
    assert without_repeats(some).equals(some)
    assert without_repeats(some).schema == some.schema
