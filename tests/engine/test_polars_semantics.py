"""What recon relies on, or guards against, in Polars: an upgrade that changes it must not change money silently."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError, InvalidOperationError, PanicException, SchemaError

WIDEST = "9" * 38
ONE_KEY = {"k": ["a", None], "x": [1, 2]}
OTHER_KEY = {"k": ["a", None], "y": [1, 2]}


def column(*texts: str | None, scale: int = 2) -> pl.Series:
    return pl.Series("x", [None if t is None else Decimal(t) for t in texts], dtype=pl.Decimal(38, scale))


def whole(*numbers: int) -> pl.Series:
    return pl.Series("x", numbers, dtype=pl.Int128)


def texts(series: pl.Series) -> list[str]:
    return [str(value) for value in series.to_list()]


def evaluate(expression: Any) -> Any:
    return pl.select(expression).item()


# -- decimals: what arithmetic keeps and drops ---------------------------------------------------------------------


def test_a_product_keeps_the_larger_scale_and_rounds_half_even():
    assert texts(column("0.25", "0.15", "0.05") * column("0.10", "0.10", "0.10")) == ["0.02", "0.02", "0.00"]


def test_a_product_of_different_scales_has_the_larger():
    assert (column("1.5", scale=6) * column("1.5", scale=10)).dtype == pl.Decimal(38, 10)


def test_a_product_with_a_float_literal_is_a_float():
    assert (pl.DataFrame({"x": column("0.25")}).select(pl.col("x") * 0.1)).dtypes == [pl.Float64]


def test_a_sum_of_different_scales_is_exact():
    assert texts(column("1.25") + column("1.2345", scale=4)) == ["2.4845"]


def test_a_quotient_keeps_the_larger_scale():
    assert texts(column("1") / column("3")) == ["0.33"]


def test_division_by_zero_fails_the_whole_query():
    with pytest.raises(ComputeError, match="division by zero"):
        column("1") / column("0")


def test_an_overflowing_product_or_sum_of_columns_raises():
    with pytest.raises(ComputeError, match="overflow"):
        column("9" * 20, scale=6) * column("9" * 20, scale=6)
    with pytest.raises(ComputeError, match="overflow"):
        column(WIDEST, scale=0) + column("1", scale=0)


def test_a_series_sum_raises_on_overflow():
    with pytest.raises(ComputeError, match="overflow"):
        column(WIDEST, WIDEST, scale=0).sum()


def test_a_grouped_sum_still_wraps_silently():
    frame = pl.DataFrame({"g": [1, 1], "x": column(WIDEST, WIDEST, scale=0)})
    assert frame.group_by("g").agg(pl.col("x").sum())["x"].item() < 0
    assert frame.select(pl.col("x").sum().over("g"))["x"][0] < 0


def test_a_sum_keeps_type_and_scale():
    assert pl.DataFrame({"x": column("1.5", scale=6)}).select(pl.col("x").sum()).dtypes == [pl.Decimal(38, 6)]


def test_a_sum_of_nothing_is_zero():
    assert column().sum() == 0
    assert column(None).sum() == 0


def test_a_mean_is_a_float():
    assert isinstance(column("1", "2").mean(), float)


def test_a_cast_to_fewer_digits_rounds_half_even_even_when_strict():
    assert texts(column("1.005", "1.015", "-1.005", scale=4).cast(pl.Decimal(38, 2), strict=True)) == [
        "1.00",
        "1.02",
        "-1.00",
    ]


def test_a_cast_past_the_precision_raises_or_is_null():
    with pytest.raises(InvalidOperationError):
        column("12345.67").cast(pl.Decimal(4, 2))
    assert column("12345.67").cast(pl.Decimal(4, 2), strict=False).to_list() == [None]


def test_text_to_decimal_rounds_and_takes_exponents_and_plus_signs():
    cast = pl.Series(["1.005", "1e3", "+5", "x", " 5"]).cast(pl.Decimal(38, 2), strict=False)
    assert cast.to_list() == [Decimal("1.00"), Decimal(1000), Decimal(5), None, None]


def test_decimal_to_text_is_plain_and_zero_has_no_sign():
    assert column("-0.00", "1.50", "100").cast(pl.String).to_list() == ["0.00", "1.50", "100.00"]


def test_round_is_half_even_unless_told():
    assert texts(column("0.125", "-0.125", scale=3).round(2)) == ["0.120", "-0.120"]
    assert texts(column("0.125", "-0.125", scale=3).round(2, mode="half_away_from_zero")) == ["0.130", "-0.130"]


def test_decimals_of_different_scale_compare_by_value():
    assert (column("1.50") == column("1.5", scale=1)).item()
    assert evaluate(pl.lit(Decimal("0.1")) + pl.lit(Decimal("0.2")) == pl.lit(Decimal("0.3")))


def test_filling_a_null_with_a_float_makes_floats():
    frame = pl.DataFrame({"x": column(None, "1")})
    assert frame.select(pl.col("x").fill_null(0.0)).dtypes == [pl.Float64]
    assert frame.select(pl.col("x").fill_null(0)).dtypes == [pl.Decimal(38, 2)]


def test_a_concat_of_different_scales_rounds_to_the_first():
    frames = [column("1.5").to_frame(), column("1.2345", scale=4).to_frame()]
    assert texts(pl.concat(frames)["x"]) == ["1.50", "1.23"]


def test_when_and_coalesce_widen_to_the_larger_scale():
    either = pl.when(pl.lit(True)).then(pl.lit(column("1.5"))).otherwise(pl.lit(column("1.2345", scale=4)))
    assert pl.select(either).dtypes == [pl.Decimal(38, 4)]
    first = pl.coalesce(pl.lit(None, pl.Decimal(38, 2)), pl.lit(column("1.2345", scale=4)))
    assert evaluate(first) == Decimal("1.2345")


def test_nan_as_a_decimal_panics_past_except_exception():
    with pytest.raises(PanicException):
        pl.Series([Decimal("NaN")], dtype=pl.Decimal(38, 2))
    assert not issubclass(PanicException, Exception)


def test_the_whole_number_under_a_decimal_is_its_unscaled_value():
    assert column("1.25", "-0.01").to_physical().to_list() == [125, -1]
    assert column("1.25").to_physical().dtype == pl.Int128


def test_a_decimal_literal_has_the_scale_it_is_written_with():
    assert pl.select(pl.lit(Decimal("1.50"))).dtypes == [pl.Decimal(38, 2)]


# -- whole numbers ----------------------------------------------------------------------------------------------------


def test_64_bit_sums_and_128_bit_products_wrap_silently():
    assert pl.Series([2**63 - 1, 1]).sum() < 0
    assert (whole(2**100) * whole(2**60)).item() == 0


def test_whole_division_floors_and_its_rest_has_the_divisors_sign():
    assert (whole(-7) // whole(2)).item() == -4
    assert (whole(-7) % whole(2)).item() == 1


def test_counts_are_unsigned():
    assert pl.DataFrame({"x": [1]}).select(pl.len() - 2).item() == 2**32 - 1


# -- nulls ------------------------------------------------------------------------------------------------------------


def test_a_null_condition_takes_the_otherwise():
    assert evaluate(pl.when(pl.lit(None, pl.Boolean)).then(1).otherwise(2)) == 2


def test_a_row_sum_skips_null_where_plus_does_not():
    assert evaluate(pl.sum_horizontal(pl.lit(None, pl.Int64), pl.lit(3))) == 3
    assert evaluate(pl.lit(None, pl.Int64) + 3) is None


def test_all_of_nothing_and_all_of_null_are_true():
    assert pl.Series([], dtype=pl.Boolean).all() is True
    assert pl.Series([None, True]).all() is True
    assert evaluate(pl.all_horizontal(pl.lit(True), pl.lit(None, pl.Boolean))) is None


def test_and_or_know_three_values():
    unknown = pl.lit(None, pl.Boolean)
    assert evaluate(pl.lit(False) & unknown) is False
    assert evaluate(pl.lit(True) | unknown) is True
    assert evaluate(pl.lit(True) & unknown) is None


def test_a_filter_drops_the_row_it_knows_nothing_of():
    frame = pl.DataFrame({"a": [1, None, 2]})
    assert frame.filter(pl.col("a") != 1).height == 1
    assert frame.filter(pl.col("a").ne_missing(1)).height == 2


def test_null_is_in_nothing_and_equals_null_only_when_asked():
    assert pl.Series([None, "a"]).is_in(["a"]).to_list() == [None, True]
    assert evaluate(pl.lit(None, pl.String).eq_missing(pl.lit(None, pl.String)))


def test_least_and_greatest_of_a_row_skip_null():
    assert evaluate(pl.max_horizontal(pl.lit(None, pl.Decimal(38, 2)), pl.lit(column("3")))) == 3


# -- joins, groups, order ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "height"), [("inner", 1), ("left", 2), ("semi", 1), ("anti", 1), ("full", 3)])
def test_null_keys_never_join(how, height):
    assert pl.DataFrame(ONE_KEY).join(pl.DataFrame(OTHER_KEY), on="k", how=how).height == height


def test_null_keys_join_when_told():
    assert pl.DataFrame(ONE_KEY).join(pl.DataFrame(OTHER_KEY), on="k", nulls_equal=True).height == 2


def test_validate_sees_a_repeated_key_but_not_a_repeated_null():
    left, right = pl.DataFrame(ONE_KEY), pl.DataFrame(OTHER_KEY)
    with pytest.raises(ComputeError, match="m:1"):
        left.join(pl.concat([right, right]), on="k", validate="m:1")
    nulls = pl.DataFrame({"k": [None, None], "y": [1, 2]}, schema=right.schema)
    assert left.join(nulls, on="k", how="left", validate="m:1").height == 2


def test_keys_of_different_types_or_scales_do_not_join():
    with pytest.raises(SchemaError):
        pl.DataFrame(ONE_KEY).join(pl.DataFrame({"k": [1]}), on="k")
    with pytest.raises(SchemaError):
        column("1").to_frame("k").join(column("1", scale=4).to_frame("k"), on="k")


def test_a_left_join_keeps_the_order_it_is_told_to():
    numbers = list(range(1000, 0, -1))
    joined = pl.DataFrame({"k": numbers}).join(
        pl.DataFrame({"k": sorted(numbers)}), on="k", how="left", maintain_order="left"
    )
    assert joined["k"].to_list() == numbers


def test_a_sort_that_maintains_order_is_stable():
    frame = pl.DataFrame({"a": [0] * 5000, "b": [0] * 5000, "n": range(5000)})
    assert frame.sort("a", "b", maintain_order=True)["n"].is_sorted()


def test_null_sorts_first_unless_told():
    assert pl.Series([2, None, 1]).sort().to_list() == [None, 1, 2]
    assert pl.Series([2, None, 1]).sort(nulls_last=True).to_list() == [1, 2, None]


def test_null_is_one_group():
    frame = pl.DataFrame({"k": [None, None, "a"]})
    assert frame.group_by("k", maintain_order=True).len().rows() == [(None, 2), ("a", 1)]


def test_first_of_a_group_may_be_null():
    frame = pl.DataFrame({"g": [1, 1], "x": [None, 2]})
    assert frame.group_by("g").agg(pl.col("x").first()).rows() == [(1, None)]


def test_running_sums_within_groups_are_in_row_order():
    frame = pl.DataFrame({"g": [1, 2, 1], "x": column("1", "2", "3")})
    assert texts(frame.select(pl.col("x").cum_sum().over("g"))["x"]) == ["1.00", "2.00", "4.00"]
    assert frame.select(pl.col("g").shift(1).over("g"))["g"].to_list() == [None, None, 1]


def test_a_running_least_can_go_backwards():
    assert texts(column("1", "3", "2").cum_min(reverse=True)) == ["1.00", "2.00", "2.00"]


# -- text and dates ---------------------------------------------------------------------------------------------------


def test_a_text_joined_with_null_is_null():
    assert evaluate(pl.concat_str(pl.lit("a"), pl.lit(None, pl.String))) is None


def test_upper_case_and_normal_forms_are_those_of_unicode():
    assert pl.Series(["ß", "µ"]).str.to_uppercase().to_list() == ["ß".upper(), "µ".upper()]
    assert pl.Series(["Ａ１", "u\u0308"]).str.normalize("NFKC").to_list() == ["A1", "ü"]


def test_a_regex_digit_is_any_digit():
    assert pl.Series(["１"]).str.contains(r"^\d$").item()
    assert not pl.Series(["１"]).str.contains(r"^[0-9]$").item()


def test_stripping_leaves_a_zero_width_space():
    assert pl.Series(["\u200b a "]).str.strip_chars().item() == "\u200b a"


def test_days_between_dates_are_whole_numbers():
    between = pl.lit(date(2026, 3, 1)) - pl.lit(date(2026, 2, 1))
    assert evaluate(between.dt.total_days()) == 28
