"""A workbook of plain tables: numbers are numbers, text is text, bank accounts are masked, the bytes are the same."""

from __future__ import annotations

from decimal import Decimal
from time import sleep

import openpyxl
import polars as pl
import pytest

from recon.kinds import EXACT
from recon.report.excel.plain import write_tables

HEADS = {"variant": "With", "at_risk": "Let through", "currency": "Currency"}
FRAME = pl.DataFrame(
    {"variant": ["=1+1", "to DE02120300000000202051"], "at_risk": [Decimal("1234.5"), None], "currency": ["EUR", "JPY"], "own": ["x", "y"]},
    schema_overrides={"at_risk": EXACT},
)  # fmt: skip
SHEETS = {"What would change": (FRAME, HEADS), "Nothing": (FRAME.clear(), {"variant": "With"})}


@pytest.fixture
def book(tmp_path):
    write_tables(SHEETS, tmp_path / "a.xlsx", "Told", ("What would change", "at_risk"))
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


def test_each_table_is_a_sheet_with_the_columns_that_are_asked_for(book):
    assert book.sheetnames == list(SHEETS)
    rows = [[cell.value for cell in row] for row in book["What would change"].iter_rows(max_row=3)]
    assert rows == [list(HEADS.values()), ["=1+1", 1234.5, "EUR"], ["to DE** **** 2051", None, "JPY"]]
    assert [cell.value for cell in book["Nothing"][1]] == ["With"]


def test_text_is_no_formula_and_money_has_the_places_of_its_currency(book):
    sheet = book["What would change"]
    assert (sheet["A2"].data_type, sheet["A2"].quotePrefix) == ("s", True)
    assert [sheet[f"B{row}"].number_format for row in (2, 3)] == ["#,##0.00", "@"]


def test_one_column_is_drawn_below_its_table(book):
    (chart,) = book["What would change"]._charts
    assert chart.series[0].val.numRef.f == "'What would change'!$B$2:$B$3"
    assert not book["Nothing"]._charts


def test_the_same_frames_give_the_same_bytes(tmp_path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        write_tables(SHEETS, path, "Told")
        sleep(1.1)  # a file that says when it was made says so in seconds
    assert paths[0].read_bytes() == paths[1].read_bytes()
