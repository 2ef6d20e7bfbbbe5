"""What stands above the lines of a file is each line's: every file has its own."""

from __future__ import annotations

import io

import openpyxl
import pytest

from recon.errors import SourceError
from recon.read.above import block_of
from tests.kit.desk import read

COLUMNS = {"item": "Item", "quantity": "Qty", "unit_price": "Price"}
ABOVE = {"invoice_number": "Invoice", "po_number": "order", "supplier_name": "Supplier"}


def bill(number: str, order: str, more: str = "") -> str:
    return f"Invoice,{number}\nSupplier: ACME,\n{more}Order,{order}\n\nItem,Qty,Price\nA,10,4.00\nB,1,2.00\n"


def seen(folder, files):
    sources = read(folder, "invoices", files, columns=COLUMNS, above=ABOVE)
    return sources.invoice_lines.select("invoice_number", "po_number", "supplier_name", "item", "row").rows()


def test_each_file_gives_its_lines_what_stands_above_them(tmp_path):
    files = {"in1.csv": bill("I1", "P1"), "in2.csv": bill("I2", "P2", more="Terms,30 days\n")}
    assert seen(tmp_path, files) == [
        ("I1", "P1", "ACME", "A", 6),
        ("I1", "P1", "ACME", "B", 7),
        ("I2", "P2", "ACME", "A", 7),
        ("I2", "P2", "ACME", "B", 8),
    ]


def test_a_workbook_gives_what_stands_above_its_table(tmp_path):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (
        ["Invoice:", "I1", None, "Order:", "P1"],
        ["Supplier:", "ACME"],
        [],
        ["Item", "Qty", "Price"],
        ["A", 10, 4],
    ):
        book.active.append(row)
    book.save(file)
    assert seen(tmp_path, {"in.xlsx": file.getvalue()}) == [("I1", "P1", "ACME", "A", 5)]


def test_a_file_without_the_name_is_refused(tmp_path):
    with pytest.raises(SourceError, match="'order' does not stand above the header") as caught:
        seen(tmp_path, {"in1.csv": bill("I1", "P1").replace("Order,P1", "Ref,P1")})
    assert caught.value.hint == "Above it stands: Invoice I1, Supplier ACME, Ref P1."


def test_a_row_of_blanks_names_nothing():
    assert block_of([["", "", ""], ["A:", "", "1"], ["Title"]]) == (("A", "1"),)


@pytest.mark.parametrize(
    ("row", "pairs"),
    [
        (["Invoice No", "I1", "", "Supplier", "Muster Papier"], (("Invoice No", "I1"), ("Supplier", "Muster Papier"))),
        (["Order", "Goods receipt", "Invoice", "Payment"], ()),
        (["Item", "2025", "Price", "A4"], (("Item", "2025"), ("Price", "A4"))),
    ],
)
def test_several_names_with_their_values_may_stand_in_one_row(row, pairs):
    """Groups above headings have no figure, and are no names with values."""
    assert block_of([row]) == pairs
