"""An order is counted in what its own numbers need, whatever is matched beside it."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from recon.engine.exact import TooWideError
from recon.match.allocate.allocate import WHOLE, WIDEST, _units
from recon.match.allocate.rounded import in_fine_units

DENS = (3_333_333_333, 1_666_666_667)


def orders(*ordered):
    numbers = pl.Series([Decimal(text) for text in ordered], dtype=pl.Decimal(38, 18))
    ids = pl.Series(range(len(ordered)), dtype=pl.Int64)
    return pl.DataFrame({"order_id": ids, "ordered": numbers, "ordered_limit": numbers, "den": pl.Series([1] * len(ordered), dtype=WHOLE)})  # fmt: skip


def parts(*dens):
    return pl.DataFrame({"order_id": pl.Series([0] * len(dens), dtype=pl.Int64), "den": pl.Series(dens, dtype=WHOLE)})


def unit_of_first(*ordered):
    found = _units(orders(*ordered), parts(DENS[0]), parts(DENS[1]))
    return found.row(0, named=True)


def test_an_order_beside_one_of_many_places_is_counted_as_exactly_as_alone():
    alone, beside = unit_of_first("19"), unit_of_first("19", "0.000000000000000001")
    assert (alone["rounded"], beside["rounded"]) == (False, False)
    assert all(one["unit"] < WIDEST and all(one["unit"] % den == 0 for den in DENS) for one in (alone, beside))


def test_an_order_whose_own_numbers_have_no_unit_that_fits_is_rounded():
    found = _units(orders("0.000001"), parts(*DENS), parts(3_333_333_334))
    assert found["rounded"].to_list() == [True]


@pytest.mark.parametrize(("billed", "fits"), [(7 * 10**28 - 7, True), (7 * 10**28, False)])
def test_a_rounded_number_past_37_digits_is_refused(billed, fits):
    """It would not fit a column: the rows of its order line become rejects, and the others are matched."""
    lines = pl.DataFrame(
        {"order_id": [0], "num": [billed], "den": [7], "unit": [10**9]}, schema_overrides={"num": pl.Int128}
    )
    if fits:
        assert in_fine_units(lines, "num", up=True).to_list() == [10**37 - 10**9]
        return
    with pytest.raises(TooWideError):
        in_fine_units(lines, "num", up=True)
