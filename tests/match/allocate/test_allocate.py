"""Allocation on small frames, each expectation worked out by hand."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal

import polars as pl
import pytest

from recon.errors import SourceError
from recon.kinds import EXACT
from recon.match.allocate.allocate import allocate

WHOLE = pl.Int128
FLAGS = {"reversed": pl.Boolean, "in_doubt": pl.Boolean}


def orders(*rows, den=1):
    return pl.DataFrame(
        [(number, "o.csv", number + 2, ordered, limit, den) for number, (ordered, limit) in enumerate(rows)],
        schema={"order_id": pl.Int64, "source": pl.String, "row": pl.Int64}
        | {"ordered": EXACT, "ordered_limit": EXACT, "den": WHOLE},
        orient="row",
    )


def lines(*rows):
    return pl.DataFrame(
        [(number, order, num, den, False, False) for number, (order, num, den) in enumerate(rows)],
        schema={"line_id": pl.Int64, "order_id": pl.Int64, "num": WHOLE, "den": WHOLE} | FLAGS,
        orient="row",
    )


def receipts(*rows):
    return pl.DataFrame(
        [(number, order, num, den, accepted, 0) for number, (order, num, den, accepted) in enumerate(rows)],
        schema={"receipt_id": pl.Int64, "order_id": pl.Int64, "num": WHOLE, "den": WHOLE}
        | dict.fromkeys(("accepted", "rejected"), WHOLE),
        orient="row",
    )


def told(frame, *columns):
    """The columns as fractions of the unit."""
    return [
        tuple(Decimal(row[c]) / row["unit"] for c in columns) for row in frame.sort("line_id").iter_rows(named=True)
    ]


def test_an_order_of_nothing_allows_nothing():
    done = allocate(orders((0, 0)), lines((0, 1, 1)), receipts())
    assert told(done.lines, "limit_ordered", "over_ordered", "over_received") == [(0, 1, 1)]


def test_an_order_below_nothing_allows_nothing_either():
    done = allocate(orders((-5, -5)), lines((0, 1, 1)), receipts((0, -2, 1, -2)))
    assert told(done.lines, "limit_ordered", "limit_received", "limit_accepted") == [(0, 0, 0)]


def test_what_is_accepted_is_at_most_what_was_received():
    done = allocate(orders((10, 10)), lines((0, 4, 1)), receipts((0, 3, 1, 8)))
    assert told(done.lines, "limit_accepted", "over_accepted") == [(3, 1)]


def test_the_first_line_is_covered_and_the_second_is_over():
    done = allocate(orders((10, 12)), lines((0, 8, 1), (0, 5, 1)), receipts((0, 6, 1, 6), (0, 4, 1, 4)))
    assert told(done.lines, "before", "over_received", "over_ordered") == [(0, 0, 0), (8, 3, 1)]
    used = done.uses.select("line_id", "receipt_id", pl.col("used") // pl.col("unit")).rows()
    assert used == [(0, 0, 6), (0, 1, 2), (1, 1, 2)]


def test_thirds_add_up_to_the_whole():
    done = allocate(orders((1, 1)), lines((0, 1, 3), (0, 1, 3), (0, 1, 3)), receipts((0, 1, 1, 1)))
    assert done.lines["over_received"].to_list() == [0, 0, 0]
    assert done.uses["used"].sum() == done.uses["unit"][0]


def test_what_is_ordered_over_two_is_halves_for_all():
    """Five halves are ordered; of three billed half a piece is over."""
    done = allocate(orders((5, 5), den=2), lines((0, 3, 1)), receipts())
    assert told(done.lines, "limit_ordered", "over_ordered") == [(Decimal("2.5"), Decimal("0.5"))]


def test_a_third_alone_is_a_third():
    done = allocate(orders((1, 1)), lines((0, 1, 3)), receipts())
    assert done.lines["over_received"].to_list() == [done.lines["unit"][0] // 3]
    assert done.lines["unit"][0] % 3 == 0


def test_a_receipt_of_a_single_piece_stands_between_others_where_something_goes_back():
    done = allocate(orders((9, 9)), lines((0, 9, 1)), receipts((0, 6, 1, 6), (0, 1, 1, 1), (0, 4, 1, 4), (0, -2, 1, 0)))
    assert done.uses["used"].to_list() == [6, 1, 2]


def test_a_return_takes_from_the_receipt_before_it():
    done = allocate(orders((10, 10)), lines((0, 10, 1)), receipts((0, 6, 1, 6), (0, 6, 1, 6), (0, -2, 1, -2)))
    used = done.uses.select("receipt_id", pl.col("used") // pl.col("unit")).rows()
    assert used == [(0, 6), (1, 4)]


def test_a_receipt_used_up_by_one_line_is_not_used_by_the_next():
    done = allocate(orders((10, 10)), lines((0, 6, 1), (0, 4, 1)), receipts((0, 6, 1, 6), (0, 4, 1, 4)))
    used = done.uses.select("line_id", "receipt_id", pl.col("used") // pl.col("unit")).rows()
    assert used == [(0, 0, 6), (1, 1, 4)]


def test_what_may_be_delivered_is_counted_in_parts_of_the_unit():
    """Ten and five percent: 10.5, though everything else is whole."""
    done = allocate(orders((10, Decimal("10.5"))), lines((0, 11, 1)), receipts((0, 11, 1, 11)))
    assert told(done.lines, "limit_ordered", "over_ordered") == [(Decimal("10.5"), Decimal("0.5"))]


@pytest.mark.parametrize(("count", "fits"), [(9, True), (10, False)])
def test_sums_that_could_pass_37_digits_are_refused(count, fits):
    """Ten lines of up to 10^36 each could: it is not tried."""
    many = lines(*[(0, 1, 1)] * count)
    with nullcontext() if fits else pytest.raises(SourceError, match="more than 37 digits"):
        done = allocate(orders((1, 1)), many, receipts((0, 10**36, 1, 0)))
        assert done.lines["over_ordered"].to_list() == [0, *[1] * (count - 1)]
