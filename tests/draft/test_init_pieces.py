"""Cells that hold two things: an order and its line, a quantity and its unit, a number and a name, an order in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import OpenQuestionsError, draft_rules
from recon.draft.look.inspect import inspect_file
from recon.draft.look.render import render
from recon.draft.pieces.orders import shape_of
from tests.draft.test_init import answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """\
PO,Line,Supplier,Qty,Price,Currency
4500001,10,ACME,2,3.50,EUR
4500001,20,ACME,4,1.25,EUR
4500002,10,Beta,1,9.00,EUR
"""
RECEIPTS = "GRN,PO,Line,Qty\nR1,4500001,10,2\nR2,4500001,20,4\nR3,4500002,10,1\n"
INVOICES = "Invoice No,Supplier,PO,Qty,Price\nI1,ACME,4500001{0}10,2,3.50\nI2,ACME,4500001{0}20,4,1.25\nI3,Beta,4500002{0}10,1,9.00\n"
LINKED = [("4500001", "10"), ("4500001", "20"), ("4500002", "10")]


def drafted(folder: Path, *given: str, **files: str):
    asked, ask = answers(*given)
    names = {"orders": ORDERS, "receipts": RECEIPTS, "invoices": INVOICES.format("-"), **files}
    text = draft_rules(fill(folder, {f"{name}.csv": content for name, content in names.items()}), ask)
    return asked, run(folder, text), text


@pytest.mark.parametrize("between", ["-", "/000", " - ", ".", " "])
def test_an_order_and_its_line_in_one_cell_are_taken_apart(tmp_path: Path, between: str) -> None:
    asked, sources, text = drafted(tmp_path, invoices=INVOICES.format(between))
    pairs = sources.invoice_lines.select("po_number", "po_line").rows()
    assert [(number, line.lstrip("0")) for number, line in pairs] == LINKED
    assert asked == []
    assert "holds an order and its line" in text


def test_a_heading_may_say_that_its_cells_hold_order_and_line(tmp_path: Path) -> None:
    orders = "PO/Line,Supplier,Qty,Price,Currency\n4500001/10,ACME,2,3.50,EUR\n4500001/20,ACME,4,1.25,EUR\n"
    asked, sources, _ = drafted(tmp_path, orders=orders, invoices=INVOICES.format("/").replace("PO,", "PO / Line,"))
    assert sources.order_lines.select("po_number", "po_line").rows() == LINKED[:2]
    assert sources.invoice_lines.select("po_number", "po_line").rows() == LINKED
    assert asked == []


@pytest.mark.parametrize("cells", [["4500001-10", "4500001-20", "4500002"], ["4500001-10", "4500001/20", "4500002-10"]])
def test_cells_of_which_one_is_written_otherwise_stay_whole(tmp_path: Path, cells: list[str]) -> None:
    bills = "Invoice No,Supplier,PO,Qty,Price\n" + "".join(f"I{cell},ACME,{cell},1,9.00\n" for cell in cells)
    _, sources, _ = drafted(tmp_path, invoices=bills)
    assert sources.invoice_lines["po_number"].to_list() == cells


def test_numbers_of_orders_that_have_such_an_end_stay_whole(tmp_path: Path) -> None:
    files = {"orders": ORDERS, "receipts": RECEIPTS, "invoices": INVOICES.format(",").replace("PO,", "PO,Line,")}
    years = {name: text.replace("4500001", "2025-1").replace("4500002", "2025-2") for name, text in files.items()}
    asked, sources, _ = drafted(tmp_path, **years)
    assert sources.invoice_lines["po_number"].to_list() == ["2025-1", "2025-1", "2025-2"]
    assert asked == []


@pytest.mark.parametrize(
    ("answer", "cited"),
    [
        ("something else: take the order alone", ("4500001", None)),
        ("the line of the order", ("4500001", "7")),
        ("part of the order's number", ("4500001-7", None)),
    ],
)
def test_what_stands_behind_orders_and_is_no_line_of_them_is_asked(tmp_path: Path, answer: str, cited: object) -> None:
    bills = "Invoice No,Supplier,PO,Qty,Price\nI1,ACME,4500001-7,2,3.50\nI2,ACME,4500001-8,4,1.25\n"
    asked, sources, _ = drafted(tmp_path, answer, invoices=bills)
    assert "PO holds orders with more behind them (4500001-7). What is that?" in asked[0]
    assert sources.invoice_lines.select("po_number", "po_line").row(0) == cited


@pytest.mark.parametrize(
    ("answer", "cited"), [("yes, where a text names one order alone", "4500001"), ("no, such rows name no order", None)]
)
def test_orders_in_texts_are_asked_about(tmp_path: Path, answer: str, cited: str | None) -> None:
    bills = "Invoice No,Supplier,Text,Qty,Price\nI1,ACME,Your order 4500001 of March,2,3.50\nI2,ACME,PO4500002 / 4500002,1,9.00\n"
    asked, sources, _ = drafted(tmp_path, answer, invoices=bills)
    assert (
        "No column of invoices.csv names an order, and the texts of Text do (Your order 4500001 of March)" in asked[0]
    )
    assert sources.invoice_lines["po_number"][0] == cited


def test_an_open_question_about_texts_is_listed_without_a_terminal(tmp_path: Path) -> None:
    bills = "Invoice No,Supplier,Text,Qty,Price\nI1,ACME,Your order 4500001 of March,2,3.50\n"
    files = {"orders.csv": ORDERS, "receipts.csv": RECEIPTS, "invoices.csv": bills}
    with pytest.raises(OpenQuestionsError, match="1 question is open") as caught:
        draft_rules(fill(tmp_path, files))
    assert "# OPEN: No column of invoices.csv names an order" in caught.value.draft


def test_a_quantity_and_its_unit_are_taken_apart(tmp_path: Path) -> None:
    orders = (
        ORDERS.replace(",2,3.50", ",2 EA,3.50").replace(",4,1.25", ",4 kg,1.25").replace(",1,9.00", ",1.5 St.,9.00")
    )
    _, sources, _ = drafted(tmp_path, orders=orders)
    read = sources.order_lines.select("quantity", "uom").rows()
    assert [(str(quantity.normalize()), uom) for quantity, uom in read] == [("2", "EA"), ("4", "kg"), ("1.5", "St.")]


@pytest.mark.parametrize("written", ["{} {} Ltd", "{} - {}", "{1} ({0})"])
def test_a_suppliers_number_and_name_are_taken_apart_where_others_know_the_numbers(
    tmp_path: Path, written: str
) -> None:
    orders = ORDERS.replace("ACME", written.format("1002", "ACME")).replace("Beta", written.format("1003", "Beta"))
    bills = INVOICES.format("-").replace("ACME", "1002").replace("Beta", "1003")
    _, sources, _ = drafted(tmp_path, orders=orders, invoices=bills)
    assert sources.order_lines["supplier_id"].to_list() == ["1002", "1002", "1003"]
    assert sources.order_lines["supplier_name"][0].startswith("ACME")


@pytest.mark.parametrize(
    ("numbers", "shape"),
    [
        ({"4500001", "4500217"}, r"\b(4500[0-9]{3})\b"),
        ({"PO-1001", "PO-1002"}, r"\b(PO\-1[0-9]{3})\b"),
        ({"4500001", "PO-1"}, ""),
        ({"12", "13"}, ""),
    ],
)
def test_numbers_in_texts_are_looked_for_by_their_shape(numbers: set[str], shape: str) -> None:
    assert shape_of(numbers) == shape


@pytest.mark.parametrize("answer", ["credit_note", "invoice"])
def test_marks_behind_amounts_are_asked_about_and_the_amount_is_read(tmp_path: Path, answer: str) -> None:
    bills = "Invoice No,Supplier,PO,Line,Amount\nI1,ACME,4500001,10,7.00\nC1,ACME,4500001,10,3.50 CR\n"
    asked, sources, _ = drafted(tmp_path, answer, invoices=bills)
    assert "says CR. Which document type is that?" in asked[0]
    read = sources.invoice_lines.select("document_type", "amount").rows()
    assert [(kind, str(amount.normalize())) for kind, amount in read] == [(None, "7"), (answer, "3.5")]


def test_a_price_and_what_it_is_for_are_taken_apart(tmp_path: Path) -> None:
    orders = ORDERS.replace("3.50", "350.00 / 100 pc").replace("1.25", "1.25/pc").replace("9.00", "9.00 €/pc")
    _, sources, _ = drafted(tmp_path, orders=orders)
    read = sources.order_lines.select("unit_price", "price_unit").rows()
    assert [(str(price.normalize()), per and int(per)) for price, per in read] == [
        ("3.5E+2", 100),
        ("1.25", None),
        ("9", None),
    ]


def test_a_price_for_another_unit_than_the_quantitys_stays_whole(tmp_path: Path) -> None:
    orders = (
        ORDERS.replace("Price,", "UOM,Price,")
        .replace("3.50", "EA,3.50/kg")
        .replace("1.25", "EA,1.25/kg")
        .replace("9.00", "EA,9.00/kg")
    )
    files = {"orders.csv": orders, "receipts.csv": RECEIPTS, "invoices.csv": INVOICES.format("-")}
    with pytest.raises(OpenQuestionsError, match="no file looks like orders"):
        draft_rules(fill(tmp_path, files), lambda _, options: options[-1])


def test_numbers_that_a_spreadsheet_gave_a_zero_are_no_order_and_line(tmp_path: Path) -> None:
    asked, sources, _ = drafted(tmp_path, invoices=INVOICES.format(".0,").replace("PO,", "PO,Line,"))
    assert (asked, sources.invoice_lines["po_number"][0]) == ([], "4500001")


def test_a_figure_that_is_not_read_is_told(tmp_path: Path) -> None:
    bills = "Invoice No,Supplier,PO,Line,Qty,Price,Net amount\nI1,ACME,4500001,10,2,3.50,seven\n"
    _, _, text = drafted(tmp_path, invoices=bills)
    assert "Net amount is not read as amount: its cells (seven) are not all numbers" in text


def test_inspect_says_what_a_file_tells_of_its_cells_by_itself(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("PO/Line,Supplier,Qty,Price\n45/10,ACME,2 EA,3.50\n45/20,ACME,4 EA,1.25\n")
    text = render(inspect_file(tmp_path / "orders.csv"))
    assert (
        "po_number: part of PO/Line, po_line: part of PO/Line, supplier_name: Supplier, quantity: part of Qty" in text
    )
    assert "'PO/Line' holds an order and its line (45/10): `pieces` takes them apart" in text


def test_a_list_of_orders_gives_lines_their_suppliers(tmp_path: Path) -> None:
    """What the draft advises where only receipts or invoices name suppliers."""
    lines = ORDERS.replace("Supplier,", "").replace("ACME,", "").replace("Beta,", "")
    files = {"orders": lines, "po_suppliers": "PO,Supplier\n4500001,ACME\n4500002,Beta\n"}
    asked, sources, _ = drafted(tmp_path, **files)
    assert (asked, sources.order_lines["supplier_name"].to_list()) == ([], ["ACME", "ACME", "Beta"])
