"""What would be read wrong in silence: credit notes under odd headings, percent signs, files without rows, rows of sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recon.draft.draft import OpenQuestionsError, draft_rules
from tests.draft.test_init import INVOICES, ORDERS, RECEIPTS, THREE, answers, fill, run
from tests.draft.test_init_presets import book

if TYPE_CHECKING:
    from pathlib import Path

BILLS = "Invoice No,{},Supplier,PO Number,Line,Qty,Unit Price\nI1,{},ACME,A,1,2,3.50\nC1,{},ACME,A,1,1,3.50\n"


@pytest.mark.parametrize(
    ("heading", "bill", "credit", "more"),
    [("Art", "Rechnung", "Gutschrift", ()), ("Kind", "Supplier bill", "Credit note", ("invoice",))],
)
def test_words_for_credit_notes_are_seen_whatever_stands_above_them(
    tmp_path: Path, heading: str, bill: str, credit: str, more: tuple[str, ...]
) -> None:
    """`Art` may be an item, too; one word that says credit note is enough to ask what the others are."""
    asked, ask = answers(f"{heading} ({bill}, {credit})", *more)
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": BILLS.format(heading, bill, credit)}), ask)
    lines = run(tmp_path, text).invoice_lines
    assert asked[0].startswith("Which column of invoices.csv is document_type?")
    assert lines.select("document_type", "item").rows() == [("invoice", None), ("credit_note", None)]


def test_a_percent_sign_says_nothing_more_in_a_column_of_percentages(tmp_path: Path) -> None:
    orders = ORDERS.replace("Currency", "VAT %,Currency").replace("EUR", "19 %,EUR")
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders})))
    assert sources.order_lines["tax_rate"].to_list() == [19, 19]


def test_a_file_without_rows_is_named_where_a_match_without_receipts_is_offered(tmp_path: Path) -> None:
    files = {**THREE, "in/grn.csv": RECEIPTS.split("\n")[0] + "\n"}
    with pytest.raises(OpenQuestionsError) as caught:
        draft_rules(fill(tmp_path, files))
    assert "No receipts are read (in/grn.csv, it has a header but no rows). How are" in caught.value.hint


def test_a_list_with_an_invoices_own_number_is_one_of_invoices_where_others_are_orders(tmp_path: Path) -> None:
    bills = "Invoice No,Vendor,PO Number,Line,Qty,Unit Price\nI1,ACME,A,1,2,3.50\n"
    text = draft_rules(fill(tmp_path, {"orders.csv": ORDERS, "grn.csv": RECEIPTS, "may.csv": bills}))
    assert run(tmp_path, text).invoice_lines["invoice_number"].to_list() == ["I1"]


@pytest.mark.parametrize(("number", "lines"), [("", 1), ("I2", 2)])
def test_a_sum_in_a_column_of_texts_is_no_line_unless_it_has_a_number(tmp_path: Path, number: str, lines: int) -> None:
    bills = f"Invoice No,Supplier,PO Number,Line,Qty,Unit Price\nI1,ACME,A,1,2,3.50\n{number},Total,,1,2,3.50\n"
    sources = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills})))
    assert (sources.invoice_lines.height, sources.rejects.height) == (lines, 0)


def test_orders_by_ids_and_bills_by_names_are_told(tmp_path: Path) -> None:
    orders = ORDERS.replace("Supplier", "Vendor No").replace("ACME", "V1")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}))
    assert "the orders know suppliers by ids, these invoices by names: add a list of suppliers with both" in text


def test_a_date_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    orders = ORDERS.replace("2025-03-04", "令和7年3月4日").replace("2025-03-14", "令和7年3月14日")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}))
    assert "# Order Date is not read: its cells (令和7年3月4日, 令和7年3月14日) are no dates that recon knows" in text


def test_of_figures_without_a_name_the_quantity_is_asked_for_before_the_amount(tmp_path: Path) -> None:
    asked, ask = answers("Col7", "Col8")
    bills = "Invoice No,Supplier,PO Number,Line,Col7,Col8\nI1,ACME,A,1,2,3.50\n"
    lines = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)).invoice_lines
    assert [question.split("?")[0] for question in asked] == [
        "Which column of invoices.csv is quantity",
        "Which column of invoices.csv is unit_price",
    ]
    assert lines.select("quantity", "unit_price").rows() == [(2, 3.5)]


@pytest.mark.parametrize("sheets", [("PO Header", "PO Lines"), ("Headers", "Lines")])
def test_a_workbooks_name_says_what_sheets_hold_where_theirs_do_not(tmp_path: Path, sheets: tuple[str, str]) -> None:
    heads = [
        ["PO No", "Vendor No", "PO Date", "Currency"],
        ["A", "V1", "2025-03-04", "EUR"],
        ["B", "V2", "2025-03-05", "EUR"],
    ]
    lines = [
        ["PO No", "Line", "Item", "Qty", "Price"],
        ["A", 1, "X", 2, 3.5],
        ["A", 2, "Y", 1, 1],
        ["B", 1, "Z", 4, 1.25],
    ]
    made = book(**dict(zip(sheets, (heads, lines), strict=True)))
    files = {"orders.xlsx": made, "grn.csv": RECEIPTS, "invoices.csv": INVOICES}
    found = run(tmp_path, draft_rules(fill(tmp_path, files))).order_lines
    assert found.select("po_number", "supplier_id").rows() == [("A", "V1"), ("A", "V1"), ("B", "V2")]


def test_a_bare_number_beside_a_key_is_the_documents(tmp_path: Path) -> None:
    heads = "id,number,supplier_id,date,currency\n501,A,V1,2025-03-04,EUR\n502,B,V2,2025-03-05,EUR\n"
    lines = "id,purchase_order_id,position,quantity,unit_price\n1,501,1,2,3.50\n2,501,2,1,1.00\n3,502,1,4,1.25\n"
    files = {"purchase_orders.csv": heads, "order_items.csv": lines, "grn.csv": RECEIPTS, "invoices.csv": INVOICES}
    found = run(tmp_path, draft_rules(fill(tmp_path, files))).order_lines
    assert found.select("po_number", "supplier_id").rows() == [("A", "V1"), ("A", "V1"), ("B", "V2")]


def test_headers_of_lines_that_lack_their_supplier_need_no_telling_name_and_may_be_short(tmp_path: Path) -> None:
    heads = "po_id,vendor_id,currency,note\nA,V1,EUR,x\nB,V2,EUR\n"
    files = {"heads.csv": heads, "po_lines.csv": "po_id,line_no,qty,price\nA,1,2,3.50\nB,1,4,1.25\n"}
    asked, ask = answers("read them, the cells that they lack blank")
    text = draft_rules(fill(tmp_path, {**files, "grn.csv": RECEIPTS, "invoices.csv": INVOICES}), ask)
    assert asked[0].startswith("heads.csv has rows with fewer cells than its header")
    assert run(tmp_path, text).order_lines["supplier_id"].to_list() == ["V1", "V2"]


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [("$", "C$", "['CAD', 'USD', 'AUD',"), ("kr ", "kr ", "['SEK', 'DKK', 'ISK', 'NOK']")],
)
def test_a_sign_of_several_currencies_is_asked_about(tmp_path: Path, first: str, second: str, text: str) -> None:
    orders = f"PO,Line,Vendor,Qty,Price\nA,1,ACME,2,{first}3.50\nB,1,ACME,4,{second}1.25\n"
    bills = f"Invoice No,Vendor,PO,Line,Qty,Price\nI1,ACME,A,1,2,{first}3.50\n"
    asked, ask = answers(text[2:5])
    draft_rules(fill(tmp_path, {"orders.csv": orders, "grn.csv": RECEIPTS, "invoices.csv": bills}), ask)
    assert asked[0].startswith(f"{first.strip().upper()} beside numbers may be several currencies.")
    assert text in asked[0]


def test_a_file_with_the_lines_of_another_is_left_out_and_named(tmp_path: Path) -> None:
    rows = [["PO Number", "Line", "Supplier", "Qty", "Unit Price", "Currency", "Order Date"]]
    rows += [["A", 1, "ACME", 2, 3.5, "EUR", "2025-03-04"], ["B", 1, "ACME", 4, 1.25, "EUR", "2025-03-14"]]
    files = {**THREE, "orders again.csv": ORDERS.replace("\n", "\r\n"), "orders.xlsx": book(Sheet=rows)}
    text = draft_rules(fill(tmp_path, files))
    assert "# left out: orders again.csv, the same lines as orders.csv" in text
    assert "# left out: orders.xlsx, sheet Sheet, the same lines as orders.csv" in text
    assert run(tmp_path, text).order_lines.height == 2


def test_texts_and_workbooks_may_be_files_of_one_source(tmp_path: Path) -> None:
    rows = [["PO Number", "Line", "Supplier", "Qty", "Unit Price", "Currency", "Order Date"]]
    rows += [["B", 1, "ACME", 4, 1.25, "EUR", "2025-03-14"]]
    semicolons = ORDERS.split("B,")[0].replace(",", ";").replace("3.50", "3,50")
    files = {
        "orders-1.csv": semicolons,
        "orders-2.xlsx": book(Sheet=rows),
        "grn.csv": RECEIPTS,
        "invoices.csv": INVOICES,
    }
    found = run(tmp_path, draft_rules(fill(tmp_path, files))).order_lines
    assert found.select("po_number", "unit_price").rows() == [("A", 3.5), ("B", 1.25)]


def test_a_time_of_day_with_am_is_a_date(tmp_path: Path) -> None:
    orders = ORDERS.replace("2025-03-04", "3/4/2025 12:00:00 AM").replace("2025-03-14", "3/14/2025 12:00:00 AM")
    found = run(tmp_path, draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}))).order_lines
    assert [str(day) for day in found["order_date"]] == ["2025-03-04", "2025-03-14"]


@pytest.mark.parametrize(("total", "lines"), [("8.00", 2), ("8.01", 3)])
def test_a_row_of_a_number_and_the_sum_of_the_lines_below_is_no_line(tmp_path: Path, total: str, lines: int) -> None:
    bills = (
        f"Invoice No,Supplier,PO Number,Line,Qty,Unit Price,Amount\nI1,,,,,,{total}\n"
        ",ACME,A,1,2,3.50,7.00\n,ACME,B,1,1,1.00,1.00\n"
    )
    _, ask = answers("they belong to the line above: fill them down")
    text = draft_rules(fill(tmp_path, {**THREE, "invoices.csv": bills}), ask)
    assert run(tmp_path, text).invoice_lines["invoice_number"].to_list() == ["I1"] * lines
    assert ("Amount alone are the sums of the lines below them" in text) == (lines == 2)
