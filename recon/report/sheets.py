"""The sheets of the workbook in order."""

from __future__ import annotations

from recon.report.layout import Sheet

_ENTRIES = ("decision_note", "decision_owner")
SHEETS = (
    Sheet(
        "To do",
        "to_do",
        (
            *("no", "your_decision", "decision_reason", "invoice_number", "invoice_line", "severity", "supplier_name"),
            *("wrong", "amount_at_risk", "currency", "billed", "received", "ordered", "unit"),
            *("price_billed", "price_ordered", "invoice_date", "due_date", "days_left", "whom", "buyer", *_ENTRIES),
            *("first_seen", "decision_state", "code", "po_number", "po_line", "receipts", "line_at", "order_at"),
            *("message", "supplier_id", "company", "subject_id", "discrepancy_id", "once", "facts"),
        ),
        "What needs a person, the most urgent first: fill in the yellow cells.",
        frozen=5,
        whole=True,
        alone=True,
        flat=True,
    ),
    Sheet(
        "Invoices",
        "invoices",
        (
            *("your_decision", "decision_reason", "decision", "invoice_number", "supplier_name", "wrong", "amount"),
            *("currency", "invoice_date", "due_date", "discount_date", "document_type", "supplier_id", "status"),
            *("lines", "lines_at", "amount_at_risk", *_ENTRIES, "effective_decision", "decision_state", "decided_by"),
            *("codes", "company", "group_id", "invoice_key", "facts"),
        ),
        "One row an invoice; a decision here covers the whole invoice.",
        frozen=4,
        flat=True,
    ),
    Sheet(
        "Invoice lines",
        "invoice_lines",
        (
            *("invoice_number", "invoice_line", "decision", "status", "codes", "supplier_id", "supplier_name"),
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
            *("po_number", "po_line", "status", "codes", "supplier_id", "supplier_name", "item", "description"),
            *("quantity", "uom", "unit_price", "price_unit", "amount", "currency", "received", "invoiced"),
            *("received_not_invoiced", "received_not_invoiced_amount", "invoiced_not_received", "open_to_receive"),
            *("order_date", "due_date", "policy"),
        ),
        "Every order line with what was received and invoiced on it.",
        frozen=3,
    ),
    Sheet(
        "Receipt lines",
        "receipt_lines",
        (
            *("receipt_number", "receipt_line", "status", "codes", "receipt_date", "po_number", "po_line", "item"),
            *("quantity", "uom", "quantity_used", "quantity_accepted", "quantity_rejected", "link"),
        ),
        "Every goods receipt with how much of it the invoices use.",
        frozen=3,
    ),
    Sheet(
        "By supplier",
        "by_supplier",
        (
            *("supplier_name", "supplier_id", "invoices", "on_hold", "to_review", "amount", "amount_on_hold"),
            *("difference", "currency", "oldest", "most_frequent"),
        ),
        "Whom to talk to first: one row a supplier and currency.",
        frozen=1,
        alone=True,
    ),
    Sheet(
        "By buyer",
        "by_buyer",
        (
            *("buyer", "invoices", "on_hold", "to_review", "amount", "amount_on_hold", "difference", "currency"),
            *("oldest", "most_frequent"),
        ),
        "The same by the buyer that the orders name.",
        frozen=1,
        always=False,
        alone=True,
    ),
    Sheet(
        "Accrual",
        "accrual",
        (
            *("po_number", "po_line", "supplier_id", "supplier_name", "item", "description", "receipt_number"),
            *("receipt_line", "receipt_date", "age", "open_quantity", "uom", "open_amount", "currency", "company"),
            *("source", "row"),
        ),
        "Received and not yet invoiced, by receipt, the oldest first, at order prices.",
        frozen=2,
        alone=True,
    ),
    Sheet(
        "Suppliers",
        "supplier_links",
        (
            *("your_decision", "state", "side", "given_id", "given_name", "given_vat_id", "given_iban", "supplier_id"),
            *("supplier_name", "method", "score", "margin", "runner_up_id", "runner_up_score", "lines", "amount"),
            *("reason", "decision_note", "choice", "choice_proposed", "choice_other"),
        ),
        "How each supplier, as written, was recognised; those that need a person first.",
        frozen=1,
        whole=True,
    ),
    Sheet(
        "Information",
        "information",
        (
            *("severity", "code", "wrong", "amount_at_risk", "currency", "supplier_name", "invoice_number"),
            *("invoice_line", "po_number", "po_line", "receipt_number", "message", "expected", "actual", "variance"),
            *("variance_percent", "limit", "tolerance", "supplier_id", "source", "row", "subject_id", "discrepancy_id"),
        ),
        "Findings that stop nothing.",
        frozen=2,
        alone=True,
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
        "Rows that take no part, and why.",
    ),
    Sheet(
        "Rules",
        "rules",
        ("kind", "rule", "times", "what", "file", "line"),
        "The rules that decided something, where they stand and how often.",
        alone=True,
    ),
)
