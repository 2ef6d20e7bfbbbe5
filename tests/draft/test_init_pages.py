"""Rows that are no lines because of how a table was printed: units below the headings, the header on every page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from recon.draft.draft import draft_rules
from recon.draft.look.inspect import inspect_file
from recon.draft.look.units import unit_in
from recon.errors import SourceError
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, fill, run

if TYPE_CHECKING:
    from pathlib import Path

UNITS = "(no),,,[pcs],[EUR],,[yyyy-mm-dd]\n"
HEAD = RECEIPTS.split("\n")[0] + "\n"


def drafted(folder: Path, **files: str | bytes):
    text = draft_rules(fill(folder, {**THREE, **{name.replace("_", "."): content for name, content in files.items()}}))
    return run(folder, text), text


def test_a_row_of_units_is_no_line_and_its_currency_is_the_amounts(tmp_path: Path) -> None:
    head, *lines = ORDERS.replace(",Currency", "").replace(",EUR", "").splitlines(keepends=True)
    sources, text = drafted(tmp_path, orders_csv=head + UNITS.replace(",,[yy", ",[yy") + "".join(lines))
    assert sources.order_lines.select("po_number", "currency").rows() == [("A", "EUR"), ("B", "EUR")]
    assert (sources.order_lines["row"].to_list(), sources.rejects.height) == ([3, 4], 0)
    assert "rows of units ((no) below PO Number) are no lines, and left out" in text


@pytest.mark.parametrize("first", ["A,1,ACME,2,3.50,EUR,2025-03-04", ",,,(5),(3.50),,", ",,see below,[pcs],[EUR],,"])
def test_a_row_with_anything_else_is_no_row_of_units(tmp_path: Path, first: str) -> None:
    head, *lines = ORDERS.splitlines()
    (tmp_path / "orders.csv").write_text("\n".join([head, first, *lines]))
    assert inspect_file(tmp_path / "orders.csv").units == {}


@pytest.mark.parametrize(
    ("cell", "unit"), [("[EUR]", "EUR"), ("(pcs.)", "pcs."), ("St.", "St."), ("(12)", ""), ("Paper", "")]
)
def test_units_are_known_by_brackets_or_by_name(cell: str, unit: str) -> None:
    assert unit_in(cell) == unit


def test_a_header_on_every_page_and_page_numbers_are_no_lines(tmp_path: Path) -> None:
    pages = f"{RECEIPTS}Page 1 of 2,,,,\n{HEAD}R2,B,1,4,2025-03-11\nPage 2 of 2,,,,\n"
    sources, text = drafted(tmp_path, **{"in/grn_csv": pages})
    assert sources.receipt_lines.select("receipt_number", "row").rows() == [("R1", 2), ("R2", 5)]
    assert sources.rejects.height == 0
    assert "repeated_header: leave" in text
    assert "the header stands again in 1 row (4), which are left out" in str(sources.files)


def test_inspect_says_that_the_header_stands_again_and_what_to_declare(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(INVOICES + INVOICES)
    told = inspect_file(tmp_path / "invoices.csv").obstacles[0]
    assert told.message == "the header stands again in 1 row (4), which are left out"
    assert "repeated_header: leave" in told.hint


def test_a_workbook_has_its_header_on_every_page_too(tmp_path: Path) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for line in f"{RECEIPTS}{HEAD}R2,B,1,4,2025-03-11".split("\n"):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(file)
    (tmp_path / "in").mkdir()
    sources, _ = drafted(tmp_path, **{"in/grn_csv": HEAD, "in/more_xlsx": file.getvalue()})
    assert sources.receipt_lines["receipt_number"].to_list() == ["R1", "R2"]


def test_headings_that_go_on_below_are_one_line(tmp_path: Path) -> None:
    orders = ORDERS.replace("PO Number", '"PO\nNumber"').replace("Unit Price", '"Unit\r\nPrice"')
    sources, text = drafted(tmp_path, orders_csv=orders)
    assert sources.order_lines["po_number"].to_list() == ["A", "B"]
    assert "      po_number: PO Number" in text


def test_a_second_table_below_the_first_is_told_and_asked_about(tmp_path: Path) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for line in f"{ORDERS}\n{RECEIPTS}".split("\n"):
        book.active.append(line.split(","))
    book.save(file)
    fill(tmp_path, {"all.xlsx": file.getvalue(), "invoices.csv": INVOICES})
    asked: list[str] = []
    with pytest.raises(SourceError, match="no file looks like orders"):
        draft_rules(tmp_path, lambda question, options: asked.append(question) or options[0])
    told = "row 5 begins another table (GRN No, PO Number, Line, Qty received, Receipt date)"
    assert (
        asked[0]
        == f"all.xlsx, sheet Sheet cannot be used: {told}. Put each table in a file or sheet of its own. Leave it out?"
    )
    assert told in [each.message for each in inspect_file(tmp_path / "all.xlsx").obstacles]
