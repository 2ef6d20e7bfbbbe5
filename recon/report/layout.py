"""What a report says, once for all renderings: its sheets, the order, titles and kinds of their columns, the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from recon.ledger.reconcile import Reconciliation

Kind = Literal[
    "text", "mark", "amount", "base_amount", "price", "quantity", "number", "score", "whole", "date", "truth"
]
"""`mark` is a word that has a colour; `amount` is in the row's currency; `number` may be anything, a date too."""

FRAMES = (
    "discrepancies",
    "invoice_lines",
    "order_lines",
    "receipt_lines",
    "invoices",
    "supplier_links",
    "rejects",
    "left_out",
    "allocations",
    "bridge",
)
"""The frames that are written as files, each under its own name."""


def frames_of(reconciliation: Reconciliation) -> dict[str, pl.DataFrame]:
    """Return every frame of the report by name."""
    return {name: getattr(reconciliation, name) for name in FRAMES}


@dataclass(frozen=True)
class Column:
    """One column of a sheet; `width` in characters."""

    name: str
    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One table for people: the frame it shows and the columns to put first, in order."""

    title: str
    frame: str
    names: tuple[str, ...]
    note: str
    frozen: int = 0
    """How many columns stay in view."""
    always: bool = True
    """Whether the sheet is there without rows."""
    whole: bool = False
    """Whether columns without a single value are shown too."""


_COLUMNS = (
    Column("severity", "Severity", "mark", 10),
    Column("decision", "Decision", "mark", 10),
    Column("status", "Status", "mark", 11),
    Column("code", "Code", "text", 24),
    Column("codes", "Codes", "text", 44),
    Column("message", "What was found", "text", 62),
    Column("supplier_id", "Supplier", "text", 12),
    Column("supplier_name", "Supplier name", "text", 28),
    Column("supplier_vat_id", "VAT id", "text", 16),
    Column("iban", "IBAN (masked)", "text", 16),
    Column("document_type", "Document", "text", 12),
    Column("invoice_number", "Invoice", "text", 16),
    Column("invoice_line", "Invoice line", "text", 8),
    Column("receipt_number", "Receipt", "text", 14),
    Column("receipt_line", "Receipt line", "text", 9),
    Column("po_number", "Order", "text", 14),
    Column("po_line", "Order line", "text", 8),
    Column("order_po_number", "Linked order", "text", 14),
    Column("order_po_line", "Linked line", "text", 8),
    Column("order_supplier_id", "Order's supplier", "text", 12),
    Column("receipts", "Receipts used", "text", 24),
    Column("currency", "Currency", "text", 9),
    Column("source", "File", "text", 24),
    Column("row", "Row", "whole", 8),
    Column("expected", "Expected", "number", 14),
    Column("actual", "Actual", "number", 14),
    Column("variance", "Variance", "number", 14),
    Column("variance_percent", "Variance %", "score", 11),
    Column("limit", "Limit", "number", 12),
    Column("tolerance", "Tolerance", "text", 18),
    Column("amount_at_risk", "Amount at risk", "amount", 16),
    Column("discrepancy_id", "Discrepancy id", "text", 20),
    Column("quantity", "Quantity", "quantity", 12),
    Column("unit_price", "Unit price", "price", 13),
    Column("price_unit", "Price per", "quantity", 9),
    Column("amount", "Amount", "amount", 16),
    Column("base_amount", "Amount in base currency", "base_amount", 16),
    Column("tax_amount", "Tax amount", "amount", 14),
    Column("tax_rate", "Tax rate", "score", 9),
    Column("invoice_net", "Invoice net", "amount", 16),
    Column("invoice_tax", "Invoice tax", "amount", 14),
    Column("invoice_total", "Invoice total", "amount", 16),
    Column("received_not_invoiced_amount", "Received, not invoiced: amount", "amount", 18),
    Column("received_not_invoiced", "Received, not invoiced", "quantity", 14),
    Column("invoiced_not_received", "Invoiced, not received", "quantity", 14),
    Column("price_variance", "Price variance", "price", 13),
    Column("price_variance_amount", "Price variance: amount", "amount", 16),
    Column("link", "Linked by", "text", 14),
    Column("link_score", "Link score", "score", 8),
    Column("score", "Score", "score", 8),
    Column("runner_up_score", "Runner-up score", "score", 10),
    Column("margin", "Margin", "score", 8),
    Column("given_iban", "Given IBAN (masked)", "text", 18),
    Column("given_name", "Given name", "text", 30),
    Column("reason", "Why", "text", 48),
    Column("value", "Value", "text", 24),
    Column("group_id", "Group", "text", 12),
)
_KNOWN: Mapping[str, Column] = {column.name: column for column in _COLUMNS}

_ACRONYMS = {"id": "id", "vat": "VAT", "iban": "IBAN", "uom": "unit", "po": "order"}

SHEETS = (
    Sheet(
        "Discrepancies",
        "discrepancies",
        (
            *("severity", "code", "message", "amount_at_risk", "currency", "supplier_id", "supplier_name"),
            *(
                "invoice_number",
                "invoice_line",
                "po_number",
                "po_line",
                "receipt_number",
                "measure",
                "expected",
                "actual",
            ),
            *("variance", "variance_percent", "limit", "tolerance", "source", "row", "discrepancy_id"),
        ),
        "Every finding, with its facts; the last two columns are for the reviewer.",
        frozen=2,
        whole=True,
    ),
    Sheet(
        "Invoices",
        "invoices",
        (
            *("decision", "status", "supplier_id", "supplier_name", "invoice_number", "document_type", "invoice_date"),
            *("currency", "amount", "amount_at_risk", "lines", "codes", "company", "group_id"),
        ),
        "One row an invoice: pay, review or hold, and why.",
        frozen=1,
    ),
    Sheet(
        "Invoice lines",
        "invoice_lines",
        (
            *("decision", "status", "codes", "supplier_id", "supplier_name", "invoice_number", "invoice_line"),
            *("invoice_date", "document_type", "line_type", "po_number", "po_line", "item", "description"),
            *("quantity", "uom", "unit_price", "price_unit", "amount", "currency", "ordered", "received"),
            *("invoiced_before", "price_variance", "price_variance_amount", "quantity_variance", "amount_at_risk"),
            *("link", "link_score", "policy", "order_po_number", "order_po_line", "order_supplier_id", "receipts"),
        ),
        "Every invoice line with the order line it was matched to.",
        frozen=3,
    ),
    Sheet(
        "Order lines",
        "order_lines",
        (
            *("status", "codes", "po_number", "po_line", "supplier_id", "supplier_name", "item", "description"),
            *("quantity", "uom", "unit_price", "price_unit", "amount", "currency", "received", "invoiced"),
            *("received_not_invoiced", "received_not_invoiced_amount", "invoiced_not_received", "open_to_receive"),
            *("order_date", "due_date", "policy"),
        ),
        "Every order line with what was received and invoiced on it.",
        frozen=4,
    ),
    Sheet(
        "Receipt lines",
        "receipt_lines",
        (
            *("status", "codes", "receipt_number", "receipt_line", "receipt_date", "po_number", "po_line", "item"),
            *("quantity", "uom", "quantity_used", "quantity_accepted", "quantity_rejected", "link"),
        ),
        "Every goods receipt with how much of it the invoices use.",
        frozen=4,
    ),
    Sheet(
        "Suppliers",
        "supplier_links",
        (
            *("state", "side", "given_id", "given_name", "given_vat_id", "given_iban", "supplier_id", "supplier_name"),
            *("method", "score", "margin", "runner_up_id", "runner_up_score", "lines", "amount", "reason"),
        ),
        "How each supplier, as written, was recognised.",
    ),
    Sheet(
        "Rejects",
        "rejects",
        (
            *("table", "source", "row", "column", "value", "reason", "supplier_id", "supplier_name", "invoice_number"),
            *("po_number", "receipt_number", "amount", "currency", "company"),
        ),
        "Rows that could not be read: mend them at the source and run again.",
        whole=True,
    ),
    Sheet(
        "Left out",
        "left_out",
        ("table", "number", "line", "date", "amount", "currency", "reason", "source", "row"),
        "Rows dated after the day of the report; they take no part.",
        always=False,
    ),
)

REVIEW_COLUMNS = (
    Column("review_decision", "Your decision", "text", 14),
    Column("review_note", "Your note", "text", 36),
)
"""Empty columns at the end of discrepancies and suppliers, for the reviewer; for a supplier `accept` or an id."""


def columns_of(sheet: Sheet, frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return what the sheet shows of `frame`: its own order first, then the rest, carried columns too; place last."""
    last = tuple(name for name in ("source", "row") if name not in sheet.names)
    rest = tuple(name for name in frame.columns if name not in (*sheet.names, *last))
    names = [name for name in (*sheet.names, *rest, *last) if name in frame.columns]
    if not sheet.whole and frame.height:
        names = [name for name in names if frame.get_column(name).null_count() < frame.height]
    return tuple(describe(name, frame.schema[name]) for name in names)


def describe(name: str, dtype: pl.DataType) -> Column:
    """Return title, kind and width of a column, known or carried."""
    if name in _KNOWN:
        return _KNOWN[name]
    words = " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))
    return Column(name, words[:1].upper() + words[1:], _kind(dtype), 14 if dtype.is_numeric() else 24)


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_decimal():
        return "quantity"
    if dtype.is_integer():
        return "whole"
    if dtype.is_temporal():
        return "date"
    return "truth" if str(dtype) == "Boolean" else "text"
