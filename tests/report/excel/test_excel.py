"""The workbook, read back with openpyxl and by its XML."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date

import openpyxl
import polars as pl
import pytest

from recon import result_tables
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
    return small(invoice_lines=frame(result_tables.INVOICE_RESULTS, INVOICE_LINE | changes))


def test_sheets_stand_in_order_and_buyers_only_where_there_are_any(tmp_path):
    named = "Summary To_do Invoices Invoice_lines Order_lines Receipt_lines By_supplier Accrual Suppliers Information Rejects Left_out Rules"
    assert openpyxl.load_workbook(made(tmp_path)).sheetnames == named.replace("_", "\t").replace(" ", "\n").replace(
        "\t", " "
    ).split("\n")
    order = {"po_number": "0045", "po_line": "10", "buyer": "Jo"}
    linked = INVOICE_LINE | {"order_po_number": "0045", "order_po_line": "10"}
    orders = frame(result_tables.ORDER_RESULTS, order)
    bought = small(order_lines=orders, invoice_lines=frame(result_tables.INVOICE_RESULTS, linked))
    [row] = sheet(made(tmp_path, bought), "By buyer")
    assert (row["Buyer"].value, row["On hold"].value, row["Amount on hold"].value) == ("Jo", 1, 1300.005)


def test_what_is_to_do_is_all_there_with_its_types(tmp_path):
    [row] = sheet(made(tmp_path), "To do")
    assert (row["No."].value, row["Invoice"].value, row["What is wrong"].value) == (
        1,
        "INV-7",
        "Price 13.00005, ordered 12.5",
    )
    assert (row["Amount at risk"].value, row["Amount at risk"].number_format) == (50.005, "#,##0.00")
    assert (row["Order"].value, row["Order"].data_type) == ("0045", "s")
    assert (row["Supplier name"].value, row["Ask"].value) == ("Müller & Söhne", "buyer")
    assert (row["Billed"].value, row["Price billed"].value) == (100, 13.00005)
    assert row["Your decision"].value is None


def test_information_stands_on_a_sheet_of_its_own(tmp_path):
    late = FINDING | {"severity": "info", "code": "late_delivery", "discrepancy_id": "d2", "variance": "7"}
    path = made(tmp_path, small(discrepancies=frame(result_tables.DISCREPANCIES, FINDING, late)))
    assert [row["Code"].value for row in sheet(path, "To do")] == ["price_variance"]
    [row] = sheet(path, "Information")
    assert (row["Code"].value, row["What is wrong"].value) == ("late_delivery", "Received 7 days late")
    assert row["Severity"].fill.fgColor.rgb == "00DCE9F5"


def test_reviewers_choose_a_decision_from_a_list(tmp_path):
    book = openpyxl.load_workbook(made(tmp_path))
    for title in ("To do", "Invoices"):
        choice = book[title].data_validations.dataValidation[0]
        head = [cell.value for cell in book[title][1]]
        letter = openpyxl.utils.get_column_letter(head.index("Your decision") + 1)
        assert choice.formula1 == '"hold,review,pay"'
        assert str(choice.sqref) == (f"{letter}2" if title == "To do" else f"{letter}2:{letter}3")


def test_only_what_a_person_fills_in_is_unlocked(tmp_path):
    book = openpyxl.load_workbook(made(tmp_path))
    opened = {
        (part.title, part.cell(1, cell.column).value)
        for part in book.worksheets[1:]
        for cell in part[2]
        if not cell.protection.locked
    }
    entries = {
        (title, head) for title in ("To do", "Invoices") for head in ("Your decision", "Reason", "Note", "Owner")
    }
    assert opened == entries | {("Suppliers", "Your decision"), ("Suppliers", "Note")}
    assert all(part.protection.sheet and not part.protection.password for part in book.worksheets[1:])


def test_candidates_of_a_supplier_are_offered_from_its_own_row(tmp_path):
    unsure = {
        "side": "invoice",
        "given_name": "ACME",
        "supplier_id": "S,1",
        "runner_up_id": "S2",
        "state": "supplier_uncertain",
    }
    sure = {"side": "invoice", "given_name": "Sure", "supplier_id": "S9"}
    path = made(tmp_path, small(supplier_links=frame(result_tables.SUPPLIER_LINKS, sure, unsure)))
    first, second = sheet(path, "Suppliers")
    assert (first["Given name"].value, second["Given name"].value) == ("ACME", "Sure")
    assert [first[name].value for name in ("Choice", "Choice 2", "Choice 3")] == ["accept", "S,1", "S2"]
    page = openpyxl.load_workbook(path)["Suppliers"]
    heads = [cell.value for cell in page[1]]
    ends = [openpyxl.utils.get_column_letter(heads.index(name) + 1) for name in ("Choice", "Choice 3")]
    assert page.data_validations.dataValidation[0].formula1 == f"${ends[0]}2:${ends[1]}2"


def test_links_lead_to_the_rows_of_the_line(tmp_path):
    page = openpyxl.load_workbook(made(tmp_path))["To do"]
    head = [cell.value for cell in page[1]]
    cell = page.cell(2, head.index("Its line") + 1)
    assert (cell.value, cell.hyperlink.location) == ("row 2", "'Invoice lines'!A2")


def test_an_invoice_links_to_the_first_of_its_lines(tmp_path):
    lines = frame(
        result_tables.INVOICE_RESULTS, *(INVOICE_LINE | {"invoice_key": key, "row": n} for n, key in enumerate("abb"))
    )
    invoices = frame(
        result_tables.INVOICES, {"invoice_number": "B", "invoice_key": "b", "decision": "hold", "codes": []}
    )
    page = openpyxl.load_workbook(made(tmp_path, small(invoice_lines=lines, invoices=invoices)))["Invoices"]
    head = [cell.value for cell in page[1]]
    cell = page.cell(2, head.index("Its lines") + 1)
    assert (cell.value, cell.hyperlink.location) == ("row 3", "'Invoice lines'!A3")


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


def test_no_table_has_a_formula(tmp_path):
    path = made(
        tmp_path,
        small(
            discrepancies=frame(
                result_tables.DISCREPANCIES, *(FINDING | {"message": text, "expected": text} for text in LIVE)
            )
        ),
    )
    with zipfile.ZipFile(path) as packed:
        sheets = [f"xl/worksheets/sheet{number}.xml" for number in range(2, 15)]
        sheets = [name for name in packed.namelist() if name in sheets]
        assert not any(re.search(rb"<f[ >/]", packed.read(name)) for name in sheets)


def test_every_naughty_string_comes_back_as_it_was_or_visibly_escaped(tmp_path):
    if not BLNS.exists():
        pytest.skip("the Big List of Naughty Strings is not here")
    naughty = [text for text in json.loads(BLNS.read_text(encoding="utf-8")) if text]
    lines = [INVOICE_LINE | {"description": text, "row": number} for number, text in enumerate(naughty)]
    path = made(tmp_path, small(invoice_lines=frame(result_tables.INVOICE_RESULTS, *lines)))
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
    rows = [FINDING | {"discrepancy_id": f"d{n:02}", "subject_id": f"s{n:02}"} for n in range(25)]
    path = made(tmp_path, small(discrepancies=frame(result_tables.DISCREPANCIES, *rows)), rows_a_sheet=10)
    parts = ["To do", "To do (2)", "To do (3)"]
    found = [row["Subject"].value for part in parts for row in sheet(path, part)]
    assert found == [row["subject_id"] for row in rows]


def test_rows_are_the_same_whatever_the_slices(tmp_path, monkeypatch):
    rows = [FINDING | {"discrepancy_id": f"d{number:02}", "amount_at_risk": f"{number}.5"} for number in range(9)]
    whole = made(tmp_path, small(discrepancies=frame(result_tables.DISCREPANCIES, *rows))).read_bytes()
    monkeypatch.setattr("recon.report.excel.rows.ROWS_AT_ONCE", 2)
    assert made(tmp_path, small(discrepancies=frame(result_tables.DISCREPANCIES, *rows))).read_bytes() == whole


def test_heads_stay_in_view_filter_and_print_on_every_page(tmp_path):
    for part in openpyxl.load_workbook(made(tmp_path)).worksheets[1:]:
        assert part.freeze_panes.endswith("2")
        [table] = part.tables.values()
        last = max(2, part.max_row)
        assert table.ref == table.autoFilter.ref == f"A1:{openpyxl.utils.get_column_letter(part.max_column)}{last}"
        assert table.column_names == [cell.value for cell in part[1]]
        assert part.print_title_rows == "$1:$1"
        assert part.page_setup.orientation == "landscape"


def test_severity_is_a_word_and_a_colour(tmp_path):
    [row] = sheet(made(tmp_path), "To do")
    assert (row["Severity"].value, row["Severity"].fill.fgColor.rgb) == ("hold", "00F8D2C4")


def test_the_summary_shows_codes_and_conservation(tmp_path):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(made(tmp_path))["Summary"].iter_rows()]
    flat = [[value for value in row if value is not None] for row in rows]
    assert ["JPY", 90000, 90000, 0] in flat
    assert any(row[:5] == ["hold", "price_variance", "EUR", 1, 50.005] for row in flat)


def test_no_bank_account_is_in_the_workbook(tmp_path):
    with zipfile.ZipFile(made(tmp_path)) as packed:
        assert not any(b"0532013000" in packed.read(name) for name in packed.namelist())


def test_a_carried_column_is_shown(tmp_path):
    carried = small().invoice_lines.with_columns(pl.lit("=cost").alias("cost_centre"))
    first, _ = sheet(made(tmp_path, small(invoice_lines=carried)), "Invoice lines")
    assert (first["Cost centre"].value, first["Cost centre"].data_type) == ("=cost", "s")
