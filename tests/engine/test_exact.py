"""Exact columns beside Python's own fractions and decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.engine.exact import LARGEST, Exact, TooWideError, lowest_terms, quotient
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.errors import SourceError
from recon.kinds import EXACT

decimals = st.decimals(-(10**9), 10**9, places=6) | st.integers(-5, 5).map(Decimal)
columns = st.lists(st.tuples(decimals, decimals), min_size=1, max_size=8)


def column(values, dtype=EXACT):
    return pl.Series(values, dtype=dtype)


def fractions(exact):
    return [None if n is None else Fraction(n, 10**exact.scale) for n in exact.ints.to_list()]


@given(columns)
def test_sums_products_and_comparisons_are_those_of_fractions(pairs):
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    a, b = Exact.of(column(left)), Exact.of(column(right))
    ours = {"sum": fractions(a + b), "difference": fractions(a - b), "product": fractions(a * b)}
    x, y = ([Fraction(v) for v in side] for side in (left, right))
    theirs = {
        "sum": [p + q for p, q in zip(x, y, strict=True)],
        "difference": [p - q for p, q in zip(x, y, strict=True)],
        "product": [p * q for p, q in zip(x, y, strict=True)],
    }
    assert ours == theirs
    assert (a > b).to_list() == [p > q for p, q in zip(x, y, strict=True)]
    assert a.sign().to_list() == [(p > 0) - (p < 0) for p in x]


@given(columns)
def test_a_bound_is_never_passed(pairs):
    a, b = (Exact.of(column([pair[side] for pair in pairs])) for side in (0, 1))
    for made in (a, b, a + b, a - b, a * b, -a, abs(a)):
        assert all(abs(number) <= made.bound for number in made.ints.to_list())


def rounded(top: Fraction, bottom: Fraction) -> Decimal | None:
    """Exact where it ends within 18 places, else half away from zero at 10: SPEC 2, told in Python's decimals."""
    if not bottom:
        return None
    value = top / bottom
    scaled = value * 10**18
    if scaled.denominator == 1:
        return Decimal(scaled.numerator).scaleb(-18)
    with localcontext(prec=80):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal("1e-10"), ROUND_HALF_UP)


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**4), 10**4)), min_size=1, max_size=8))
def test_a_quotient_is_exact_or_rounded_half_away_from_zero(pairs):
    tops, bottoms = ([pair[side] for pair in pairs] for side in (0, 1))
    found = quotient(Exact.of(column(tops, pl.Int64)), Exact.of(column(bottoms, pl.Int64))).to_list()
    assert found == [rounded(Fraction(t), Fraction(b)) for t, b in pairs]


SAME = [Decimal(text) for text in ("1", "2", "5", "1000", "0.5", "0.001", "0.000000000000000001", "3", "-2", "262144")]


@given(st.lists(decimals | st.none(), min_size=1, max_size=8), st.sampled_from(SAME))
def test_a_quotient_by_one_number_throughout_is_that_of_fractions(tops, bottom):
    bottoms = [bottom] * len(tops)
    try:
        found = quotient(Exact.of(column(tops)), Exact.of(column(bottoms))).to_list()
    except TooWideError:
        assert max(abs(top) for top in tops if top is not None) / abs(bottom) > 10**18
    else:
        assert found == [None if top is None else rounded(Fraction(top), Fraction(bottom)) for top in tops]


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [
        (1, 3, "0.3333333333"),
        (2, 3, "0.6666666667"),
        (-2, 3, "-0.6666666667"),
        (1, 2**18, "0.000003814697265625"),  # ends at the 18th place
        (1, 2**19, "0.0000019073"),  # would end at the 19th
        (5, 0, None),
    ],
)
def test_quotients_worked_out_by_hand(top, bottom, expected):
    found = quotient(Exact.of(column([top], pl.Int64)), Exact.of(column([bottom], pl.Int64))).item()
    assert found == (None if expected is None else Decimal(expected))


def test_what_would_pass_37_digits_is_refused_and_one_less_is_not():
    nearly = Exact(pl.Series([LARGEST - 1], dtype=pl.Int128), 0, LARGEST - 1)
    assert (nearly * 1).ints.to_list() == [LARGEST - 1]
    for refused in (lambda: nearly * 2, lambda: nearly + Exact.ones(1), lambda: nearly.at(1)):
        with pytest.raises(TooWideError):
            refused()


def test_a_sum_of_a_ledger_past_10_to_the_19_is_refused_as_what_the_sources_hold():
    """A thousand quadrillions are 10^18, ten thousand 10^19: the sources are refused (exit 3), recon has no bug (70)."""
    amounts = pl.DataFrame(
        {"by": [1] * 10_001, "amount": [Decimal(10**15 - 1)] * 10_001}, schema={"by": pl.Int64, "amount": EXACT}
    )
    assert group_sums(amounts.head(10_000), ["by"], "amount")["amount"].item() == 10_000 * (10**15 - 1)
    with pytest.raises(SourceError, match="add up to 10\\^19 or more") as caught:
        group_sums(amounts, ["by"], "amount")
    assert caught.value.exit_code == 3


def test_halves_are_computed_apart_and_a_row_too_wide_alone_is_named():
    frame = pl.DataFrame({"id": [1, 2, 3, 4], "number": [3, 1, 40, 2], "source": "s.csv", "row": [2, 3, 4, 5]})

    def compute(part):
        if part["number"].sum() > 5:
            raise TooWideError
        return part

    with pytest.raises(SourceError) as caught:
        in_parts(frame, "id", compute)
    assert caught.value.where == "s.csv:4"
    kept = frame.filter(pl.col("number") < 40)
    assert in_parts(kept, "id", compute).sort("id").equals(kept)


@given(st.lists(st.tuples(st.integers(0, 3), decimals | st.none()), min_size=1, max_size=12))
def test_sums_of_groups_are_those_of_a_dictionary(rows):
    frame = pl.DataFrame(
        {"by": [by for by, _ in rows], "x": [x for _, x in rows], "y": [1] * len(rows)},
        schema_overrides={"x": EXACT, "y": EXACT},
    )
    found = {row["by"]: (row["x"], row["y"]) for row in group_sums(frame, ["by"], "x", "y").iter_rows(named=True)}
    groups = {by for by, _ in rows}
    assert found == {
        by: (sum((x for b, x in rows if b == by and x is not None), Decimal(0)), sum(b == by for b, _ in rows))
        for by in groups
    }


@given(st.lists(st.tuples(st.integers(-(10**20), 10**20), st.integers(1, 10**20)), min_size=1, max_size=6))
def test_lowest_terms_are_those_of_fractions(pairs):
    tops, bottoms = (pl.Series([pair[side] for pair in pairs], dtype=pl.Int128) for side in (0, 1))
    num, den = lowest_terms(tops, bottoms)
    reduced = [Fraction(*pair) for pair in pairs]
    assert list(zip(num.to_list(), den.to_list(), strict=True)) == [(f.numerator, f.denominator) for f in reduced]


@given(st.lists(st.one_of(decimals, st.none()), max_size=6))
def test_spare_digits_change_no_value(values):
    exact = Exact.of(column(values))
    assert fractions(exact) == [None if v is None else Fraction(v) for v in values]
    known = [n for n in exact.ints.to_list() if n]
    assert not known or exact.scale == 0 or any(n % 10 for n in known)


@pytest.mark.parametrize(("last", "scale"), [("5", 0), ("-0.25", 2), ("0.000001", 6), ("40", 0)])
def test_one_value_far_below_settles_how_many_digits_are_spare(last, scale):
    exact = Exact.of(column([Decimal(30)] * 150 + [Decimal(last), None], EXACT))
    assert (exact.scale, fractions(exact)[0], fractions(exact)[150]) == (scale, 30, Fraction(last))


def test_a_bound_wider_than_the_numbers_refuses_no_quotient():
    wide = Exact(pl.Series([10**19], dtype=pl.Int128), 0, 10**30)
    hundred_million = Exact(pl.Series([10**8], dtype=pl.Int128), 0, 10**8)
    assert quotient(wide, hundred_million).to_list() == [Decimal(10**11)]
