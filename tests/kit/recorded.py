"""What some systems answer, in the shapes of their documentation: by the feed of docs/live-systems.md that asks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

from tests.kit.loopback import on_loopback

PRODUCT = {"id": 3, "default_code": "E-COM07", "display_name": "[E-COM07] Cabinet"}
D365 = {"dataAreaId": "usmf", "PurchaseOrderNumber": "000123"}
EUR = {"id": 1, "display_name": "EUR"}
BC_ORDER = {"id": "5d11-af", "number": "106001", "orderDate": "2026-11-20", "vendorNumber": "20000", "vendorName": "First Up", "currencyCode": "USD", "lastModifiedDateTime": "2026-11-20T08:00:00.123Z",
            "purchaseOrderLines": [{"sequence": 10000, "lineType": "Item", "lineObjectNumber": "1896-S", "quantity": 4, "directUnitCost": 780.7, "unitOfMeasureCode": "PCS", "discountPercent": 0, "expectedReceiptDate": "0001-01-01"}]}  # fmt: skip
D365_ORDER = {**D365, "OrderVendorAccountNumber": "US-101", "CurrencyCode": "USD", "AccountingDate": "2026-11-20T12:00:00Z",
              "PurchaseOrderLinesV2": [{**D365, "LineNumber": 1, "ItemNumber": "M0001", "OrderedPurchaseQuantity": 5, "PurchasePrice": 10.5, "PurchasePriceQuantity": 1, "PurchaseOrderLineStatus": "Backorder"}]}  # fmt: skip
D365_RECEIPT = {**D365, "ProductReceiptNumber": "PR-1", "LineNumber": 1, "PurchaseOrderLineNumber": 1, "ItemNumber": "M0001", "ReceivedPurchaseQuantity": 5, "ProductReceiptDate": "2026-11-21T12:00:00Z"}  # fmt: skip
S4_ITEM = {
    "PurchaseOrder": "4500000001",
    "PurchaseOrderItem": "10",
    "Material": "TG10",
    "PurchaseOrderQuantityUnit": "PC",
}
S4_ORDER = {"PurchaseOrder": "4500000001", "CompanyCode": "1010", "Supplier": "17300001", "DocumentCurrency": "EUR", "PurchaseOrderDate": "/Date(1763596800000)/", "LastChangeDateTime": "/Date(1763629505000+0000)/",
            "to_PurchaseOrderItem": {"results": [
                {**S4_ITEM, "OrderQuantity": "1000", "OrderPriceUnit": "PC", "NetPriceAmount": "10.500", "NetPriceQuantity": "100", "IsCompletelyDelivered": False, "PurchasingDocumentDeletionCode": ""},
                {**S4_ITEM, "PurchaseOrderItem": "20", "OrderQuantity": "1", "NetPriceAmount": "1", "NetPriceQuantity": "1", "PurchasingDocumentDeletionCode": "L"}]}}  # fmt: skip
S4_RECEIPT = {"MaterialDocument": "5000000004", "MaterialDocumentYear": "2026", "PostingDate": "/Date(1763683200000)/", "CreationDate": "/Date(1763683200000)/",
              "to_MaterialDocumentItem": {"results": [
                  {**S4_ITEM, "MaterialDocumentItem": "1", "GoodsMovementType": "101", "EntryUnit": "PC", "QuantityInEntryUnit": "1000.000"},
                  {**S4_ITEM, "MaterialDocumentItem": "2", "GoodsMovementType": "122", "EntryUnit": "PC", "QuantityInEntryUnit": "5.000"},
                  {"MaterialDocumentItem": "3", "GoodsMovementType": "561", "PurchaseOrder": "", "EntryUnit": "PC", "QuantityInEntryUnit": "7.000"}]}}  # fmt: skip
S4_INVOICE = {"SupplierInvoice": "5105600101", "FiscalYear": "2026", "CompanyCode": "1010", "DocumentDate": "/Date(1763769600000)/", "PostingDate": "/Date(1763856000000)/", "SupplierInvoiceIDByInvcgParty": "RE-9",
              "InvoicingParty": "17300001", "DocumentCurrency": "EUR", "InvoiceGrossAmount": "124.95", "SupplierInvoiceIsCreditMemo": "X", "ReverseDocument": "",
              "to_SuplrInvcItemPurOrdRef": {"results": [{"SupplierInvoiceItem": "1", "PurchaseOrder": "4500000001", "PurchaseOrderItem": "10", "SupplierInvoiceItemAmount": "105.00", "PurchaseOrderQuantityUnit": "PC", "QuantityInPurchaseOrderUnit": "1000.000", "IsSubsequentDebitCredit": ""}]}}  # fmt: skip
ERPNEXT_ORDER = {"name": "PUR-ORD-1", "supplier": "Acme", "company": "C1", "currency": "EUR", "docstatus": 1, "status": "To Bill", "transaction_date": "2026-11-20", "modified": "2026-11-20 10:00:00.000001",
                 "items": [{"name": "x1", "parent": "PUR-ORD-1", "idx": 1, "item_code": "M1", "qty": 10.0, "uom": "Nos", "rate": 12.5, "net_rate": 12.5, "docstatus": 1}]}  # fmt: skip
ODOO_ORDER = {"id": 7, "name": "P00007", "state": "purchase", "partner_id": {"id": 14, "display_name": "Azure", "vat": False}, "currency_id": EUR, "company_id": {"id": 1, "display_name": "My"}, "date_order": "2026-11-20 08:00:00", "write_date": "2026-11-20 10:00:00",
              "order_line": [{"id": 21, "name": "[E-COM07] Cabinet", "display_type": False, "product_id": PRODUCT, "product_qty": 5.0, "product_uom_id": {"id": 1, "display_name": "Units"}, "price_unit": 100.0, "discount": 10.0, "date_planned": "2026-12-09 08:00:00"},
                             {"id": 22, "name": "A note", "display_type": "line_note", "product_id": False, "product_qty": 0, "price_unit": 0}]}  # fmt: skip
XERO_BILL = {"Type": "ACCPAY", "InvoiceID": "046d", "InvoiceNumber": "R-2", "Contact": {"ContactID": "430f", "Name": "Liam"}, "Status": "AUTHORISED", "DateString": "2026-11-20T00:00:00", "CurrencyCode": "NZD", "UpdatedDateUTC": "/Date(1763629505000+0000)/",
             "LineItems": [{"LineItemID": "b18b", "ItemCode": "T1", "Quantity": 2.0, "UnitAmount": 20.0, "LineAmount": 40.0, "TaxAmount": 6.0, "Tracking": []}]}  # fmt: skip
QBO_BILL = {"Id": "145", "DocNumber": "B-9", "TxnDate": "2026-11-20", "VendorRef": {"value": "56", "name": "Bob"}, "CurrencyRef": {"value": "USD"}, "TotalAmt": 130.0, "MetaData": {"LastUpdatedTime": "2026-11-20T10:00:00-08:00"}, "LinkedTxn": [{"TxnId": "27", "TxnType": "PurchaseOrder"}],
            "Line": [{"Id": "1", "Amount": 125.0, "LinkedTxn": [{"TxnId": "27", "TxnType": "PurchaseOrder", "TxnLineId": "1"}], "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11", "name": "Pump"}, "UnitPrice": 12.5, "Qty": 10}}]}  # fmt: skip
NETSUITE_ORDER = {"id": "5871", "tranId": "PO77", "entity": {"id": "12", "refName": "Acme"}, "tranDate": "2026-11-20", "currency": {"id": "1", "refName": "US Dollar"}, "links": [],
                  "item": {"items": [{"line": 1, "item": {"id": "9", "refName": "PUMP"}, "quantity": 10.0, "rate": 12.5, "amount": 125.0}], "totalResults": 1}}  # fmt: skip


def _odata(record):
    return lambda _: {"value": [record]}


def _odata2(record):
    return lambda asked: {"d": {"results": [record]}} if "'" in asked["$filter"] else None


ANSWERS = {
    "/data/PurchaseOrderHeadersV2": _odata(D365_ORDER),
    "/data/ProductReceiptLines": _odata(D365_RECEIPT),
    "/v2.0/TENANT/production/api/v2.0/companies(COMPANY)/purchaseOrders": _odata(BC_ORDER),
    "/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder": _odata2(S4_ORDER),
    "/sap/opu/odata/sap/API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader": _odata2(S4_RECEIPT),
    "/sap/opu/odata/sap/API_SUPPLIERINVOICE_PROCESS_SRV/A_SupplierInvoice": _odata2(S4_INVOICE),
    "/api/resource/Purchase Order": lambda asked: {"data": [] if int(asked["limit_start"]) else [{n: ERPNEXT_ORDER[n] for n in json.loads(asked["fields"])}]},
    "/api/resource/Purchase Order/PUR-ORD-1": lambda _: {"data": ERPNEXT_ORDER},
    "/jsonrpc": lambda body: {"jsonrpc": "2.0", "result": {"length": 1, "records": [ODOO_ORDER][body["params"]["args"][6]["offset"]:]}},
    "/api.xro/2.0/Invoices": lambda asked: {"Invoices": [XERO_BILL] if asked["page"] == "1" else []},
    "/v3/company/REALM/query": lambda asked: {"QueryResponse": {"Bill": [QBO_BILL], "startPosition": 1} if "startposition 1 max" in asked["query"] else {}},
    "/services/rest/query/v1/suiteql": lambda asked: {"items": [] if int(asked["offset"]) else [{"links": [], "id": "5871", "changed": "2026-11-20 10:00:00"}], "hasMore": False},
    "/services/rest/record/v1/purchaseOrder/5871": lambda asked: NETSUITE_ORDER if asked["expandSubResources"] == "true" else None,
}  # fmt: skip


@dataclass
class Asked:
    """What was asked for: paths with what stood in the query, or the body."""

    paths: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    asked: Asked

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._answer({} if "oauth" in self.path or "token" in self.path else json.loads(data))

    def _answer(self, body):
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        told = body | {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.paths.append(path)
        if path.endswith(("token", "/bearer")):
            return self._say({"access_token": "t", "expires_in": 3600})
        known = ANSWERS.get(path)
        return self._say(known(told) if known else None)

    def _say(self, told):
        data = json.dumps(told).encode()
        self.send_response(404 if told is None else 200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def systems():
    """Give the address at which all of them answer while the block lasts, and what they were asked."""
    asked = Asked()
    with on_loopback(_Handler, asked=asked) as address:
        yield address, asked
