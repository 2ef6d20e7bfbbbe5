"""Stored numbers, dates and formats of spreadsheet cells as text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.read.excel.cells import date_text, kind_of_format, number_text, padded_text, percent_text, shared_text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("12", "12"),
        ("-0.5", "-0.5"),
        ("4500012345.0", "4500012345"),
        ("1E3", "1000"),
        ("1.5E-7", "0.00000015"),
        ("36.299999999999997", "36.3"),
        ("0.30000000000000004", "0.3"),
        ("1469135.7890999998", "1469135.7891"),
        ("0.3333333333333333", "0.3333333333333333"),
        ("1234567890.123402", "1234567890.123402"),
        ("-0", "0"),
        ("0.1000", "0.1"),
    ],
)
def test_a_stored_number_is_plain(written: str, text: str) -> None:
    assert number_text(written) == (text, None)


@pytest.mark.parametrize("written", ["nan", "inf", "1_000", "", "1,5", "0x10", "\u0661", "1e99999"])
def test_what_is_no_number_is_not_read_as_one(written: str) -> None:
    text, damage = number_text(written)
    assert damage is not None
    assert text is None


def test_past_15_digits_a_number_is_damaged() -> None:
    assert number_text("999999999999999") == ("999999999999999", None)
    assert number_text("1000000000000000")[1] is not None
    assert number_text("1.23456789012346E+17")[1] is not None


@pytest.mark.parametrize(
    ("written", "text"), [("4711", "0000004711"), ("4711.0", "0000004711"), ("45000123456", "45000123456"), ("0", "0000000000"), ("1.5", "1.5"), ("-3", "-3")]
)  # fmt: skip
def test_zeros_that_a_number_format_shows_are_part_of_a_whole_number(written: str, text: str) -> None:
    assert kind_of_format(165, {165: "0000000000"}) == "10"
    assert padded_text(written, 10) == (text, None)


@pytest.mark.parametrize(
    "code", ["0", "0.00", "#,##0", '"PO"0000', "000-000", "0000000\\-0000000", "0" * 41, "[Red]00"]
)
def test_other_number_formats_show_no_zeros(code: str) -> None:
    assert kind_of_format(165, {165: code}) == "number"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_a_number_of_15_digits_survives_the_float_of_a_spreadsheet(value: Decimal) -> None:
    text, damage = number_text(repr(float(value)))
    assert damage is None
    assert Decimal(str(text)) == value


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("45720", "2025-03-04"),
        ("45720.0", "2025-03-04"),
        ("45720.5", "2025-03-04 12:00:00"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("45720.520833333336", "2025-03-04 12:30:00"),
    ],
)
def test_a_serial_is_a_date(written: str, text: str) -> None:
    assert date_text(written, since_1904=False) == (text, None)


@pytest.mark.parametrize("written", ["60", "0.5", "-1", "3000000"])
def test_a_serial_that_is_no_day_is_damaged(written: str) -> None:
    assert date_text(written, since_1904=False)[1] is not None


def test_workbooks_of_1904_count_from_there() -> None:
    assert date_text("0", since_1904=True) == ("1904-01-01", None)
    assert date_text("44258", since_1904=True) == ("2025-03-04", None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("dd.mm.yyyy", "date"),
        ("[$-407]d. mmmm yyyy;@", "date"),
        ("[h]:mm", "date"),
        ("General", "number"),
        ('#,##0.00 "days"', "number"),
        ("#,##0.00\\ [$kr-41D]", "KR"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "$"),
        ("[$EUR ]#,##0.00_-", "EUR"),
        ("[Red]-#,##0.00 €", "€"),
        ('0.00;"EUR" 0.00', "number"),
        ("[$-409]#,##0.00", "number"),
        ("[Red]0.00", "number"),
        ("0.00E+00", "number"),
        ('0 "%"', "number"),
        ("0.0%", "percent"),
    ],
)
def test_a_format_tells_dates_from_numbers(code: str, kind: str) -> None:
    assert kind_of_format(200, {200: code}) == kind


def test_built_in_formats_need_no_declaration() -> None:
    assert [kind_of_format(n, {}) for n in (0, 4, 9, 14, 22, 47, 49)] == [
        "number", "number", "percent", "date", "date", "date", "number",
    ]  # fmt: skip


def test_percent_is_multiplied_exactly() -> None:
    assert percent_text("7.0000000000000007E-2") == ("7%", None)
    assert percent_text("1") == ("100%", None)


def test_escapes_in_texts_are_resolved_once() -> None:
    assert shared_text("_x005F_x000D_") == ("_x000D_", None)
    assert shared_text("_xD83D__xDE00_") == ("\U0001f600", None)
    assert shared_text("_xD83D_") == ("_xD83D_", None)
    assert shared_text("caf\ufffd")[1] is not None
