"""The workbook, read back with openpyxl and by its XML."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date

import openpyxl
import polars as pl
import pytest

from recon import tables
from recon.report.excel.book import write_workbook
from recon.report.formats.data import masked_frames
from recon.report.text import visible
from tests.kit.places import SHARED
from tests.kit.small import FINDING, INVOICE_LINE, frame, small

BLNS = SHARED / "data" / "blns" / "blns.json"


def made(path, reconciliation=None, **options):
    reconciliation = reconciliation or small()
    write_workbook(reconciliation, masked_frames(reconciliation), path / "report.xlsx", **options)
    return path / "report.xlsx"


def sheet(path, title):
    """Return the rows of a sheet as dicts of cells by heading."""
    head, *rows = openpyxl.load_workbook(path)[title].iter_rows()
    return [{name.value: cell for name, cell in zip(head, row, strict=True)} for row in rows]


def with_lines(**changes):
    return small(invoice_lines=frame(tables.INVOICE_RESULTS, INVOICE_LINE | changes))


def test_sheets_stand_in_order_and_left_out_only_where_there_is_any(tmp_path):
    book = openpyxl.load_workbook(made(tmp_path))
    named = [
        "Summary",
        "Discrepancies",
        "Invoices",
        "Invoice lines",
        "Order lines",
        "Receipt lines",
        "Suppliers",
        "Rejects",
    ]
    assert book.sheetnames == named
    left = small(left_out=frame(tables.LEFT_OUT, {"table": "orders", "number": "7", "reason": "after 2026-01-31"}))
    assert openpyxl.load_workbook(made(tmp_path, left)).sheetnames == [*named, "Left out"]


def test_a_discrepancy_is_all_there_with_its_types(tmp_path):
    [row] = sheet(made(tmp_path), "Discrepancies")
    assert (row["Amount at risk"].value, row["Amount at risk"].number_format) == (50.005, "#,##0.00")
    assert (row["Expected"].value, row["Actual"].value) == (12.5, 13.00005)
    assert (row["Order"].value, row["Order"].data_type) == ("0045", "s")
    assert row["Supplier name"].value == "Müller & Söhne"
    assert row["Your decision"].value is None


def test_reviewers_choose_a_decision_from_a_list(tmp_path):
    book = openpyxl.load_workbook(made(tmp_path))
    [choice] = book["Discrepancies"].data_validations.dataValidation
    head = [cell.value for cell in book["Discrepancies"][1]]
    letter = openpyxl.utils.get_column_letter(head.index("Your decision") + 1)
    assert choice.formula1 == '"hold,review,pay"'
    assert str(choice.sqref) == f"{letter}2"


def test_dates_are_dates_and_impossible_ones_text(tmp_path):
    [row] = sheet(made(tmp_path, with_lines(invoice_date=date(2026, 2, 28))), "Invoice lines")
    assert (row["Invoice date"].value.isoformat(), row["Invoice date"].number_format) == (
        "2026-02-28T00:00:00",
        "yyyy-mm-dd",
    )
    [row] = sheet(made(tmp_path, with_lines(invoice_date=date(1900, 2, 28))), "Invoice lines")
    assert row["Invoice date"].value == "1900-02-28"
    [row] = sheet(made(tmp_path, with_lines(invoice_date=date(1900, 3, 1))), "Invoice lines")
    assert row["Invoice date"].value.isoformat() == "1900-03-01T00:00:00"


@pytest.mark.parametrize(
    ("currency", "shown"), [("JPY", "#,##0"), ("EUR", "#,##0.00"), ("KWD", "#,##0.000"), (None, "#,##0.00")]
)
def test_amounts_are_shown_at_the_minor_unit_and_kept_exact(tmp_path, currency, shown):
    [row] = sheet(made(tmp_path, with_lines(currency=currency, amount="1234.56789")), "Invoice lines")
    assert (row["Amount"].value, row["Amount"].number_format) == (1234.56789, shown)


def test_a_number_of_more_than_15_digits_is_text_to_the_last_digit(tmp_path):
    [row] = sheet(made(tmp_path, with_lines(amount="123456789012345.67", quantity="123456789012.345")), "Invoice lines")
    assert (row["Amount"].value, row["Amount"].data_type) == ("123456789012345.67", "s")
    assert (row["Quantity"].value, row["Quantity"].data_type) == (123456789012.345, "n")


def test_a_long_quotient_is_a_number_that_shows_the_same(tmp_path):
    [row] = sheet(made(tmp_path, with_lines(amount_at_risk="41151.9999999588123")), "Invoice lines")
    assert (row["Amount at risk"].value, row["Amount at risk"].data_type) == (41152, "n")


LIVE = [
    '=HYPERLINK("http://x","click")',
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1",
    "-1",
    "\tx",
    "#REF!",
    "TRUE",
    "1e5",
    "0045",
]


@pytest.mark.parametrize("text", LIVE)
def test_text_is_text_whatever_it_looks_like(tmp_path, text):
    path = made(tmp_path, with_lines(supplier_name=text, description=text))
    [row] = sheet(path, "Invoice lines")
    assert (row["Supplier name"].value, row["Supplier name"].data_type) == (text, "s")
    assert row["Supplier name"].quotePrefix is (text[0] in "=+-@\t")


def test_no_sheet_has_a_formula(tmp_path):
    path = made(
        tmp_path,
        small(
            discrepancies=frame(tables.DISCREPANCIES, *(FINDING | {"message": text, "expected": text} for text in LIVE))
        ),
    )
    with zipfile.ZipFile(path) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(re.search(rb"<f[ >/]", packed.read(name)) for name in sheets)


def test_every_naughty_string_comes_back_as_it_was_or_visibly_escaped(tmp_path):
    if not BLNS.exists():
        pytest.skip("the Big List of Naughty Strings is not here")
    naughty = [text for text in json.loads(BLNS.read_text(encoding="utf-8")) if text]
    lines = [INVOICE_LINE | {"description": text, "row": number} for number, text in enumerate(naughty)]
    path = made(tmp_path, small(invoice_lines=frame(tables.INVOICE_RESULTS, *lines)))
    read = [row["Description"].value for row in sheet(path, "Invoice lines")]
    assert len(naughty) > 500
    assert read == [visible(text, lines=True) for text in naughty]


def test_controls_are_visible_and_long_text_is_cut(tmp_path):
    [row] = sheet(made(tmp_path, with_lines(description="a\x0b\x1b\ufffe", item="x" * 40_000)), "Invoice lines")
    assert row["Description"].value == r"a\x0B\x1B\uFFFE"
    assert row["Item"].value.startswith("x" * 32_000 + " [cut")


def test_text_that_looks_like_an_escape_of_the_format_is_escaped_itself(tmp_path):
    path = made(tmp_path, with_lines(description="_x0041_"))
    with zipfile.ZipFile(path) as packed:
        assert b"_x005F_x0041_" in packed.read("xl/worksheets/sheet4.xml")


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path):
    rows = [FINDING | {"discrepancy_id": f"d{number:02}"} for number in range(25)]
    path = made(tmp_path, small(discrepancies=frame(tables.DISCREPANCIES, *rows)), rows_a_sheet=10)
    parts = ["Discrepancies", "Discrepancies (2)", "Discrepancies (3)"]
    found = [row["Discrepancy id"].value for part in parts for row in sheet(path, part)]
    assert found == [row["discrepancy_id"] for row in rows]


def test_rows_are_the_same_whatever_the_slices(tmp_path, monkeypatch):
    rows = [FINDING | {"discrepancy_id": f"d{number:02}", "amount_at_risk": f"{number}.5"} for number in range(9)]
    whole = made(tmp_path, small(discrepancies=frame(tables.DISCREPANCIES, *rows))).read_bytes()
    monkeypatch.setattr("recon.report.excel.rows.ROWS_AT_ONCE", 2)
    assert made(tmp_path, small(discrepancies=frame(tables.DISCREPANCIES, *rows))).read_bytes() == whole


def test_heads_stay_in_view_filter_and_print_on_every_page(tmp_path):
    for part in openpyxl.load_workbook(made(tmp_path)).worksheets[1:]:
        assert part.freeze_panes.endswith("2")
        assert part.auto_filter.ref == part.dimensions
        assert part.print_title_rows == "$1:$1"
        assert part.page_setup.orientation == "landscape"


def test_severity_is_a_word_and_a_colour(tmp_path):
    [row] = sheet(made(tmp_path), "Discrepancies")
    assert (row["Severity"].value, row["Severity"].fill.fgColor.rgb) == ("hold", "00F8D2C4")


def test_the_summary_shows_decisions_codes_and_conservation(tmp_path):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(made(tmp_path))["Summary"].iter_rows()]
    flat = [[value for value in row if value is not None] for row in rows]
    assert ["hold", "EUR", 1, 1300.005, 1, 1300.005] in flat
    assert ["JPY", 90000, 90000, 0] in flat
    assert any(row[:5] == ["hold", "price_variance", "EUR", 1, 50.005] for row in flat)


def test_no_bank_account_is_in_the_workbook(tmp_path):
    with zipfile.ZipFile(made(tmp_path)) as packed:
        assert not any(b"0532013000" in packed.read(name) for name in packed.namelist())


def test_a_carried_column_is_shown(tmp_path):
    carried = small().invoice_lines.with_columns(pl.lit("=cost").alias("cost_centre"))
    first, _ = sheet(made(tmp_path, small(invoice_lines=carried)), "Invoice lines")
    assert (first["Cost centre"].value, first["Cost centre"].data_type) == ("=cost", "s")
