"""The columns of a report: title, width and kind, once for all renderings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from recon import close_tables, kinds, money_tables, result_tables, tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

Kind = Literal[
    "text", "mark", "amount", "base_amount", "price", "quantity", "number", "score", "figure", "whole", "date", "truth", "entry",
    "link",
]  # fmt: skip
"""`mark` is a word that has a colour; `amount` is in the row's currency; `number` may be anything, a date too; a `figure` is a share, or not, by the row's `name`; `entry` is
for a person to fill in; `link` is a position in the sheet of another frame."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet; `width` in characters. A hidden one is for recon itself or for formulas."""

    name: str
    title: str
    kind: Kind = "text"
    width: int = 14
    hidden: bool = False


_COLUMNS = (
    Column("no", "No.", "whole", 6),
    Column("your_decision", "Your decision", "entry", 11),
    Column("decision_reason", "Reason", "entry", 18),
    Column("decision_note", "Note", "entry", 30),
    Column("decision_owner", "Owner", "entry", 12),
    Column("severity", "Severity", "mark", 10),
    Column("decision", "Decision", "mark", 10),
    Column("effective_decision", "In effect", "mark", 10),
    Column("decided_by", "Decided by", width=14),
    Column("decision_state", "State", width=10),
    Column("status", "Status", "mark", 11),
    Column("wrong", "What is wrong", width=46),
    Column("whom", "Ask", width=17),
    Column("buyer", "Buyer", width=14),
    Column("first_seen", "Since", "date", 11),
    Column("billed", "Billed", "quantity", 11),
    Column("unit", "Unit", width=14),
    Column("price_billed", "Price billed", "price", 12),
    Column("price_ordered", "Price ordered", "price", 12),
    Column("days_left", "Days left", "whole", 8),
    Column("line_at", "Its line", "link", 9),
    Column("lines_at", "Its lines", "link", 9),
    Column("order_at", "Its order line", "link", 10),
    Column("invoice_facts", "Invoice facts", hidden=True),
    Column("once", "Counted once", "amount", 12, hidden=True),
    Column("facts", "Facts", hidden=True),
    Column("code", "Code", width=24),
    Column("codes", "Codes", width=44),
    Column("message", "What was found", width=62),
    Column("subject_id", "Subject", width=20),
    Column("supplier_id", "Supplier", width=12),
    Column("supplier_name", "Supplier name", width=28),
    Column("supplier_vat_id", "VAT id", width=16),
    Column("iban", "IBAN (masked)", width=16),
    Column("document_type", "Document", width=12),
    Column("invoice_number", "Invoice", width=16),
    Column("invoice_line", "Line", width=7),
    Column("receipt_number", "Receipt", width=14),
    Column("receipt_line", "Receipt line", width=9),
    Column("po_number", "Order", width=14),
    Column("po_line", "Order line", width=8),
    Column("order_po_number", "Linked order", width=14),
    Column("order_po_line", "Linked line", width=8),
    Column("order_supplier_id", "Order's supplier", width=12),
    Column("receipts", "Receipts used", width=24),
    Column("currency", "Currency", width=9),
    Column("source", "File", width=24),
    Column("row", "Row", width=8),
    Column("expected", "Expected", "number", 14),
    Column("actual", "Actual", "number", 14),
    Column("variance", "Variance", width=14),
    Column("variance_percent", "Variance %", width=11),
    Column("limit", "Limit", width=12),
    Column("tolerance", "Tolerance", width=18),
    Column("amount_at_risk", "Amount at risk", width=16),
    Column("discrepancy_id", "Discrepancy id", width=30),
    Column("quantity", "Quantity", width=12),
    Column("unit_price", "Unit price", width=13),
    Column("price_unit", "Price per", width=9),
    Column("amount", "Amount", width=16),
    Column("base_amount", "Amount in base currency", "base_amount", 16),
    Column("closing_base_amount", "At the closing rate", "base_amount", 16),
    Column("fx_revaluation", "Revaluation", "base_amount", 14),
    Column("base_debit", "Debit in base currency", "base_amount", 16),
    Column("base_credit", "Credit in base currency", "base_amount", 16),
    Column("evidence", "By", width=44),
    Column("definition", "Definition", width=60),
    Column("statement", "What is behind it", width=60),
    Column("subject", "What", width=34),
    Column("patch", "Patch", width=40),
    Column("cleared_by", "What else would clear it", width=34),
    Column("tax_amount", "Tax amount", width=14),
    Column("tax_rate", "Tax rate", width=9),
    Column("invoice_net", "Invoice net", width=16),
    Column("invoice_tax", "Invoice tax", width=14),
    Column("invoice_total", "Invoice total", width=16),
    Column("received_not_invoiced_amount", "Received, not invoiced: amount", width=18),
    Column("received_not_invoiced", "Received, not invoiced", width=14),
    Column("invoiced_not_received", "Invoiced, not received", width=14),
    Column("price_variance", "Price variance", width=13),
    Column("price_variance_amount", "Price variance: amount", width=16),
    Column("invoices", "Invoices", "whole", 10),
    Column("on_hold", "On hold", "whole", 9),
    Column("to_review", "To review", "whole", 9),
    Column("amount_on_hold", "Amount on hold", "amount", 16),
    Column("difference", "Difference", "amount", 16),
    Column("oldest", "Oldest open", "date", 12),
    Column("most_frequent", "Most frequent", width=24),
    Column("open_quantity", "Not invoiced", "quantity", 12),
    Column("open_amount", "Amount to accrue", "amount", 16),
    Column("age", "Age in days", "whole", 9),
    Column("choice", "Choice", hidden=True),
    Column("choice_proposed", "Choice 2", hidden=True),
    Column("choice_other", "Choice 3", hidden=True),
    Column("kind", "Kind", width=12),
    Column("rule", "Rule", width=28),
    Column("times", "How often", "whole", 11),
    Column("what", "Of what", width=30),
    Column("file", "File", width=20),
    Column("line", "Line", width=8),
    Column("link", "Linked by", width=14),
    Column("link_score", "Link score", width=8),
    Column("score", "Score", width=8),
    Column("runner_up_score", "Runner-up score", width=10),
    Column("margin", "Margin", width=8),
    Column("given_iban", "Given IBAN (masked)", width=18),
    Column("given_name", "Given name", width=30),
    Column("reason", "Why", width=48),
    Column("value", "Value", width=24),
    Column("group_id", "Group", width=12),
)
_KINDS: Mapping[str, Kind] = {
    kinds.MONEY.name: "amount",
    kinds.TOTAL.name: "amount",
    kinds.UNIT_PRICE.name: "price",
    kinds.COUNT.name: "quantity",
    kinds.FACTOR.name: "quantity",
    kinds.PERCENT.name: "score",
    kinds.SCORE.name: "score",
    kinds.FIGURE.name: "number",
    kinds.WHOLE.name: "whole",
    kinds.DAY.name: "date",
    kinds.TRUTH.name: "truth",
}
"""What a column is (recon/tables.py) -> how its cells are shown; what is not here is text."""
_RESULTS = (
    *(getattr(close_tables, name) for name in ("GR_IR", "GR_IR_RECEIPTS", "TIE_OUT", "TIE_OUT_LINES", "JOURNAL", "WRITE_OFFS")),
    *(getattr(money_tables, name) for name in ("COMMITMENTS", "COMMITTED_SPEND", "DUES", "CASH_OUT", "CASH_BACKTEST", "KPIS")),
    close_tables.OPEN_POINTS, close_tables.CAUSES,
    result_tables.DISCREPANCIES, result_tables.INVOICE_RESULTS, result_tables.ORDER_RESULTS, result_tables.RECEIPT_RESULTS, result_tables.INVOICES,
    result_tables.SUPPLIER_LINKS, tables.REJECTS, result_tables.LEFT_OUT,
)  # fmt: skip
_SHOWN_AS: Mapping[str, Kind] = {
    name: _KINDS.get(kind.name, "text") for table in _RESULTS for name, kind in table.kinds.items()
}
_KNOWN: Mapping[str, Column] = {
    column.name: replace(column, kind=_SHOWN_AS.get(column.name, "text")) if column.kind == "text" else column
    for column in _COLUMNS
}

_ACRONYMS = {"id": "id", "vat": "VAT", "iban": "IBAN", "uom": "unit", "po": "order"}


def describe(name: str, dtype: pl.DataType) -> Column:
    """Return title, kind and width of a column, known or carried."""
    if name in _KNOWN:
        return _KNOWN[name]
    words = " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))
    title = words[:1].upper() + words[1:]
    width = 12 if dtype.is_temporal() else 14 if dtype.is_numeric() else 24
    return Column(name, title, _SHOWN_AS.get(name) or _kind(dtype), width)


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_decimal():
        return "quantity"
    if dtype.is_integer():
        return "whole"
    if dtype.is_temporal():
        return "date"
    return "truth" if str(dtype) == "Boolean" else "text"
