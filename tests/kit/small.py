"""A small reconciliation made by hand, for the tests of the reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from recon import result_tables, tables
from recon.ledger.reconcile import Reconciliation
from recon.rules.rule import Rules

IBAN = "DE89370400440532013000"


def frame(table: tables.Table, *rows: dict[str, Any]) -> pl.DataFrame:
    """Build a frame of `table` from the columns that matter."""
    if not rows:
        return table.empty()
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        dtype = table.columns.get(name, pl.String)
        exact = [Decimal(v) if isinstance(dtype, pl.Decimal) and v is not None else v for v in values]
        columns[name] = pl.Series(name, exact, dtype=dtype)
    return table.check(table.cast(pl.DataFrame(columns)))


SUMMARY = {
    "inputs": {
        "orders": {"rows": 2, "rejects": 0, "left_out": 0, "amount": {"EUR": "1250", "JPY": "90000"}},
        "receipts": {"rows": 2, "rejects": 0, "left_out": 0, "amount": {}},
        "invoices": {"rows": 2, "rejects": 1, "left_out": 0, "amount": {"EUR": "1300.005", "JPY": "90000"}},
    },
    "invoices": {
        "pay": {"JPY": {"count": 1, "amount": "90000"}},
        "review": {},
        "hold": {"EUR": {"count": 1, "amount": "1300.005"}},
    },
    "invoice_lines": {
        "pay": {"JPY": {"count": 1, "amount": "90000"}},
        "review": {},
        "hold": {"EUR": {"count": 1, "amount": "1300.005"}},
    },
    "discrepancies": {"price_variance": {"EUR": {"count": 1, "amount_at_risk": "50.005"}}},
    "amount_at_risk": {"EUR": "50.005"},
    "amount_at_risk_by_decision": {"hold": {"EUR": "50.005"}, "review": {}},
    "received_not_invoiced": {"EUR": "0"},
    "first_pass_match_rate": "0.5",
    "conservation": {
        "EUR": {"in": "1300.005", "out": "1300.005", "difference": "0"},
        "JPY": {"in": "90000", "out": "90000", "difference": "0"},
    },
    "rejects": 1,
    "bridge": {},
}

FINDING: dict[str, Any] = {
    "discrepancy_id": "d1",
    "code": "price_variance",
    "severity": "hold",
    "supplier_id": "S1",
    "supplier_name": "Müller & Söhne",
    "invoice_number": "INV-7",
    "invoice_line": "1",
    "po_number": "0045",
    "po_line": "10",
    "measure": "price",
    "expected": "12.5",
    "actual": "13.00005",
    "variance": "0.50005",
    "variance_percent": "4.0004",
    "limit": "0.25",
    "tolerance": "standard",
    "amount_at_risk": "50.005",
    "currency": "EUR",
    "message": "unit price 13.00005 instead of 12.5",
    "source": "inv/a.csv",
    "row": 2,
}

INVOICE_LINE: dict[str, Any] = {
    "supplier_id": "S1",
    "supplier_name": "Müller & Söhne",
    "iban": IBAN,
    "invoice_number": "INV-7",
    "invoice_line": "1",
    "document_type": "invoice",
    "invoice_date": date(2026, 1, 31),
    "po_number": "0045",
    "po_line": "10",
    "quantity": "100",
    "unit_price": "13.00005",
    "amount": "1300.005",
    "currency": "EUR",
    "source": "inv/a.csv",
    "row": 2,
    "link": "order line",
    "status": "discrepant",
    "decision": "hold",
    "codes": ["price_variance"],
}

PAID_LINE: dict[str, Any] = INVOICE_LINE | {
    "invoice_number": "INV-8",
    "amount": "90000",
    "currency": "JPY",
    "row": 3,
    "status": "matched",
    "decision": "pay",
    "codes": [],
}


def small(**changes: Any) -> Reconciliation:
    """Return two invoices, one to pay (JPY) and one on hold (EUR), with `changes` to the frames."""
    invoice = {key: INVOICE_LINE[key] for key in ("supplier_id", "supplier_name", "document_type", "invoice_date")}
    made = Reconciliation(
        discrepancies=frame(result_tables.DISCREPANCIES, FINDING),
        invoice_lines=frame(result_tables.INVOICE_RESULTS, INVOICE_LINE, PAID_LINE),
        order_lines=frame(
            result_tables.ORDER_RESULTS, {"po_number": "0045", "po_line": "10", "quantity": "100.5", "closed": True}
        ),
        receipt_lines=frame(
            result_tables.RECEIPT_RESULTS, {"receipt_number": "R1", "po_number": "0045", "quantity": "100"}
        ),
        invoices=frame(
            result_tables.INVOICES,
            invoice
            | {
                "invoice_number": "INV-7",
                "currency": "EUR",
                "amount": "1300.005",
                "decision": "hold",
                "codes": ["price_variance"],
            },
            invoice | {"invoice_number": "INV-8", "currency": "JPY", "amount": "90000", "decision": "pay", "codes": []},
        ),
        supplier_links=frame(
            result_tables.SUPPLIER_LINKS, {"side": "invoice", "given_iban": IBAN, "supplier_id": "S1", "method": "iban"}
        ),
        rejects=frame(
            tables.REJECTS,
            {
                "table": "invoices",
                "source": "inv/a.csv",
                "row": 4,
                "column": "amount",
                "value": "12,5O",
                "reason": "not a number",
            },
        ),
        left_out=frame(result_tables.LEFT_OUT),
        allocations=frame(result_tables.ALLOCATIONS),
        bridge=frame(result_tables.BRIDGE),
        summary=SUMMARY,
        rules=Rules(path=Path("rules.yaml"), digest="0" * 64),
        files=({"source": "invoices", "path": "inv/a.csv", "sha256": "ab" * 32, "bytes": 120, "rows": 3},),
    )
    return replace(made, **changes)
