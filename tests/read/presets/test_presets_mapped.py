"""What presets map for version 2: own numbers, discounts, net rates, lines told apart, bills that are receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.read.presets.test_presets import notes, read, rows

if TYPE_CHECKING:
    from pathlib import Path

ODOO = "name,state,partner_id/name,order_line/sequence,order_line/product_id/default_code,order_line/product_qty,order_line/price_unit,order_line/discount\n"
BILL = "ref,name,move_type,partner_id/name,invoice_origin,purchase_order_id,invoice_line_ids/id,invoice_line_ids/quantity,invoice_line_ids/price_unit,invoice_line_ids/price_subtotal,reversed_entry_id,tax_ids,state\n"
ERPNEXT = "name,docstatus,bill_no,posting_date,supplier,currency,is_return,update_stock,idx,purchase_order,item_code,qty,rate,amount,net_rate,net_amount,return_against\n"


def test_odoo_lines_that_share_a_sequence_are_told_apart_and_equal_rows_are_not(tmp_path: Path) -> None:
    text = (
        f"{ODOO}P1,purchase,Muster,10,DRL-6,30,9,0\nP1,purchase,Muster,10,DRL-8,10,11,50\nP1,purchase,Muster,20,SAW,1,5,0\n"
        "P2,purchase,Muster,10,DRL-6,5,9,0\nP2,purchase,Muster,10,DRL-6,5,9,0\n"
    )
    sources = read(tmp_path, "orders", "odoo-orders", {"po.csv": text})
    assert rows(sources, "orders", "po_number", "po_line", "discount_percent") == [
        ("P1", "10.1", "0"), ("P1", "10.2", "50"), ("P1", "20", "0"), ("P2", "10", "0"), ("P2", "10", "0"),
    ]  # fmt: skip
    assert "2 lines share their po_line" in notes(sources)


def test_odoo_bills_go_by_the_lines_own_order_and_name_what_they_credit(tmp_path: Path) -> None:
    text = (
        f'{BILL}F-1,BILL/1,in_invoice,Muster,"P1, P2",P1,1,30,9,270,,15%,posted\n,,,,,P2,2,10,11,110,,"15%, 5%",\n'
        "G-1,RBILL/1,in_refund,Muster,P3,,3,1,9,9,BILL/1 (F-1),19% USt,draft\n"
    )
    sources = read(tmp_path, "invoices", "odoo-invoices", {"bills.csv": text})
    wanted = ("invoice_number", "document_id", "po_number", "tax_rate", "credited_invoice")
    assert rows(sources, "invoices", *wanted) == [
        ("F-1", "BILL/1", "P1", "15", None), ("F-1", "BILL/1", "P2", None, None), ("G-1", "RBILL/1", "P3", "19", "F-1"),
    ]  # fmt: skip


def test_the_name_of_an_odoo_journal_item_is_its_text_and_tells_no_documents_apart(tmp_path: Path) -> None:
    head, row = "ref,move_type,partner_id/name,id,name,quantity,price_unit,price_subtotal", "F-1,in_invoice,Muster,"
    files = {
        "alone.csv": f"{head}\n{row}7,Drill,30,9,270\n{row}8,Lamp,1,9,9\n",
        "entry.csv": f"{head},move_name\n{row}9,Drill,30,9,270,BILL/9\n",
    }
    sources = read(tmp_path, "invoices", "odoo-invoices", files)
    assert rows(sources, "invoices", "invoice_number", "document_id", "description") == [
        ("F-1", None, "Drill"), ("F-1", None, "Lamp"), ("F-1", "BILL/9", "Drill"),
    ]  # fmt: skip


def test_an_erpnext_bill_that_books_its_own_stock_is_its_receipt_too(tmp_path: Path) -> None:
    text = (
        f"{ERPNEXT}PINV-1,1,N-1,2026-02-13,SUP-7,EUR,0,1,1,PO-1,LAMP,5,100,500,90,450,\n"
        "PINV-2,1,N-2,2026-02-23,SUP-7,EUR,0,0,1,PO-1,LAMP,5,100,500,100,500,\n"
        "PINV-3,1,N-3,2026-02-24,SUP-7,EUR,1,1,1,PO-1,LAMP,-1,100,-100,100,-100,PINV-2\n"
    )
    sources = read(tmp_path, "invoices", "erpnext-invoices", {"pi.csv": text})
    assert rows(sources, "receipts", "receipt_number", "po_number", "quantity", "receipt_date", "row") == [
        ("PINV-1", "PO-1", "5", "2026-02-13", 2),
        ("PINV-3", "PO-1", "-1", "2026-02-24", 4),
    ]
    assert rows(sources, "invoices", "document_id", "unit_price", "amount", "credited_invoice") == [
        ("PINV-1", "90", "450", None), ("PINV-2", "100", "500", None), ("PINV-3", "100", "-100", "PINV-2"),
    ]  # fmt: skip


def test_the_schedule_of_a_sap_line_gives_its_quantities_and_not_the_lines_value(tmp_path: Path) -> None:
    text = (
        "Purchasing Document,Item,Vendor,Currency,Order Quantity,Scheduled Quantity,Net Order Price,Net Order Value,Delivery Date\n"
        "45,10,V1,EUR,100,60,2.00,200.00,2026-02-01\n45,10,V1,EUR,100,40,2.00,200.00,2026-03-15\n"
    )
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekpo.csv": text})
    assert rows(sources, "orders", "po_line", "quantity", "amount") == [("10", "60", None), ("10", "40", None)]


def test_a_closed_shipment_does_not_close_its_oracle_line(tmp_path: Path) -> None:
    text = (
        "SEGMENT1,LINE_NUM,VENDOR_ID,CURRENCY_CODE,QUANTITY,UNIT_PRICE,CLOSED_CODE\n"
        "45,1,V1,EUR,60,2,CLOSED\n45,1,V1,EUR,40,2,OPEN\n45,2,V1,EUR,1,2,CLOSED\n"
    )
    sources = read(tmp_path, "orders", "oracle-orders", {"po.csv": text})
    assert rows(sources, "orders", "po_line", "closed") == [("1", None), ("1", None), ("2", True)]


def test_discounts_of_xero_and_d365_are_read(tmp_path: Path) -> None:
    xero = "PurchaseOrderNumber,ContactName,Quantity,UnitAmount,Discount,Currency\nPO-1,Muster,100,4.00,25,EUR\n"
    sources = read(tmp_path, "orders", "xero-orders", {"po.csv": xero})
    assert rows(sources, "orders", "po_line", "discount_percent") == [("1", "25")]
    d365 = "PurchaseOrderNumber,LineNumber,OrderVendorAccountNumber,CurrencyCode,OrderedPurchaseQuantity,PurchasePrice,LineDiscountPercentage\nPO-1,1,V1,EUR,100,4.00,12.5\n"
    other = read(tmp_path, "orders", "d365-orders", {"po.csv": d365})
    assert rows(other, "orders", "discount_percent") == [("12.5",)]


def test_oracle_corrections_are_counted_with_what_they_correct_and_inspection_brings_nothing(tmp_path: Path) -> None:
    text = (
        "TRANSACTION_ID,PARENT_TRANSACTION_ID,TRANSACTION_TYPE,DESTINATION_TYPE_CODE,PO_NUM,PO_LINE_NUM,QUANTITY,RECEIPT_NUM\n"
        "1,,RECEIVE,RECEIVING,88,1,100,R1\n2,1,ACCEPT,RECEIVING,88,1,80,R1\n3,1,REJECT,RECEIVING,88,1,20,R1\n"
        "4,3,RETURN TO VENDOR,RECEIVING,88,1,15,R1\n5,4,CORRECT,RECEIVING,88,1,-5,R1\n6,1,CORRECT,RECEIVING,88,1,-8.5,R1\n"
        "7,2,DELIVER,INVENTORY,88,1,80,R1\n8,7,CORRECT,INVENTORY,88,1,-8,R1\n9,77,CORRECT,RECEIVING,88,1,-2,R1\n"
    )
    sources = read(tmp_path, "receipts", "oracle-receipts", {"rcv.csv": text})
    assert rows(sources, "receipts", "receipt_line", "quantity", "quantity_accepted", "quantity_rejected") == [
        ("1", "91.5", None, None), ("2", "0", "80", None), ("3", "0", None, "20"), ("4", "-10", None, None), ("9", "-2", None, None),
    ]  # fmt: skip
    assert "3 rows are corrections" in notes(sources)


def test_what_is_ordered_back_in_sap_is_below_nothing(tmp_path: Path) -> None:
    text = "EBELN;EBELP;LIFNR;WAERS;MENGE;NETPR;NETWR;RETPO\n45;10;V1;EUR;8.000;2.50;20.00;\n45;20;V1;EUR;3.000;2.50;7.50;X\n"
    sources = read(tmp_path, "orders", "sap-ekpo", {"ekpo.csv": text})
    wanted = [("10", "8", "2.5", "20"), ("20", "-3", "2.5", "-7.5")]
    assert rows(sources, "orders", "po_line", "quantity", "unit_price", "amount") == wanted
    listed = (
        text.replace("EBELN", "Purch.Doc.").replace("EBELP", "Item").replace("LIFNR", "Vendor").replace("WAERS", "Crcy")
    )
    listed = listed.replace("MENGE", "Order Quantity").replace("NETPR", "Net Price").replace("NETWR", "Net Order Value")
    screen = read(
        tmp_path, "orders", "sap-me2n", {"me2n.csv": listed.replace("RETPO", "Returns Item").replace("3.000", "3.000-")}
    )
    assert rows(screen, "orders", "po_line", "quantity", "unit_price", "amount") == wanted
