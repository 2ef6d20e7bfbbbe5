"""Few rows, and those whose products pass 37 digits, are computed in Python's numbers, to the same last digit."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.engine.exact import Exact, TooWideError, quotient
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.engine.wholes import FEW, Wholes
from recon.errors import SourceError
from recon.kinds import EXACT
from tests.kit.laws import run
from tests.kit.worlds import world


def wide(numbers):
    frame = pl.DataFrame({"a": pl.Series(numbers, dtype=EXACT)})
    return frame.with_columns(id=pl.int_range(pl.len()), source=pl.lit("x.csv"), row=pl.int_range(2, pl.len() + 2))


def cubed_over_itself(frame):
    """a^3 / (3 a^2): a third of a."""
    a = Exact.of(frame["a"])
    return frame.with_columns(third=quotient(a * a * a, a * a * 3))


numbers = st.none() | st.decimals(-(10**9), 10**9, places=6) | st.integers(-4, 4).map(Decimal)
OPERATIONS = {
    "sum": lambda a, b: (a + b).reduced_decimal(),
    "difference": lambda a, b: (a - b).decimal(),
    "product": lambda a, b: (a * b).reduced_decimal(),
    "quotient": quotient,
    "above": lambda a, b: a > b,
    "exceeds": lambda a, b: a.exceeds(b),
    "multiple": lambda a, b: (a * 6).multiples_of(abs(b)),
    "sign": lambda a, b: (a * b.signs()).sign(),
    "where": lambda a, b: abs(a).where(a > b, -b).decimal(),
    "filled": lambda a, b: (a.fill(7) * b.fill(-1)).reduced_decimal(),
    "filtered": lambda a, b: a.filter(a.exceeds(b)).at(20).decimal(),
}


@pytest.mark.parametrize("name", OPERATIONS)
@given(pairs=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6))
def test_few_rows_come_to_what_many_do(name, pairs):
    """The same rows are Python's numbers where they are few, a column of Polars where they are many."""

    def computed(rows):
        a, b = (Exact.of(pl.Series([row[side] for row in rows], dtype=EXACT)) for side in (0, 1))
        assert isinstance(a.numbers, Wholes) == (len(rows) <= FEW)
        try:
            return OPERATIONS[name](a, b).to_list()
        except TooWideError:
            return None

    times = FEW // len(pairs) + 1
    few, many = computed(pairs), computed(pairs * times)
    assert many == (None if few is None else few * times)


def test_numbers_past_64_bits_stay_themselves_in_few_rows():
    past = Decimal("9876543210987654321.5")
    a = Exact.of(pl.Series([past, Decimal(-3), None], dtype=EXACT))
    assert (-a).decimal().to_list() == [-past, Decimal(3), None]


def test_a_row_that_is_too_wide_is_computed_as_the_others_are():
    done = in_parts(wide(["1", "123456789.123456789123", "-6"]), "id", cubed_over_itself, unbounded=True)
    assert done["third"].to_list() == [Decimal("0.3333333333"), Decimal("41152263.041152263041"), Decimal(-2)]


def test_where_python_s_numbers_will_not_do_the_row_is_named():
    with pytest.raises(SourceError, match=r"x\.csv:3"):
        in_parts(wide(["1", "123456789.123456789123"]), "id", cubed_over_itself)


def test_sums_of_many_wide_numbers_are_the_sums():
    numbers = [*["999999999999999.000000000000000001"] * 12_500, *["-999999999999999.000000000000000001"] * 12_499]
    sums = group_sums(wide(numbers).with_columns(by=pl.lit("all")), ["by"], "a")
    assert sums["a"].to_list() == [Decimal("999999999999999.000000000000000001")]


def test_two_wide_lines_hold_up_nobody_else():
    lines = "X 1 10 99999999.999999 9999999.9999999999 3\nY 1 20 10 5 1"
    done = run(
        world(
            "po line qty price per\n1 10 999 3 7\n1 20 10 5 1",
            "po line qty\n1 10 10\n1 20 10",
            f"no po line qty price per\n{lines}",
        )
    )
    assert done.invoice_lines.sort("row")["decision"].to_list() == ["hold", "pay"]


def test_a_dozen_metered_lines_without_a_quantity_are_counted():
    """Of 100 for 3 each twelve come to 33 1/3 and so on: prices of four digits that share no unit."""
    prices = (1013, 1019, 1021, 1031, 1033, 1039, 1049, 1051, 1061, 1063, 1069, 1087, 1091, 1093)
    bill = "\n".join(f"A{n} 1 10 {price} {price}.{n}7" for n, price in enumerate(prices, 1))
    done = run(world("po line qty price\n1 10 13 1000", "po line qty\n1 10 13", f"no po line amount price\n{bill}"))
    over = done.discrepancies.filter(code="quantity_over_received")
    exact = sum(Decimal(price) / Decimal(f"{price}.{n}7") for n, price in enumerate(prices, 1))
    assert over["variance"].to_list() == [round(exact - 13, 10)]
