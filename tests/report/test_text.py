"""Hostile and odd text, made safe to look at."""

from __future__ import annotations

import polars as pl
import pytest

from recon.report.text import (
    csv_guard,
    cut_expr,
    decimal_text,
    mask_iban,
    mask_ibans,
    mask_ibans_within,
    showable,
    visible,
)


def test_control_and_direction_characters_are_written_out():
    assert visible("a\x1b[2J\x07\u202eb\u200bc\n") == r"a\x1B[2J\x07\u202Eb\u200Bc\n"


def test_line_feeds_may_stay_where_a_cell_has_lines():
    assert visible("a\n\tb\r", lines=True) == "a\n\tb\\x0D"


def test_what_is_shown_has_neither_hidden_characters_nor_whole_bank_accounts():
    told = showable("pay\x1b to\nDE89370400440532013000", lines=True)
    assert told == rf"pay\x1B to{chr(10)}{mask_ibans('DE89370400440532013000')}"
    assert "370400440532" not in told


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start):
    frame = pl.DataFrame({"t": [start + "1+1", "a" + start, None]})
    assert frame.select(csv_guard(pl.col("t"))).to_series().to_list() == ["'" + start + "1+1", "a" + start, None]


def test_a_negative_number_in_a_column_of_figures_stays_a_number():
    frame = pl.DataFrame({"t": ["-12.5", "-12.5-cmd", "-1"]})
    assert frame.select(csv_guard(pl.col("t"), numbers=True)).to_series().to_list() == ["-12.5", "'-12.5-cmd", "-1"]


def test_only_country_and_last_four_of_a_bank_account_stay():
    frame = pl.DataFrame({"iban": ["DE89 3704 0044 0532 0130 00", "no9386011117947", "12345", None]})
    assert frame.select(mask_iban(pl.col("iban"))).to_series().to_list() == [
        "DE** **** 3000",
        "NO** **** 7947",
        "****",
        None,
    ]


def test_bank_accounts_in_running_text_are_masked_and_order_numbers_are_not():
    text = "IBAN DE89370400440532013000 is not GB29 NWBK 6016 1331 9268 19, order PO4500012345678, VAT DE123456789"
    masked = "IBAN DE** **** 3000 is not GB** **** 6819, order PO4500012345678, VAT DE123456789"
    assert mask_ibans(text) == masked
    assert mask_ibans_within(pl.Series(["x", text, None])).to_list() == ["x", masked, None]


def test_a_cell_too_long_for_a_workbook_is_cut_and_says_so():
    frame = pl.DataFrame({"t": ["x" * 40_000, "x" * 32_000]})
    cut, whole = frame.select(cut_expr(pl.col("t"))).to_series()
    assert cut.startswith("x" * 32_000 + " [cut")
    assert len(cut) < 32_767
    assert len(whole) == 32_000


def test_decimals_are_plain_and_end_without_zeros():
    values = pl.Series("d", ["100", "-0.5", "0", "1200.10", "0.000001"]).cast(pl.Decimal(38, 6))
    shown = values.to_frame().select(decimal_text(pl.col("d"), 6)).to_series().to_list()
    assert shown == ["100", "-0.5", "0", "1200.1", "0.000001"]
