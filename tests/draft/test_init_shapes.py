"""Files as people make them: short rows, groups, blocks above the lines, headings under headings, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import draft_rules
from recon.draft.look.above import groups_of
from recon.draft.look.inspect import inspect_file
from recon.draft.look.render import render
from recon.read.above import block_of
from tests.draft.test_init import THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

SHORT = "PO Number,Line,Supplier,Qty,Unit Price,Currency,Note\nA,1,ACME,2,3.50,EUR,soon\nB,1,ACME,4,1.25,EUR\n"
GROUPS = "PO Number,Supplier,Line,Qty,Unit Price,Currency\nA,ACME,1,2,3.50,EUR\n,,2,1,9.00,EUR\nB,ACME,1,4,1.25,EUR\n"
BLOCK = """\
field,value
invoice number,I7
order,A
supplier,ACME

Line,Item,Quantity,Price,Line Total
1,S1,2,3.50,7.00
"""
WIDE = """\
Order,,,,,Invoice,,,
PO No,Vendor,Item,Qty,Price,Inv No,Qty,Price,Currency
A,ACME,X,10,5,I1,9,6,EUR
Total,,,10,,,9,,
"""


def test_short_rows_are_read_where_a_person_says_so(tmp_path: Path) -> None:
    asked, ask = answers("read them, the cells that they lack blank")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": SHORT}), ask)
    assert asked[0].startswith("orders.csv has rows with fewer cells than its header (orders.csv:3")
    assert run(tmp_path, text).order_lines["po_number"].to_list() == ["A", "B"]


def test_a_number_on_the_first_line_only_is_filled_down(tmp_path: Path) -> None:
    asked, ask = answers("they belong to the line above: fill them down")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": GROUPS}), ask)
    assert "PO Number is blank in 1 row below a filled one (row 3)" in asked[0]
    assert "    fill_down: [po_number, supplier_name]\n" in text
    assert run(tmp_path, text).order_lines["po_number"].to_list() == ["A", "A", "B"]


def test_lines_whose_order_is_filled_down_are_counted(tmp_path: Path) -> None:
    orders = "PO Number,Vendor,Item,Qty,Unit Price,Currency\nA,ACME,X,2,3.50,EUR\n,,Y,4,1.25,EUR\nB,ACME,X,1,9.00,EUR\n"
    ask = answers("they belong to the line above: fill them down")[1]
    lines = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}), ask)).order_lines
    assert lines.select("po_number", "po_line").rows() == [("A", "1"), ("A", "2"), ("B", "1")]


def test_a_block_with_its_own_dates_a_column_called_by_a_sign_and_a_sum(tmp_path: Path) -> None:
    block = "Rechnungsnr.: I7;Datum: 15.03.2025\nLieferant: ACME;Bestellung: A\n\n#;Artikel;Menge;Einzelpreis;Betrag\n"
    bill = block + "1;X;2;3,50;7,00\n;;;Summe;7,00\n"
    files = {name: text for name, text in THREE.items() if name != "invoices.csv"}
    text = draft_rules(fill(tmp_path, {**files, "Rechnung.csv": bill}), answers("yes, for every line")[1])
    lines = run(tmp_path, text).invoice_lines
    assert (lines.height, str(lines["invoice_date"][0]), str(lines["unit_price"][0])) == (
        1,
        "2025-03-15",
        "3.5000000000",
    )


def test_each_of_several_files_has_its_own_block(tmp_path: Path) -> None:
    files = {name: text for name, text in THREE.items() if name != "invoices.csv"}
    more = "terms,30 days\n" + BLOCK.replace("I7", "I8")
    asked, ask = answers("invoices", "yes, for every line")
    text = draft_rules(fill(tmp_path, {**files, "4711.csv": BLOCK, "4712.csv": more}), ask)
    assert [question.split(" ")[0] for question in asked] == ["What", "Above"]
    assert "above: {supplier_name: supplier, invoice_number: invoice number, po_number: order}" in text
    assert run(tmp_path, text).invoice_lines["invoice_number"].to_list() == ["I7", "I8"]


def test_a_file_with_one_more_column_that_no_match_needs_is_read_with_the_others(tmp_path: Path) -> None:
    more = THREE["orders.csv"].replace("Date\n", "Date,Plant\n").replace("03-04\n", "03-04,X\n")
    march = more.replace("03-14\n", "03-14,X\n").replace("\nA,", "\nC,").replace("\nB,", "\nD,")
    text = draft_rules(fill(tmp_path, {**THREE, "orders_march.csv": march}), answers()[1])
    assert "columns not used: Plant" in text
    assert run(tmp_path, text).order_lines["po_number"].to_list() == ["A", "B", "C", "D"]


def test_inspect_tells_of_a_number_on_the_first_line_only(tmp_path: Path) -> None:
    seen = render(inspect_file(fill(tmp_path, {"orders.csv": GROUPS}) / "orders.csv"))
    assert "'PO Number' is blank below a filled cell in 1 row (row 3): `fill_down: [po_number]`" in seen


def test_a_block_above_the_lines_becomes_defaults(tmp_path: Path) -> None:
    asked, ask = answers("yes, for every line")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BLOCK}), ask)
    assert asked[0].startswith(
        "Above the lines of invoices.csv stands: supplier ACME, invoice number I7, order A. Does"
    )
    lines = run(tmp_path, text).invoice_lines
    assert lines.select("invoice_number", "po_number", "supplier_name").rows() == [("I7", "A", "ACME")]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["Order:", "PO-1"]], (("Order", "PO-1"),)),
        ([["Invoice: I1", "", "Date: 2024-01-02"]], (("Invoice", "I1"), ("Date", "2024-01-02"))),
        ([["Purchase orders of March"], ["a", "b", "c"]], ()),
        ([["No:", "I1", "", "Date:", "2024-01-02"]], (("No", "I1"), ("Date", "2024-01-02"))),
    ],
)
def test_names_and_values_above_a_header(rows: list[list[str]], found: tuple[tuple[str, str], ...]) -> None:
    assert block_of(rows) == found


def test_a_group_holds_until_the_next() -> None:
    assert groups_of(["Order", "", "Invoice", ""], ["No", "Qty", "No", "Qty"]) == (
        "Order",
        "Order",
        "Invoice",
        "Invoice",
    )
    assert groups_of(["Report of March", "", "", ""], ["No", "Qty", "No", "Qty"]) == ()


def test_repeated_headings_are_understood_by_the_group_above_and_sums_are_left_out(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {"match.csv": WIDE}), answers()[1])
    sources = run(tmp_path, text)
    assert 'quantity: "#4"' in text.split("  invoices:")[0]
    assert 'quantity: "#7"' in text.split("  invoices:")[1]
    assert [str(sources.invoice_lines[c][0]) for c in ("quantity", "unit_price")] == ["9.000000", "6.0000000000"]
    assert (sources.order_lines.height, sources.rejects.height) == (1, 0)


def test_inspect_names_repeated_headings_with_their_groups(tmp_path: Path) -> None:
    seen = render(inspect_file(fill(tmp_path, {"match.csv": WIDE}) / "match.csv"))
    assert "2 columns are called Qty: #4 Order Qty, #7 Invoice Qty" in seen
