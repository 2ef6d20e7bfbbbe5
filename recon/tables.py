"""Every frame that crosses a stage, declared once: its columns, their types, its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars.datatypes import DataType, DataTypeClass

TEXT = pl.String
PRICE = pl.Decimal(38, 10)
"""Unit prices, exchange rates and conversion factors: ten fractional digits, below 10^12."""
QUANTITY = pl.Decimal(38, 6)
"""Quantities, percentages and amounts: six fractional digits, quantities below 10^12, amounts below 10^15."""
AMOUNT = QUANTITY
EXACT = pl.Decimal(38, 18)
"""What is computed: exact where it ends within 18 places, else rounded half away from zero to 10."""
CODES = pl.List(pl.String)

NO_CURRENCY = "XXX"
"""ISO 4217's own code for "no currency": the key under which amounts without one are counted."""


@dataclass(frozen=True)
class Table:
    """The contract of one frame: column -> type, the columns that may not be null, the key that names a row."""

    name: str
    columns: Mapping[str, DataType | DataTypeClass]
    required: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    formerly: Mapping[str, str] = field(default_factory=dict)

    def empty(self) -> pl.DataFrame:
        """Return a frame with these columns and no rows."""
        return pl.DataFrame(schema=dict(self.columns))

    def cast(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` with every column of the table (null where absent), in order, then its own extra columns."""
        present = [
            pl.col(c).cast(t) if c in frame.columns else pl.lit(None, t).alias(c) for c, t in self.columns.items()
        ]
        return frame.select(*present, *(c for c in frame.columns if c not in self.columns))

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` if it keeps the contract; a column missing or of another type is a bug."""
        from recon.errors import InvariantError

        wrong = [f"{c}: {frame.schema.get(c)} is not {t}" for c, t in self.columns.items() if frame.schema.get(c) != t]
        if wrong:
            raise InvariantError(f"frame {self.name}: {'; '.join(wrong)}")
        return frame


PLACE = {"source": TEXT, "row": pl.Int64}

ORDER_LINES = Table(
    "order_lines",
    {
        "company": TEXT,
        "po_number": TEXT,
        "po_line": TEXT,
        "supplier_id": TEXT,
        "supplier_name": TEXT,
        "supplier_vat_id": TEXT,
        "item": TEXT,
        "description": TEXT,
        "category": TEXT,
        "quantity": QUANTITY,
        "uom": TEXT,
        "unit_price": PRICE,
        "price_unit": QUANTITY,
        "amount": AMOUNT,
        "currency": TEXT,
        "order_date": pl.Date,
        "due_date": pl.Date,
        "tax_rate": QUANTITY,
        "payment_terms": TEXT,
        "match_policy": TEXT,
        "over_delivery_percent": QUANTITY,
        "under_delivery_percent": QUANTITY,
        "closed": pl.Boolean,
        "closed_date": pl.Date,
        "buyer": TEXT,
        **PLACE,
    },
    required=("po_number", "po_line"),
    key=("company", "po_number", "po_line"),
)

RECEIPT_LINES = Table(
    "receipt_lines",
    {
        "company": TEXT,
        "receipt_number": TEXT,
        "receipt_line": TEXT,
        "po_number": TEXT,
        "po_line": TEXT,
        "item": TEXT,
        "quantity": QUANTITY,
        "quantity_accepted": QUANTITY,
        "quantity_rejected": QUANTITY,
        "uom": TEXT,
        "receipt_date": pl.Date,
        "delivery_note": TEXT,
        "movement": TEXT,
        **PLACE,
    },
    required=("receipt_number", "po_number", "quantity"),
    key=("company", "receipt_number", "receipt_line"),
)

INVOICE_LINES = Table(
    "invoice_lines",
    {
        "company": TEXT,
        "document_type": TEXT,
        "supplier_id": TEXT,
        "supplier_name": TEXT,
        "supplier_vat_id": TEXT,
        "iban": TEXT,
        "invoice_number": TEXT,
        "invoice_line": TEXT,
        "invoice_date": pl.Date,
        "posting_date": pl.Date,
        "due_date": pl.Date,
        "po_number": TEXT,
        "po_line": TEXT,
        "item": TEXT,
        "description": TEXT,
        "quantity": QUANTITY,
        "uom": TEXT,
        "unit_price": PRICE,
        "price_unit": QUANTITY,
        "amount": AMOUNT,
        "tax_amount": AMOUNT,
        "tax_rate": QUANTITY,
        "currency": TEXT,
        "line_type": TEXT,
        "invoice_net": AMOUNT,
        "invoice_tax": AMOUNT,
        "invoice_total": AMOUNT,
        **PLACE,
    },
    required=("invoice_number",),
    key=("company", "supplier_id", "invoice_number", "invoice_line"),
)

SUPPLIERS = Table(
    "suppliers",
    {
        "supplier_id": TEXT,
        "name": TEXT,
        "vat_id": TEXT,
        "iban": TEXT,
        "country": TEXT,
        "aliases": TEXT,
        "blocked": pl.Boolean,
        "payment_terms": TEXT,
        **PLACE,
    },
    required=("supplier_id", "name"),
    key=("supplier_id",),
)

CONVERSIONS = Table(
    "conversions",
    {"item": TEXT, "supplier_id": TEXT, "from_uom": TEXT, "to_uom": TEXT, "factor": PRICE, **PLACE},
    required=("from_uom", "to_uom", "factor"),
    key=("item", "supplier_id", "from_uom", "to_uom"),
)

RATES = Table(
    "rates",
    {"currency": TEXT, "date": pl.Date, "rate": PRICE, **PLACE},
    required=("currency", "rate"),
    key=("currency", "date"),
)

REJECTS = Table(
    "rejects",
    {
        "table": TEXT,
        **PLACE,
        "column": TEXT,
        "value": TEXT,
        "reason": TEXT,
        "company": TEXT,
        "po_number": TEXT,
        "receipt_number": TEXT,
        "invoice_number": TEXT,
        "supplier_id": TEXT,
        "supplier_name": TEXT,
        "amount": AMOUNT,
        "currency": TEXT,
    },
    required=("table", "source", "row", "reason"),
    key=("table", "source", "row"),
)
"""One row a rejected source row: its first bad cell, and what could be read of the keys it names."""

CANONICAL = {
    "orders": ORDER_LINES,
    "receipts": RECEIPT_LINES,
    "invoices": INVOICE_LINES,
    "suppliers": SUPPLIERS,
    "conversions": CONVERSIONS,
    "rates": RATES,
}
"""Name of a source in the rules file -> the table it fills."""

TABLES = (ORDER_LINES.name, RECEIPT_LINES.name, INVOICE_LINES.name)
"""The tables whose lines are matched."""

SUPPLIER_LINKS = Table(
    "supplier_links",
    {
        "side": TEXT,  # invoice | order
        "given_id": TEXT,
        "given_name": TEXT,
        "given_vat_id": TEXT,
        "given_iban": TEXT,
        "supplier_id": TEXT,
        "supplier_name": TEXT,
        "method": TEXT,  # id | vat_id | iban | alias | name | fuzzy | order | none
        "score": EXACT,
        "runner_up_id": TEXT,
        "runner_up_score": EXACT,
        "margin": EXACT,
        "state": TEXT,  # null | supplier_uncertain | supplier_unknown
        "reason": TEXT,
        "lines": pl.Int64,
        "amount": EXACT,
    },
)

DISCREPANCIES = Table(
    "discrepancies",
    {
        "discrepancy_id": TEXT,
        "code": TEXT,
        "severity": TEXT,
        "supplier_id": TEXT,
        "supplier_name": TEXT,
        "invoice_number": TEXT,
        "invoice_line": TEXT,
        "po_number": TEXT,
        "po_line": TEXT,
        "receipt_number": TEXT,
        "measure": TEXT,
        "expected": TEXT,
        "actual": TEXT,
        "variance": EXACT,
        "variance_percent": EXACT,
        "limit": EXACT,
        "tolerance": TEXT,
        "amount_at_risk": EXACT,
        "currency": TEXT,
        "message": TEXT,
        **PLACE,
    },
)
"""`expected` and `actual` are text because a measure may be a number or a date; decimals in plain notation."""

INVOICE_RESULTS = Table(
    "invoice_lines",
    {
        **INVOICE_LINES.columns,
        "quantity": EXACT,
        "unit_price": EXACT,
        "amount": EXACT,
        "link": TEXT,
        "link_score": EXACT,
        "order_supplier_id": TEXT,
        "order_po_number": TEXT,
        "order_po_line": TEXT,
        "policy": TEXT,
        "ordered": EXACT,
        "received": EXACT,
        "invoiced_before": EXACT,
        "price_variance": EXACT,
        "price_variance_amount": EXACT,
        "quantity_variance": EXACT,
        "receipts": TEXT,
        "base_amount": EXACT,
        "amount_at_risk": EXACT,
        "group_id": TEXT,
        "status": TEXT,
        "decision": TEXT,
        "codes": CODES,
    },
)

RECEIPT_RESULTS = Table(
    "receipt_lines",
    {
        **RECEIPT_LINES.columns,
        "link": TEXT,
        "order_po_number": TEXT,
        "order_po_line": TEXT,
        "quantity_used": EXACT,
        "group_id": TEXT,
        "status": TEXT,
        "codes": CODES,
    },
)

ORDER_RESULTS = Table(
    "order_lines",
    {
        **ORDER_LINES.columns,
        "policy": TEXT,
        "received": EXACT,
        "invoiced": EXACT,
        "received_not_invoiced": EXACT,
        "received_not_invoiced_amount": EXACT,
        "invoiced_not_received": EXACT,
        "open_to_receive": EXACT,
        "group_id": TEXT,
        "status": TEXT,
        "codes": CODES,
    },
)

INVOICES = Table(
    "invoices",
    {
        "company": TEXT,
        "supplier_id": TEXT,
        "supplier_name": TEXT,
        "invoice_number": TEXT,
        "document_type": TEXT,
        "invoice_date": pl.Date,
        "currency": TEXT,
        "lines": pl.Int64,
        "amount": EXACT,
        "amount_at_risk": EXACT,
        "group_id": TEXT,
        "status": TEXT,
        "decision": TEXT,
        "codes": CODES,
    },
)

LEFT_OUT = Table(
    "left_out",
    {
        "table": TEXT,
        **PLACE,
        "number": TEXT,
        "line": TEXT,
        "date": pl.Date,
        "amount": EXACT,
        "currency": TEXT,
        "reason": TEXT,
    },
)

ALLOCATIONS = Table(
    "allocations",
    {
        "invoice_number": TEXT,
        "invoice_line": TEXT,
        "po_number": TEXT,
        "po_line": TEXT,
        "receipt_number": TEXT,
        "receipt_line": TEXT,
        "quantity": EXACT,
        "invoice_source": TEXT,
        "invoice_row": pl.Int64,
        "receipt_source": TEXT,
        "receipt_row": pl.Int64,
    },
)
"""Which receipts each invoice line uses, first in, first out, in the order's unit of measure."""

BRIDGE = Table(
    "bridge",
    {
        "po_number": TEXT,
        "po_line": TEXT,
        "currency": TEXT,
        "expected": EXACT,
        "price": EXACT,
        "quantity": EXACT,
        "unit": EXACT,
        "currency_part": EXACT,
        "supplier": EXACT,
        "unlinked": EXACT,
        "charge": EXACT,
        "tax": EXACT,
        "rounding": EXACT,
        "invoiced": EXACT,
        **PLACE,
    },
)
"""Per order line and currency: expected + price + quantity + unit + currency_part + supplier + unlinked + charge + tax
+ rounding = invoiced, to the last digit; lines without an order are one row per currency."""


@dataclass(frozen=True)
class Sources:
    """What was read: canonical frames (each row with its `source` and `row`), and the rows that could not be."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    suppliers: pl.DataFrame = field(default_factory=SUPPLIERS.empty)
    conversions: pl.DataFrame = field(default_factory=CONVERSIONS.empty)
    rates: pl.DataFrame = field(default_factory=RATES.empty)
    rejects: pl.DataFrame = field(default_factory=REJECTS.empty)
    files: tuple[Mapping[str, object], ...] = ()
    """Per file read: source name, path, sha256, bytes, rows, preset and its sha256 where one was used, `notes` of the reader."""
