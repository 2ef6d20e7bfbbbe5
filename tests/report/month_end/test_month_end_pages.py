"""The month-end workbook and page say the same first, and hold every frame."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from openpyxl import load_workbook

from recon.report.month_end.face import face
from recon.report.month_end.page import write_page
from recon.report.month_end.workbook import write_month_end
from recon.run.month_end import frames_of
from tests.close.company import FILES, FIRST, LAST, close
from tests.close.test_cash import MORE


@pytest.fixture(scope="module")
def october(tmp_path_factory):
    folder = tmp_path_factory.mktemp("october")
    done = close(folder, **MORE | {"suppliers": MORE["suppliers"].replace("Alpha", "<b>=Alpha</b>")})
    frames = frames_of(done) | {"kpi_trend": done.kpis}
    write_month_end(frames, done.done, (FIRST, LAST), folder / "month_end.xlsx")
    write_page(frames, done.done, (FIRST, LAST), folder / "month_end.html")
    return frames, done.done, folder


def test_the_overview_begins_with_what_is_unexplained(october):
    frames, done, _ = october
    lines = face(frames, done, (FIRST, LAST)).lines
    assert (
        lines[1] == "Account 380100 in EUR: -6.50 EUR is unexplained; no receipt and no bill is worth exactly as much."
    )
    assert lines[3] == "To be booked: 15.00 EUR in 1 journal(s)."


def test_ages_are_told_in_base_currency(october):
    """15 euros of 21 days and 50 of 100 dollars' worth, 100 dollars at 0.9: 90 euros of 16 days."""
    frames, done, _ = october
    ageing = face(frames, done, (FIRST, LAST)).blocks[1]
    assert [(row[0], row[1] and row[1].value, row[2]) for row in ageing.rows][:2] == [
        ("0-30 days", Decimal(105), 2),
        ("31-60 days", None, 0),
    ]


def test_goods_without_a_date_are_among_the_ages(tmp_path):
    """R1 and R2 without a day: 15 euros of no age; 200 dollars at 0.9 are 16 days old."""
    receipts = FILES["receipts.csv"].replace("2026-09-20", "").replace("2026-10-10", "")
    done = close(tmp_path, receipts=receipts)
    ageing = face(frames_of(done) | {"kpi_trend": done.kpis}, done.done, (FIRST, LAST)).blocks[1]
    assert [(row[0], row[1] and row[1].value) for row in ageing.rows if row[1]] == [
        ("0-30 days", Decimal(180)),
        ("no date is given", Decimal(15)),
    ]


def test_the_tie_out_names_companies_where_there_are_some(tmp_path, october):
    orders = FILES["orders.csv"].replace("po_number,", "company,po_number,").replace("\n", "\nDE1,", 4)
    done = close(tmp_path, orders=orders)
    block = face(frames_of(done) | {"kpi_trend": done.kpis}, done.done, (FIRST, LAST)).blocks[0]
    assert [heading.title for heading in block.headings][:2] == ["Company", "Account"]
    assert {row[0] for row in block.rows} == {"DE1"}
    frames, outcome, _ = october
    assert face(frames, outcome, (FIRST, LAST)).blocks[0].headings[0].title == "Account"


def test_every_sheet_is_there_with_its_rows_and_two_charts(october):
    frames, _, folder = october
    book = load_workbook(folder / "month_end.xlsx")
    assert book.sheetnames[:4] == ["Overview", "Accrual", "Open receipts", "Tie-out"]
    assert {"Journal", "Commitments", "Cash", "Discounts", "KPIs", "Causes", "Open points"} <= set(book.sheetnames)
    assert book["Accrual"].max_row == frames["gr_ir"].height + 1
    assert len(book["Overview"]._charts) == 2


def test_what_is_committed_is_told_in_cents(october):
    """Order 1: 15 of received goods; a column of orders has the same name and counts pieces."""
    sheet = load_workbook(october[2] / "month_end.xlsx")["Committed spend"]
    titles = [cell.value for cell in sheet[1]]
    cells = [row[titles.index("Received not invoiced")] for row in sheet.iter_rows(min_row=2)]
    assert 15 in [cell.value for cell in cells]
    assert {cell.number_format for cell in cells} == {sheet.cell(2, titles.index("Amount") + 1).number_format}


def test_figures_without_a_case_stand_in_one_sentence(october):
    frames, done, _ = october
    figures = next(block for block in face(frames, done, (FIRST, LAST)).blocks if block.title == "Figures")
    assert "Touchless rate" in figures.note
    assert "Touchless rate" not in [row[0] for row in figures.rows]


def test_no_text_of_a_file_is_live(october):
    _, _, folder = october
    page = (folder / "month_end.html").read_text()
    assert "<b>=Alpha" not in page
    assert "&lt;b&gt;=Alpha" in page
    cells = [cell for row in load_workbook(folder / "month_end.xlsx")["Accrual"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_page_has_a_table_a_frame_and_bars_of_ages_and_weeks(october):
    page = (october[2] / "month_end.html").read_text()
    assert page.count("<svg") == 2
    assert page.count("<table>") >= 15


def test_the_same_input_gives_the_same_bytes(october, tmp_path):
    frames, done, folder = october
    write_month_end(frames, done, (FIRST, LAST), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (folder / "month_end.xlsx").read_bytes()


def test_a_patch_is_shown_whole_line_by_line(october, tmp_path):
    """Four lines of YAML, of 14 points each."""
    frames, done, _ = october
    patch = "sources:\n  invoices:\n    patches:\n      - {name: tax}\n"
    causes = frames["causes"].with_columns(patch=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(patch)))
    write_month_end({**frames, "causes": causes}, done, (FIRST, LAST), tmp_path / "m.xlsx")
    sheet = load_workbook(tmp_path / "m.xlsx")["Causes"]
    [cell] = [cell for cell in sheet[2] if cell.value == patch]
    assert cell.alignment.wrap_text
    assert sheet.row_dimensions[2].height >= 4 * 14


def column(sheet, title):
    at = [cell.value for cell in sheet[1]].index(title)
    return [row[at] for row in sheet.iter_rows(min_row=2)]


def test_shares_are_shown_in_percent_and_days_are_not(october):
    folder = october[2]
    sheet = load_workbook(folder / "month_end.xlsx")["KPIs"]
    formats = {
        name.value: value.number_format
        for name, value in zip(column(sheet, "Figure"), column(sheet, "Value"), strict=True)
        if value.value is not None
    }
    assert formats["first_pass_match_rate"] == r"0.0\ %"
    assert formats["received_not_invoiced_days"] == "#,##0.00"
    assert "75.0 %</td>" in (folder / "month_end.html").read_text()


def test_a_journal_row_shows_one_side(october):
    sheet = load_workbook(october[2] / "month_end.xlsx")["Journal"]
    sides = [
        (debit.value, credit.value)
        for debit, credit in zip(column(sheet, "Debit"), column(sheet, "Credit"), strict=True)
    ]
    assert all((debit is None) != (credit is None) for debit, credit in sides)


def test_who_approves_a_write_off_can_be_filled_in_on_a_sheet_that_is_locked(tmp_path):
    rules = FILES["rules.yaml"] + '  write_off: [{name: all, when: "age_days >= 0", account: "690000"}]\n'
    done = close(tmp_path, **{"rules.yaml": rules})
    frames = frames_of(done) | {"kpi_trend": done.kpis}
    write_month_end(frames, done.done, (FIRST, LAST), tmp_path / "month_end.xlsx")
    sheet = load_workbook(tmp_path / "month_end.xlsx")["Write-offs"]
    assert sheet.protection.sheet
    assert not column(sheet, "Approved by")[0].protection.locked
    assert column(sheet, "Amount")[0].protection.locked


def test_what_is_drawn_begins_a_page_of_its_own(october):
    sheet = load_workbook(october[2] / "month_end.xlsx")["Overview"]
    titles = [sheet.cell(one.id + 1, 1).value for one in sheet.row_breaks.brk]
    assert titles == ["Received, not invoiced, by age (EUR)", "Cash out by week (EUR)", "Figures"]


def test_base_amounts_have_the_cents_of_the_base_currency(october):
    """100 dollars at 0.9."""
    page = (october[2] / "month_end.html").read_text()
    assert '<td data-h="Amount in base currency" class="n">90.00</td>' in page
