"""The frames of month-end about money and figures, declared once: what is committed, due, paid and foreseen."""

from __future__ import annotations

from recon.kinds import (
    COUNT,
    CURRENCY,
    DAY,
    FIGURE,
    IDENTIFIER,
    MARKS,
    MONEY,
    NUMBER,
    PERCENT,
    PROSE,
    SCORE,
    TRUTH,
    WHOLE,
    word,
)
from recon.tables import PLACE, Table

COMMITMENTS = Table(
    "commitments",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "category": PROSE,
        "cost_centre": IDENTIFIER,
        "project": IDENTIFIER,
        "buyer": PROSE,
        "state": word("ordered_not_received", "received_not_invoiced", "invoiced_held", "invoiced_due", "paid"),
        "quantity": COUNT.computed(),
        "uom": PROSE,
        "amount": MONEY.computed(),
        "currency": CURRENCY,
        "base_amount": MONEY.computed(),
        "expected_receipt_date": DAY,
        "expected_invoice_date": DAY,
        "due_date": DAY,
        "pay_date": DAY,
        "week": PROSE,
        "basis": word("fact", "terms", "median", "default"),
        "n": WHOLE,
        **PLACE,
    },
)
"""What each order line's money is at: its open order, goods, bills and payments, at the order's price; they add up to all
that is ordered, received or billed of it, whichever is most. The days are foreseen as those of CASH_OUT; of several bills the first
to be due is told, of what is paid the last payment."""

COMMITTED_SPEND = Table(
    "committed_spend",
    {
        "dimension": PROSE,
        "value": PROSE,
        "currency": CURRENCY,
        **dict.fromkeys(COMMITMENTS.kinds["state"].words, MONEY.computed()),
        "amount": MONEY.computed(),
        "lines": WHOLE,
    },
)
"""What is committed by supplier, category, cost centre, project and buyer, a column a state; `amount` is all of it."""

DUES = Table(
    "dues",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "document_type": PROSE,
        "invoice_date": DAY,
        "decision": PROSE,
        "amount": MONEY.computed(),
        "paid_amount": MONEY.computed(),
        "open_amount": MONEY.computed(),
        "currency": CURRENCY,
        "terms": PROSE,
        "basis": word("due_date", "invoice_terms", "order_terms", "supplier_terms", "default_terms", "terms_unknown"),
        "due_date": DAY,
        "days_left": WHOLE,
        "terms_ambiguous": TRUTH,
        "discount_percent": PERCENT,
        "discount_date": DAY,
        "discount_amount": MONEY.computed(),
        "discount_status": word("available", "at_risk", "missed", "lost", "taken"),
        "annualised_percent": PERCENT.computed(),
        "blocked_by": MARKS,
        "paid_on": DAY,
        "posting_date": DAY,
        "received_date": DAY,
        "invoice_key": IDENTIFIER,
        **PLACE,
    },
)
"""Each invoice with tax: when it is due and by what, what is paid of it, and its cash discount."""

DISCOUNTS = Table(
    "discounts",
    {
        name: DUES.kinds[name]
        for name in (
            *("company", "supplier_id", "supplier_name", "invoice_number", "document_type", "terms", "discount_status"),
            *("discount_date", "discount_percent", "discount_amount", "currency", "annualised_percent", "decision"),
            *("blocked_by", "due_date", "paid_on", *PLACE),
        )
    },
)
"""The invoices that offer a cash discount: whether it is to be had, at risk and by what, missed, lost or taken."""

CASH_OUT = Table(
    "cash_out",
    {
        "currency": CURRENCY,
        "week": PROSE,
        "first_day": DAY,
        "state": word("invoiced_due", "invoiced_held", "received_not_invoiced", "ordered_not_received"),
        "basis": word("fact", "terms", "median", "default"),
        "n": WHOLE,
        "amount": MONEY.computed(),
        "lines": WHOLE,
    },
)
"""What goes out by ISO week: overdue, thirteen weeks, later, and unknown where nothing says when. `basis`: the invoice's own due
date, terms, or for goods that are not billed the median of `n` bills before (default: the bill comes at once)."""

CASH_BACKTEST = Table(
    "cash_backtest",
    {
        "currency": CURRENCY,
        "week": PROSE,
        "first_day": DAY,
        "forecast": MONEY.computed(),
        "paid": MONEY.computed(),
        "error": MONEY.computed(),
    },
)
"""What invoices known thirteen weeks ago were to cost in each week since, and what was paid in it."""

KPIS = Table(
    "kpis",
    {
        "name": PROSE,
        "period": PROSE,
        "grain": word("invoice", "line", "amount"),
        "scope": word("all", "supplier", "company", "category", "buyer"),
        "scope_value": PROSE,
        "numerator": FIGURE,
        "denominator": FIGURE,
        "value": FIGURE,
        "n": WHOLE,
        "low": SCORE,
        "high": SCORE,
        "currency": CURRENCY,
        "definition": PROSE,
        "source": word("exports", "payments", "history", "user"),
    },
)
"""Figures that people are judged by, as exact fractions (a median over 1); `source` says what they need; `low` and `high` are the 95 percent interval of a share of few."""
