"""What systems answer over HTTP, read by a preset: each in that system's own shape, as its documentation shows it."""

from __future__ import annotations

import json

import pytest

from recon.read.records import flattened, parsed, read_records
from recon.rules.rule import Source

BC_LINE = {"sequence": 10000, "lineType": "Item", "lineObjectNumber": "1896-S", "description": "ATHENS Desk", "unitOfMeasureCode": "PCS", "quantity": 4, "discountPercent": 0, "expectedReceiptDate": "0001-01-01"}  # fmt: skip
BC = {"number": "108001", "vendorNumber": "20000", "vendorName": "First Up Consultants", "currencyCode": "USD", "orderNumber": "106001", "postingDate": "2019-01-01", "status": "Open"}  # fmt: skip
XERO = {"Contact": {"ContactID": "430f", "Name": "Liam"}, "CurrencyCode": "NZD", "DateString": "2018-10-20T00:00:00", "DueDateString": "2018-12-30T00:00:00", "Status": "AUTHORISED"}  # fmt: skip
XERO_LINE = {"LineItemID": "b18b", "Description": "Acme Tires", "ItemCode": "T1", "Quantity": 2.0, "UnitAmount": 20.0, "LineAmount": 40.0, "TaxAmount": 6.0}  # fmt: skip
ERPNEXT = {"name": "ACC-PINV-1", "bill_no": "INV-7", "bill_date": "2025-03-06", "supplier": "Acme", "supplier_name": "Acme Ltd", "company": "C1", "currency": "EUR", "is_return": 0, "docstatus": 1, "net_total": 125.0}  # fmt: skip
ERPNEXT_LINE = {"name": "a1b2", "parent": "ACC-PINV-1", "idx": 1, "item_code": "M1", "item_name": "Bolt", "qty": 10.0, "uom": "Nos", "rate": 12.5, "net_rate": 12.5, "amount": 125.0, "net_amount": 125.0, "purchase_order": "PO-1", "docstatus": 1}  # fmt: skip
CASES = {
    "bc-orders": (
        "orders",
        "purchaseOrderLines",
        BC | {"orderDate": "2018-12-01", "purchaseOrderLines": [BC_LINE | {"directUnitCost": 780.7}, {"lineType": "Comment", "sequence": 20000}]},
        {"po_number": "108001", "po_line": "10000", "supplier_id": "20000", "item": "1896-S", "quantity": "4", "unit_price": "780.7", "order_date": "2018-12-01", "due_date": None},
    ),
    "bc-receipts": (
        "receipts",
        "purchaseReceiptLines",
        BC | {"purchaseReceiptLines": [BC_LINE]},
        {"receipt_number": "108001", "po_number": "106001", "item": "1896-S", "quantity": "4", "receipt_date": "2019-01-01"},
    ),
    "bc-invoices": (
        "invoices",
        "purchaseInvoiceLines",
        BC | {"vendorInvoiceNumber": "107001", "invoiceDate": "2018-12-31", "purchaseInvoiceLines": [BC_LINE | {"unitCost": 780.7, "netAmount": 3122.8, "taxPercent": 10}]},
        {"document_id": "108001", "invoice_number": "107001", "po_number": "106001", "quantity": "4", "unit_price": "780.7", "amount": "3122.8", "invoice_date": "2018-12-31"},
    ),
    "xero-api-orders": (
        "orders",
        "LineItems",
        XERO | {"PurchaseOrderNumber": "PO-3", "DeliveryDateString": "2018-11-01T00:00:00", "LineItems": [XERO_LINE]},
        {"po_number": "PO-3", "po_line": "1", "supplier_name": "Liam", "quantity": "2", "unit_price": "20", "order_date": "2018-10-20", "due_date": "2018-11-01"},
    ),
    "xero-api-invoices": (
        "invoices",
        "LineItems",
        XERO | {"Type": "ACCPAY", "InvoiceID": "046d", "InvoiceNumber": "R-2", "SubTotal": 40.0, "LineItems": [XERO_LINE]},
        {"document_id": "046d", "document_type": "invoice", "invoice_number": "R-2", "amount": "40", "tax_amount": "6", "due_date": "2018-12-30"},
    ),
    "erpnext-receipts": (
        "receipts",
        "items",
        {"name": "MAT-PRE-1", "company": "C1", "posting_date": "2025-03-08", "docstatus": 1, "items": [{"name": "x2", "parent": "MAT-PRE-1", "idx": 1, "item_code": "M1", "qty": 9.0, "received_qty": 10.0, "rejected_qty": 1.0, "purchase_order": "PO-1"}]},
        {"receipt_number": "MAT-PRE-1", "po_number": "PO-1", "quantity": "10", "quantity_accepted": "9", "quantity_rejected": "1", "receipt_date": "2025-03-08"},
    ),
    "d365-invoices": (
        "invoices",
        "VendorInvoiceLines",
        {"dataAreaId": "usmf", "HeaderReference": "VI-1", "InvoiceNumber": "I-7", "InvoiceAccount": "US-101", "Currency": "USD", "InvoiceDate": "2024-01-10T12:00:00Z", "DueDate": "1900-01-01T00:00:00Z", "VendorInvoiceLines": [{"dataAreaId": "usmf", "InvoiceLineNumber": 1, "PurchaseOrderNumber": "000123", "PurchaseLineLineNumber": 1, "ReceivedNowQuantity": 5, "UnitPrice": 10.5, "NetAmount": 52.5}]},
        {"document_id": "VI-1", "invoice_number": "I-7", "supplier_id": "US-101", "po_number": "000123", "po_line": "1", "amount": "52.5", "due_date": None},
    ),
    "quickbooks-api-orders": (
        "orders",
        "Line",
        {"Id": "27", "DocNumber": "1005", "TxnDate": "2024-03-01", "VendorRef": {"value": "56", "name": "Bob"}, "CurrencyRef": {"value": "USD"}, "Line": [{"Id": "1", "Amount": 125.0, "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11", "name": "Pump"}, "UnitPrice": 12.5, "Qty": 10}}, {"Amount": 125.0, "DetailType": "SubTotalLineDetail"}]},
        {"po_number": "27", "po_line": "1", "supplier_id": "56", "item": "Pump", "quantity": "10", "unit_price": "12.5"},
    ),
    "netsuite-api-receipts": (
        "receipts",
        "item.items",
        {"id": "88", "tranId": "IR9", "tranDate": "2024-05-01", "createdFrom": {"id": "5871", "refName": "Purchase Order #PO77"}, "item": {"items": [{"line": 1, "orderLine": 3, "itemReceive": True, "item": {"refName": "PUMP"}, "quantity": 10.0}]}},
        {"receipt_number": "IR9", "po_number": "PO77", "po_line": "3", "item": "PUMP", "quantity": "10", "receipt_date": "2024-05-01"},
    ),
    "netsuite-api-invoices": (
        "invoices",
        "item.items",
        {"id": "6001", "tranId": "V-1", "tranDate": "2024-05-02", "entity": {"id": "12", "refName": "Acme"}, "currency": {"refName": "USA"}, "userTotal": 125.0, "item": {"items": [{"line": 1, "orderLine": 3, "orderDoc": {"id": "5871", "refName": "Purchase Order #PO77"}, "quantity": 10.0, "rate": 12.5, "amount": 125.0}]}},
        {"document_id": "6001", "invoice_number": "V-1", "supplier_id": "12", "po_number": "PO77", "po_line": "3", "amount": "125", "currency": "USD", "invoice_total": "125"},
    ),
    "odoo-api-receipts": (
        "receipts",
        "move_ids",
        {"id": 9, "name": "WH/OUT/9", "state": "done", "date_done": "2024-05-09 09:00:00", "picking_type_code": "outgoing", "move_ids": [{"id": 31, "product_id": {"default_code": "E7"}, "quantity": 5.0, "state": "done", "purchase_line_id": {"id": 21, "order_id": {"id": 7, "display_name": "P00007"}}}]},
        {"receipt_number": "WH/OUT/9", "po_number": "P00007", "po_line": "21", "item": "E7", "quantity": "-5", "movement": "return", "receipt_date": "2024-05-09"},
    ),
    "odoo-api-invoices": (
        "invoices",
        "invoice_line_ids",
        {"id": 70, "name": "BILL/1", "move_type": "in_refund", "state": "posted", "ref": "V-77", "invoice_date": "2024-05-10", "invoice_date_due": False, "partner_id": {"id": 14, "display_name": "Azure", "vat": False}, "currency_id": {"display_name": "EUR"}, "amount_total": 605.0, "invoice_line_ids": [{"id": 41, "display_type": "product", "quantity": 5.0, "price_unit": 100.0, "price_subtotal": 500.0, "purchase_line_id": {"id": 21, "order_id": {"display_name": "P00007"}}}]},
        {"document_id": "BILL/1", "document_type": "credit_note", "invoice_number": "V-77", "supplier_id": "14", "supplier_vat_id": None, "po_number": "P00007", "po_line": "21", "amount": "500", "due_date": None},
    ),
    "erpnext-invoices": (
        "invoices",
        "items",
        ERPNEXT | {"items": [ERPNEXT_LINE]},
        {"document_id": "ACC-PINV-1", "document_type": "invoice", "invoice_number": "INV-7", "supplier_id": "Acme", "po_number": "PO-1", "quantity": "10", "amount": "125", "invoice_date": "2025-03-06"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("preset", CASES)
def test_an_answer_is_read_by_its_preset(preset, tmp_path):
    table, lines, record, wanted = CASES[preset]
    rows = list(flattened(parsed(json.dumps(record), preset), lines, preset))
    part = read_records(rows, Source(table, preset=preset), tmp_path, preset)
    assert part.rejects.height == 0
    assert part.lines.height == 1
    row = part.lines.row(0, named=True)
    assert {name: plain(row[name]) for name in wanted} == wanted


def plain(value):
    if value is None or isinstance(value, str):
        return value
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
