"""The feeds, declared once: their columns, the kind of each, and which of them are features, labels or names."""

from __future__ import annotations

from recon.kinds import (
    COUNT,
    CURRENCY,
    DAY,
    FIGURE,
    IDENTIFIER,
    MONEY,
    NUMBER,
    PROSE,
    SCORE,
    TRUTH,
    UNIT_PRICE,
    WHOLE,
    word,
)
from recon.tables import PLACE, Table

KNOWN = {"event_at": DAY, "known_at": DAY}
"""When it happened by its own date, and when it was booked: nothing counts for a row that was not known before it."""

FEED_PRICE = Table(
    "feed_price",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        "item": IDENTIFIER,
        "category": PROSE,
        "buyer": PROSE,
        **KNOWN,
        "month": WHOLE,
        "quantity": COUNT.computed(),
        "uom": PROSE,
        "base_price": UNIT_PRICE.computed(),
        "log_price": SCORE,
        "n_before": WHOLE,
        "last_price": UNIT_PRICE.computed(),
        "median_log": SCORE,
        "mad_log": SCORE,
        "days_since_last": WHOLE,
        "order_price_ratio": SCORE,
        "terms": PROSE,
        "label_price_variance": TRUTH,
        "label_credited": TRUTH,
        **PLACE,
    },
)
"""A row an invoice line with a price: the price in base currency per unit of the order beside the last 20 of supplier, item and unit."""

FEED_INVOICE = Table(
    "feed_invoice",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "invoice_number": NUMBER,
        "document_type": PROSE,
        **KNOWN,
        "weekday": WHOLE,
        "base_amount": MONEY.computed(),
        "lines": WHOLE,
        "round_amount": TRUTH,
        "days_from_order": WHOLE,
        "link_score": SCORE,
        "supplier_age_days": WHOLE,
        "n_before": WHOLE,
        "first_pass_before": SCORE,
        "label_first_decision": PROSE,
        "label_decision": PROSE,
        "label_outcome": word("paid", "credited", "open"),
        "label_days_to_paid": WHOLE,
    },
)
"""A row an invoice as it arrives; `first_pass_before` counts decisions as they stood at the end of earlier months."""

FEED_SPEND = Table(
    "feed_spend",
    {
        "supplier_id": IDENTIFIER,
        "category": PROSE,
        **KNOWN,
        "ordered": MONEY.computed(),
        "received": MONEY.computed(),
        "invoiced": MONEY.computed(),
        "paid": MONEY.computed(),
        "open_commitment": MONEY.computed(),
        "price_index": SCORE,
        "label_invoiced_next_4_weeks": MONEY.computed(),
    },
)
"""A row a week, supplier and category, in base currency; known when the week is over."""

FEED_DELIVERY = Table(
    "feed_delivery",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "item": IDENTIFIER,
        **KNOWN,
        "quantity": COUNT.computed(),
        "lead_days": WHOLE,
        "n_before": WHOLE,
        "late_share_before": SCORE,
        "median_late_days_before": SCORE,
        "label_late_days": WHOLE,
        "label_in_full": TRUTH,
        **PLACE,
    },
)
"""A row an order line at its order date, beside what was known then of how late its supplier is."""

FEED_GL = Table(
    "feed_gl",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        **KNOWN,
        "category": PROSE,
        "description": PROSE,
        "plant": IDENTIFIER,
        "amount": MONEY.computed(),
        "base_amount": MONEY.computed(),
        "label_gl_account": IDENTIFIER,
        **PLACE,
    },
)
"""A row an invoice line, and the account on which it was booked."""

ANOMALIES = Table(
    "anomalies",
    {
        "code": PROSE,
        "severity": PROSE,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        "item": IDENTIFIER,
        "actual": FIGURE,
        "expected": FIGURE,
        "n": WHOLE,
        "scale": SCORE,
        "z": SCORE,
        "level": word("supplier and item", "item", "last price"),
        "base_amount": MONEY.computed(),
        "currency": CURRENCY,
        "known_at": DAY,
        "message": PROSE,
        **PLACE,
    },
)
"""What is unusual by its own history, the worst first and no more than the budget."""

GL_SUGGESTIONS = Table(
    "gl_suggestions",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "invoice_number": NUMBER,
        "invoice_line": IDENTIFIER,
        "gl_account": IDENTIFIER,
        "confidence": SCORE,
        "basis": PROSE,
        "level": PROSE,
        "alternatives": PROSE,
        "known_at": DAY,
        **PLACE,
    },
)
"""Accounts for lines that name none, by what was booked before: proposals, never a posting."""

FEEDS = (FEED_PRICE, FEED_INVOICE, FEED_SPEND, FEED_DELIVERY, FEED_GL)
"""The feeds; columns that begin with `label_` are what a model is to foretell, and no feature."""
