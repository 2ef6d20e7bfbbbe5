"""Headers in one file and lines in another are joined where a key of both says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.draft.draft import draft_rules
from tests.draft.test_init import THREE, answers, fill, run

if TYPE_CHECKING:
    from pathlib import Path

HEADS = "po_id,supplier_id,po_date,total_value,currency\nPO-1,S1,2024-01-02,100.00,EUR\nPO-2,S2,2024-01-03,80.00,EUR\n"
LINES = (
    "line_id,po_id,item_name,quantity,unit_price\nL1,PO-1,Disc,10,5.00\nL2,PO-1,Seal,2,25.00\nL3,PO-2,Hose,4,20.00\n"
)
BILLS = "invoice_number,po_number,supplier_id,item,quantity,unit_price\nI1,PO-1,S1,Disc,10,5.00\n"
ORDERS = {"purchase_orders.csv": HEADS, "po_line_items.csv": LINES}


def test_orders_in_two_files_are_joined_by_their_number(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**ORDERS, "invoices.csv": BILLS}), answers()[1])
    assert '    beside: {files: ["purchase_orders.csv"], key: po_id}\n' in text
    lines = run(tmp_path, text).order_lines
    assert lines["supplier_id"].to_list() == ["S1", "S1", "S2"]
    assert lines["amount"].null_count() == 3  # the header's total is no line's amount


def test_a_header_file_without_amounts_is_seen_by_its_name_and_its_key(tmp_path: Path) -> None:
    heads = "id,po_number,vendor_name,order_date,currency\n7,PO-1,ACME,2024-01-02,EUR\n8,PO-2,Nord,2024-01-03,EUR\n"
    lines = "id,purchase_order_id,line_no,sku,quantity,unit_price\n1,7,1,A,10,5.00\n2,7,2,B,2,25.00\n3,8,1,C,4,20.00\n"
    files = {"purchase_orders.csv": heads, "purchase_order_lines.csv": lines, "invoices.csv": BILLS}
    found = run(tmp_path, draft_rules(fill(tmp_path, files), answers()[1])).order_lines
    assert found["po_number"].to_list() == ["PO-1", "PO-1", "PO-2"]
    assert found["supplier_name"].to_list() == ["ACME", "ACME", "Nord"]


def test_a_key_of_the_headers_is_not_their_number_where_another_column_is(tmp_path: Path) -> None:
    heads = "po_id,po_number,vendor_id,po_date,currency\n901,PO-1,S1,2026-03-02,EUR\n902,PO-2,S2,2026-03-03,EUR\n"
    lines = "po_id,line_no,item,qty,unit_price\n901,1,A,10,5.00\n901,2,B,2,25.00\n902,1,C,4,20.00\n"
    files = {"po_headers.csv": heads, "po_lines.csv": lines, "invoices.csv": BILLS}
    found = run(tmp_path, draft_rules(fill(tmp_path, files), answers()[1])).order_lines
    assert found["po_number"].to_list() == ["PO-1", "PO-1", "PO-2"]
    assert found["po_line"].to_list() == ["1", "2", "1"]


def test_receipts_that_cannot_be_read_are_named_where_a_match_without_them_is_offered(tmp_path: Path) -> None:
    came = "receipt_no,po_line_id,qty_received,received_date\nR-1,L1,10,2026-03-10\n"
    asked, ask = answers("three-way: nothing is paid until receipts are added")
    draft_rules(fill(tmp_path, {**ORDERS, "goods_receipts.csv": came, "invoices.csv": BILLS}), ask)
    assert "No receipts are read (goods_receipts.csv, it lacks po_number). How are invoices to be matched?" in str(
        asked
    )


def test_what_one_file_calls_item_and_the_other_name_is_one(tmp_path: Path) -> None:
    text = draft_rules(fill(tmp_path, {**ORDERS, "invoices.csv": BILLS}), answers()[1])
    assert "item: item_name  # its cells are what the other files name as the item" in text


def test_invoices_take_supplier_and_total_from_their_headers(tmp_path: Path) -> None:
    heads = "invoice_id,supplier_id,invoice_date,grand_total\n7,S1,2024-02-01,60.00\n8,S2,2024-02-01,80.00\n"
    lines = "invoice_id,po_id,item,quantity,unit_price\n7,PO-1,Disc,10,5.00\n7,PO-1,Seal,2,5.00\n8,PO-2,Hose,4,20.00\n"
    files = {**ORDERS, "invoices.csv": heads, "invoice_lines.csv": lines}
    found = run(tmp_path, draft_rules(fill(tmp_path, files), answers()[1])).invoice_lines
    assert found["supplier_id"].to_list() == ["S1", "S1", "S2"]
    assert [str(one) for one in found["invoice_total"]] == ["60.000000", "60.000000", "80.000000"]


def test_a_vendor_whose_cells_are_ids_is_known_by_them(tmp_path: Path) -> None:
    orders = "po,line,vendor,quantity,unit_price,currency\nPO-1,1,S1,10,5.00,EUR\n"
    bills = BILLS.replace("item,", "").replace("Disc,", "")
    text = draft_rules(fill(tmp_path, {"orders.csv": orders, "invoices.csv": bills}), answers()[1])
    assert "supplier_id: vendor  # its cells are the supplier ids of the other files" in text


def test_amounts_join_nothing(tmp_path: Path) -> None:
    heads = "ID,vendorInvoiceNo,poNumber,vendorId,currency,netAmount\ni-1,VI-1,PO-1,S1,EUR,50.00\ni-2,VI-2,PO-2,S2,EUR,80.00\n"
    lines = "ID,invoice_ID,lineNumber,item,quantity,unitPrice,netAmount\nl1,i-1,10,Disc,10,5.00,50.00\nl2,i-2,10,Hose,4,20.00,80.00\n"
    files = {**ORDERS, "invoices.csv": heads, "invoice_lines.csv": lines}
    text = draft_rules(fill(tmp_path, files), answers()[1])
    assert "key: invoice_ID, header_key: ID" in text
    assert run(tmp_path, text).invoice_lines["invoice_number"].to_list() == ["VI-1", "VI-2"]


def test_a_list_price_beside_the_amount_is_asked_about(tmp_path: Path) -> None:
    orders = "po_number,po_line,supplier_id,quantity,total,unit_price,currency\nA,1,V1,10,50.00,999.00,EUR\n"
    asked, ask = answers("total, for the line")
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}), ask)
    assert asked[0].startswith("In orders.csv unit_price x quantity is not total. What was agreed?")
    assert run(tmp_path, text).order_lines["unit_price"].null_count() == 1


def test_years_of_two_digits_are_drafted(tmp_path: Path) -> None:
    orders = "po_number,po_line,supplier_id,quantity,unit_price,currency,order_date\nA,1,V1,1,5.00,EUR,1/25/24\n"
    text = draft_rules(fill(tmp_path, {**THREE, "orders.csv": orders}))
    assert 'date_format: "%m/%d/%y"' in text


def test_three_pairs_of_headers_and_lines(tmp_path: Path) -> None:
    files = {
        "po_header.csv": "PO_NUMBER,VENDOR_ID,VENDOR_NAME,TOTAL_AMOUNT\nP1,V1,Muster,130.00\nP2,V2,Sample,80.00\n",
        "po_lines.csv": "PO_NUMBER,LINE_NUMBER,ITEM_CODE,QUANTITY,UNIT_PRICE\nP1,1,A,10,5.00\nP1,2,B,4,20.00\nP2,1,B,4,20.00\n",
        "gr_header.csv": "GR_NUMBER,PO_NUMBER,GR_DATE\nG1,P1,2024-01-10\n",
        "gr_lines.csv": "GR_NUMBER,PO_LINE,ITEM_CODE,RECEIVED_QTY\nG1,1,A,10\nG1,2,B,3\n",
        "inv_header.csv": "INVOICE_NUMBER,VENDOR_ID,PO_NUMBER,CURRENCY,INVOICE_TOTAL\nI1,V1,P1,USD,130.00\n",
        "inv_lines.csv": "INVOICE_NUMBER,LINE_NUMBER,ITEM_CODE,QTY,UNIT_PRICE\nI1,1,A,10,5.00\nI1,2,B,4,20.00\n",
    }
    sources = run(tmp_path, draft_rules(fill(tmp_path, files)))
    assert sources.order_lines["supplier_id"].to_list() == ["V1", "V1", "V2"]
    assert sources.receipt_lines.select("po_number", "po_line").rows() == [("P1", "1"), ("P1", "2")]
    assert sources.invoice_lines.select("po_number", "currency").rows() == [("P1", "USD"), ("P1", "USD")]
    assert sources.rejects.height == 0


def test_receipts_known_by_their_text_alone_find_their_line_by_it(tmp_path: Path) -> None:
    orders = "PO,Vendor,Description,Qty,Price,Currency\nP1,ACME,Blue chair,10,4.00,EUR\nP1,ACME,Desk,2,90.00,EUR\n"
    receipts = "GRN,PO,Description,Qty Received\nG1,P1,Blue chair,10\nG1,P1,Desk,2\n"
    bills = "Invoice No,PO,Vendor,Description,Qty,Price\nI1,P1,ACME,Chair blue,10,4.00\n"
    files = {"orders.csv": orders, "receipts.csv": receipts, "invoices.csv": bills}
    found = run(tmp_path, draft_rules(fill(tmp_path, files), answers()[1]))
    assert found.order_lines.select("item", "description").row(0) == ("Blue chair", "Blue chair")
    assert found.receipt_lines["item"].to_list() == ["Blue chair", "Desk"]
