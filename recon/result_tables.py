"""What a match gives: every frame that is published, declared once: its columns and their kinds."""

from __future__ import annotations

from recon.kinds import (
    COUNT,
    CURRENCY,
    DAY,
    FIGURE,
    IBAN,
    IDENTIFIER,
    MARKS,
    MONEY,
    NUMBER,
    PROSE,
    SCORE,
    UNIT_PRICE,
    WHOLE,
    word,
)
from recon.tables import INVOICE_LINES, ORDER_LINES, PLACE, RECEIPT_LINES, Table

SUPPLIER_LINKS = Table(
    "supplier_links",
    {
        "side": PROSE,  # invoice | order
        "given_id": IDENTIFIER,
        "given_name": PROSE,
        "given_vat_id": PROSE,
        "given_iban": IBAN,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "method": PROSE,  # id | vat_id | iban | alias | name | fuzzy | order | none
        "score": SCORE,
        "runner_up_id": IDENTIFIER,
        "runner_up_score": SCORE,
        "margin": SCORE,
        "state": PROSE,  # null | supplier_uncertain | supplier_unknown
        "reason": PROSE,
        "lines": WHOLE,
        "amount": MONEY.computed(),
    },
)

DECIDED = {"effective_decision": PROSE, "decided_by": PROSE, "decision_state": PROSE}
"""What came of people's decisions: `decision_state` is applied | carried | stale | expired, absent where nobody decided."""
GIVEN = {
    "given_decision": PROSE,
    "decision_reason": PROSE,
    "decision_note": PROSE,
    "decision_owner": PROSE,
    "decided_on": PROSE,
}
"""What a person entered, whatever came of it, and when (UTC)."""

DISCREPANCIES = Table(
    "discrepancies",
    {
        "discrepancy_id": IDENTIFIER,
        "subject_id": IDENTIFIER,
        "invoice_key": IDENTIFIER,
        "code": PROSE,
        "severity": PROSE,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "receipt_number": NUMBER,
        "measure": PROSE,
        "expected": PROSE,
        "actual": PROSE,
        "variance": FIGURE,
        "variance_percent": SCORE,
        "limit": FIGURE,
        "tolerance": PROSE,
        "amount_at_risk": MONEY.computed(),
        "amount": MONEY.computed(),  # what the invoice line bills
        "currency": CURRENCY,
        "message": PROSE,
        **PLACE,
        **DECIDED,
        "first_seen": DAY,  # the day of the first run into its folder that found it, where it could stop a payment
        **GIVEN,
    },
)
"""`expected` and `actual` are text because a measure may be a number or a date; decimals in plain notation."""

INVOICE_RESULTS = Table(
    "invoice_lines",
    {
        **INVOICE_LINES.kinds,
        "quantity": COUNT.computed(),
        "unit_price": UNIT_PRICE.computed(),
        "amount": MONEY.computed(),
        "link": PROSE,
        "link_score": SCORE,
        "order_supplier_id": IDENTIFIER,
        "order_po_number": NUMBER,
        "order_po_line": IDENTIFIER,
        "policy": PROSE,
        "ordered": COUNT.computed(),
        "received": COUNT.computed(),
        "invoiced_before": COUNT.computed(),
        "price_variance": UNIT_PRICE.computed(),
        "price_variance_amount": MONEY.computed(),
        "quantity_variance": COUNT.computed(),
        "receipts": PROSE,
        "base_amount": MONEY.computed(),
        "amount_at_risk": MONEY.computed(),
        "group_id": IDENTIFIER,
        "status": PROSE,
        "decision": PROSE,
        "codes": MARKS,
        "invoice_key": IDENTIFIER,
        **DECIDED,
    },
)

RECEIPT_RESULTS = Table(
    "receipt_lines",
    {
        **RECEIPT_LINES.kinds,
        "link": PROSE,
        "order_po_number": NUMBER,
        "order_po_line": IDENTIFIER,
        "quantity_used": COUNT.computed(),
        "quantity_counted": COUNT.computed(),
        "group_id": IDENTIFIER,
        "status": PROSE,
        "codes": MARKS,
    },
)

ORDER_RESULTS = Table(
    "order_lines",
    {
        **ORDER_LINES.kinds,
        "policy": PROSE,
        "received": COUNT.computed(),
        "invoiced": COUNT.computed(),
        "received_not_invoiced": COUNT.computed(),
        "received_not_invoiced_amount": MONEY.computed(),
        "invoiced_not_received": COUNT.computed(),
        "open_to_receive": COUNT.computed(),
        "expected_quantity": COUNT.computed(),
        "expected_price": UNIT_PRICE.computed(),
        "group_id": IDENTIFIER,
        "status": PROSE,
        "codes": MARKS,
    },
)

INVOICES = Table(
    "invoices",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "document_type": word("invoice", "credit_note"),
        "invoice_date": DAY,
        "currency": CURRENCY,
        "lines": WHOLE,
        "amount": MONEY.computed(),
        "amount_at_risk": MONEY.computed(),
        "group_id": IDENTIFIER,
        "status": PROSE,
        "decision": PROSE,
        "codes": MARKS,
        "invoice_key": IDENTIFIER,
        "invoice_facts": IDENTIFIER,
        **DECIDED,
        **GIVEN,
    },
)

LEFT_OUT = Table(
    "left_out",
    {
        "table": PROSE,
        **PLACE,
        "number": PROSE,
        "line": PROSE,
        "date": DAY,
        "amount": MONEY.computed(),
        "currency": CURRENCY,
        "reason": PROSE,
    },
)

ALLOCATIONS = Table(
    "allocations",
    {
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "receipt_number": NUMBER,
        "receipt_line": IDENTIFIER,
        "quantity": COUNT.computed(),
        "invoice_source": PROSE,
        "invoice_row": WHOLE,
        "receipt_source": PROSE,
        "receipt_row": WHOLE,
    },
)
"""Which receipts each invoice line uses, first in, first out, in the order's unit of measure."""

BRIDGE = Table(
    "bridge",
    {
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "currency": CURRENCY,
        "expected": MONEY.computed(),
        "price": MONEY.computed(),
        "quantity": MONEY.computed(),
        "unit": MONEY.computed(),
        "currency_part": MONEY.computed(),
        "supplier": MONEY.computed(),
        "item": MONEY.computed(),
        "unlinked": MONEY.computed(),
        "charge": MONEY.computed(),
        "discount": MONEY.computed(),
        "prepayment": MONEY.computed(),
        "retention": MONEY.computed(),
        "tax": MONEY.computed(),
        "rounding": MONEY.computed(),
        "invoiced": MONEY.computed(),
        **PLACE,
    },
)
"""Per order line and currency: expected + price + quantity + unit + currency_part + supplier + item + unlinked + charge
+ discount + prepayment + retention + tax
+ rounding = invoiced, to the last digit; lines without an order are one row per currency."""
