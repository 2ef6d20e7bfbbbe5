"""The floor: Polars reads the columns that a match needs, as text, and does nothing with them. `scan.py FOLDER OUT`."""

# ruff: noqa: TID251 -- a rival, not recon
from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

COLUMNS = {
    "orders": [
        "po_number", "po_line", "supplier_id", "item", "description", "category", "quantity", "uom", "unit_price", "currency",
        "order_date", "due_date", "tax_rate",
    ],
    "receipts": ["receipt_number", "receipt_line", "po_number", "po_line", "item", "quantity", "uom", "receipt_date"],
    "invoices": [
        "document_type", "supplier_id", "supplier_name", "invoice_number", "invoice_line", "invoice_date", "po_number", "po_line",
        "item", "description", "quantity", "uom", "unit_price", "amount", "tax_amount", "currency", "invoice_total",
    ],
}  # fmt: skip

folder = Path(sys.argv[1])
frames = [
    pl.scan_csv(folder / f"{name}.csv", infer_schema=False).select(columns).collect()
    for name, columns in COLUMNS.items()
]
print(sum(frame.height for frame in frames))
