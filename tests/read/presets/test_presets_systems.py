"""Presets of systems other than SAP: each reads a file in that system's own shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.read.presets.test_presets import FRAMES, read, shown

if TYPE_CHECKING:
    from pathlib import Path

ORDER = ("po_number", "po_line", "quantity", "unit_price", "currency", "order_date")
RECEIPT = ("receipt_number", "po_number", "quantity", "receipt_date")
INVOICE = ("invoice_number", "document_type", "po_number", "quantity", "amount", "invoice_date")

CASES = {
    "oracle-orders": (
        ORDER,
        {
            "headers.csv": "PO_HEADER_ID,SEGMENT1,VENDOR_ID,CURRENCY_CODE,CREATION_DATE\n9001,4711,77,USD,2025-03-04 10:15:00\n",
            "lines.csv": "PO_HEADER_ID,LINE_NUM,ITEM_DESCRIPTION,QUANTITY,UNIT_MEAS_LOOKUP_CODE,PRICE_OVERRIDE,CLOSED_CODE\n"
            "9001,1,Bolt,10,Each,12.5,OPEN\n9001,2,Nut,20,Each,0.25,FINALLY CLOSED\n",
        },
        [("4711", "1", "10", "12.5", "USD", "2025-03-04"), ("4711", "2", "20", "0.25", "USD", "2025-03-04")],
    ),
    "oracle-receipts": (
        (*RECEIPT, "movement"),
        {
            "rcv.csv": "RECEIPT_NUM,TRANSACTION_ID,TRANSACTION_TYPE,TRANSACTION_DATE,QUANTITY,PO_NUM,PO_LINE_NUM\n"
            "R1,1,RECEIVE,04-Mar-2025,10,4711,1\nR1,2,DELIVER,04-Mar-2025,10,4711,1\nR1,3,RETURN TO VENDOR,05-Mar-2025,2,4711,1\n"
        },
        [("R1", "4711", "10", "2025-03-04", "receipt"), ("R1", "4711", "-2", "2025-03-05", "return")],
    ),
    "oracle-invoices": (
        (*INVOICE, "line_type"),
        {
            "h.csv": "INVOICE_ID,INVOICE_NUM,INVOICE_TYPE_LOOKUP_CODE,VENDOR_ID,INVOICE_CURRENCY_CODE,INVOICE_DATE,INVOICE_AMOUNT\n"
            "5,INV-1,STANDARD,77,USD,2025-03-06,135\n",
            "l.csv": "INVOICE_ID,LINE_NUMBER,LINE_TYPE_LOOKUP_CODE,AMOUNT,QUANTITY_INVOICED,UNIT_PRICE,PO_NUMBER,PO_LINE_NUMBER\n"
            "5,1,ITEM,125,10,12.5,4711,1\n5,2,FREIGHT,10,,,,\n",
        },
        [
            ("INV-1", "invoice", "4711", "10", "125", "2025-03-06", "item"),
            ("INV-1", "invoice", None, None, "10", "2025-03-06", "freight"),
        ],
    ),
    "d365-orders": (
        ORDER,
        {
            "PurchaseOrderLinesV2.csv": "PurchaseOrderNumber,LineNumber,ItemNumber,OrderVendorAccountNumber,OrderedPurchaseQuantity,"
            "PurchaseUnitSymbol,PurchasePrice,PurchasePriceQuantity,CurrencyCode,OrderDate\n"
            "00000042,1,M0001,US-101,10.5,ea,1200.25,1,USD,2025-03-04T00:00:00Z\n"
        },
        [("00000042", "1", "10.5", "1200.25", "USD", "2025-03-04")],
    ),
    "d365-receipts": (
        RECEIPT,
        {
            "x.csv": "PackingSlipId,LineNum,OrigPurchId,ItemId,Qty,PurchUnit,DeliveryDate\nPS-1,1,00000042,M0001,5,ea,3/14/2025\n",
        },
        [("PS-1", "00000042", "5", "2025-03-14")],
    ),
    "d365-invoices": (
        INVOICE,
        {
            "x.csv": "InvoiceId,InvoiceAccount,InvoiceDate,LineNum,OrigPurchId,ItemId,Qty,PurchPrice,LineAmount,CurrencyCode\n"
            "INV-1,US-101,2025-03-20,1,00000042,M0001,5,10,50,USD\n"
        },
        [("INV-1", None, "00000042", "5", "50", "2025-03-20")],
    ),
    "odoo-orders": (
        (*ORDER, "supplier_name"),
        {
            "purchase.order.csv": '"Order Reference","Vendor","Order Deadline","Currency","Order Lines/Product","Order Lines/Quantity",'
            '"Order Lines/Unit of Measure","Order Lines/Unit Price"\n'
            '"P00001","Azure Interior","2025-03-04 09:30:00","EUR","[DESK-1] Desk","2.0","Units","150.0"\n'
            '"","","","","[LAMP] Lamp","4.0","Units","20.5"\n'
            '"P00002","Deco Addict","2025-03-05 09:30:00","EUR","[DESK-1] Desk","1.0","Units","149.0"\n'
        },
        [
            ("P00001", "1", "2", "150", "EUR", "2025-03-04", "Azure Interior"),
            ("P00001", "2", "4", "20.5", "EUR", "2025-03-04", "Azure Interior"),
            ("P00002", "1", "1", "149", "EUR", "2025-03-05", "Deco Addict"),
        ],
    ),
    "odoo-receipts": (
        RECEIPT,
        {
            "stock.move.csv": "Reference,Source Document,Product,Quantity,Unit of Measure,Date,Status\n"
            "WH/IN/00001,P00001,Desk,2.0,Units,2025-03-10 12:00:00,Done\nWH/IN/00002,P00001,Lamp,4.0,Units,2025-03-11 12:00:00,Waiting\n"
        },
        [("WH/IN/00001", "P00001", "2", "2025-03-10")],
    ),
    "odoo-invoices": (
        INVOICE,
        {
            "account.move.csv": "name,ref,move_type,partner_id,invoice_date,invoice_origin,currency_id,invoice_line_ids/product_id,"
            "invoice_line_ids/quantity,invoice_line_ids/price_unit,invoice_line_ids/price_subtotal\n"
            "BILL/2025/0001,AZ-77,in_invoice,Azure Interior,2025-03-12,P00001,EUR,Desk,2.0,150.0,300.0\n,,,,,,,Lamp,4.0,20.5,82.0\n"
            "RBILL/2025/0001,AZ-78,in_refund,Azure Interior,2025-03-13,P00001,EUR,Lamp,1.0,20.5,20.5\n"
        },
        [
            ("AZ-77", "invoice", "P00001", "2", "300", "2025-03-12"),
            ("AZ-77", "invoice", "P00001", "4", "82", "2025-03-12"),
            ("AZ-78", "credit_note", "P00001", "1", "20.5", "2025-03-13"),
        ],
    ),
    "erpnext-orders": (
        (*ORDER, "supplier_id"),
        {
            "Purchase Order.csv": "name,supplier,company,transaction_date,currency\nPUR-ORD-2025-00001,SUP-1,ACME,2025-03-04,INR\n",
            "Purchase Order Item.csv": "name,parent,idx,item_code,qty,uom,rate,amount\n"
            "a1b2,PUR-ORD-2025-00001,1,IT-1,10,Nos,99.5,995\na1b3,PUR-ORD-2025-00001,2,IT-2,1,Nos,5,5\n",
        },
        [
            ("PUR-ORD-2025-00001", "1", "10", "99.5", "INR", "2025-03-04", "SUP-1"),
            ("PUR-ORD-2025-00001", "2", "1", "5", "INR", "2025-03-04", "SUP-1"),
        ],
    ),
    "erpnext-receipts": (
        (*RECEIPT, "quantity_accepted", "quantity_rejected"),
        {
            "Purchase Receipt.csv": "ID,Date,Supplier,Item Code (Items),Received Quantity (Items),Accepted Quantity (Items),"
            "Rejected Quantity (Items),Purchase Order (Items)\n"
            "MAT-PRE-2025-00001,2025-03-10,SUP-1,IT-1,10,8,2,PUR-ORD-2025-00001\n,,,IT-2,1,1,0,PUR-ORD-2025-00001\n"
        },
        [
            ("MAT-PRE-2025-00001", "PUR-ORD-2025-00001", "10", "2025-03-10", "8", "2"),
            ("MAT-PRE-2025-00001", "PUR-ORD-2025-00001", "1", "2025-03-10", "1", "0"),
        ],
    ),
    "erpnext-invoices": (
        INVOICE,
        {
            "Purchase Invoice.csv": "name,bill_no,bill_date,posting_date,supplier,currency,is_return,grand_total\n"
            "ACC-PINV-1,B-77,2025-03-11,2025-03-12,SUP-1,INR,0,995\n",
            "Purchase Invoice Item.csv": "parent,idx,item_code,qty,rate,net_amount,purchase_order\nACC-PINV-1,1,IT-1,10,99.5,995,PUR-ORD-2025-00001\n",
        },
        [("B-77", "invoice", "PUR-ORD-2025-00001", "10", "995", "2025-03-11")],
    ),
    "netsuite-orders": (
        (*ORDER, "supplier_name"),
        {
            "results.csv": "Document Number,Line ID,Date,Name,Item,Quantity,Units,Item Rate,Amount,Currency\n"
            'PO1001,1,3/14/2025,ACME Inc,BOLT,"1,200",Ea,0.25,300.00,US Dollar\n'.replace("US Dollar", "USD")
        },
        [("PO1001", "1", "1200", "0.25", "USD", "2025-03-14", "ACME Inc")],
    ),
    "netsuite-receipts": (
        RECEIPT,
        {
            "results.csv": "Document Number,Line ID,Date,Created From,Item,Quantity,Units\nIR55,1,3/15/2025,Purchase Order #PO1001,BOLT,1200,Ea\n",
        },
        [("IR55", "PO1001", "1200", "2025-03-15")],
    ),
    "netsuite-invoices": (
        INVOICE,
        {
            "results.csv": "Type,Reference Number,Line ID,Date,Name,Created From,Item,Quantity,Item Rate,Amount,Currency\n"
            "Bill,INV-9,1,3/16/2025,ACME Inc,Purchase Order #PO1001,BOLT,1200,0.25,300.00,USD\n"
            "Bill Credit,CR-1,1,3/17/2025,ACME Inc,- None -,BOLT,100,0.25,(25.00),USD\n"
        },
        [
            ("INV-9", "invoice", "PO1001", "1200", "300", "2025-03-16"),
            ("CR-1", "credit_note", None, "100", "-25", "2025-03-17"),
        ],
    ),
    "quickbooks-orders": (
        ORDER,
        {
            "report.csv": 'ACME Inc,,,,,,\n"Purchase Order Detail",,,,,,\nDate,Num,Vendor,Product/Service,Qty,Rate,Amount\n'
            '03/14/2025,1001,Bolts & Co,Bolt,"1,200",0.25,300.00\n03/14/2025,1001,Bolts & Co,Nut,10,0.10,1.00\n'
        },
        [("1001", "1", "1200", "0.25", None, "2025-03-14"), ("1001", "2", "10", "0.1", None, "2025-03-14")],
    ),
    "quickbooks-invoices": (
        INVOICE,
        {
            "report.csv": "Date,Transaction Type,Num,Vendor,Product/Service,Qty,Rate,Amount,PO No.\n"
            '03/15/2025,Bill,INV-9,Bolts & Co,Bolt,"1,200",0.25,300.00,1001\n03/16/2025,Vendor Credit,CR-1,Bolts & Co,Bolt,10,0.25,2.50,1001\n'
        },
        [
            ("INV-9", "invoice", "1001", "1200", "300", "2025-03-15"),
            ("CR-1", "credit_note", "1001", "10", "2.5", "2025-03-16"),
        ],
    ),
    "xero-orders": (
        ORDER,
        {
            "PurchaseOrders.csv": "*ContactName,*PurchaseOrderNumber,Reference,*PurchaseOrderDate,DeliveryDate,InventoryItemCode,"
            "Description,Quantity,UnitAmount,LineAmount,Currency\nACME Ltd,PO-0001,,14/03/2025,20/03/2025,BOLT,Bolt,12,0.25,3.00,GBP\n"
        },
        [("PO-0001", "1", "12", "0.25", "GBP", "2025-03-14")],
    ),
    "xero-invoices": (
        INVOICE,
        {
            "Bills.csv": "ContactName,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,InventoryItemCode,Description,Quantity,"
            "UnitAmount,LineAmount,TaxAmount,Currency,Type,Status\n"
            "ACME Ltd,INV-9,PO-0001,15/03/2025,14/04/2025,3.60,BOLT,Bolt,12,0.25,3.00,0.60,GBP,Bill,Authorised\n"
        },
        [("INV-9", "invoice", "PO-0001", "12", "3", "2025-03-15")],
    ),
}


@pytest.mark.parametrize("preset", CASES)
def test_a_preset_reads_its_systems_export(tmp_path: Path, preset: str) -> None:
    columns, files, expected = CASES[preset]
    table = preset.partition("-")[2]
    sources = read(tmp_path, table, preset, dict(files))
    assert sources.rejects.rows() == []
    found = getattr(sources, FRAMES[table]).select(columns).rows()
    assert [tuple(shown(value) for value in row) for row in found] == expected
