"""The frames of month-end about goods, ledger and causes, declared once: their columns, and the kind of each."""

from __future__ import annotations

from recon.kinds import (
    COUNT,
    CURRENCY,
    DAY,
    FACTOR,
    FIGURE,
    IDENTIFIER,
    MARKS,
    MONEY,
    NUMBER,
    PROSE,
    SCORE,
    TRUTH,
    UNIT_PRICE,
    WHOLE,
    word,
)
from recon.result_tables import DISCREPANCIES
from recon.tables import PLACE, Table

GR_IR = Table(
    "gr_ir",
    {
        "company": IDENTIFIER,
        "plant": IDENTIFIER,
        "account": IDENTIFIER,
        "kind": word("received_not_invoiced", "invoiced_not_received", "returned_not_credited"),
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "item": IDENTIFIER,
        "description": PROSE,
        "category": PROSE,
        "cost_centre": IDENTIFIER,
        "project": IDENTIFIER,
        "gl_account": IDENTIFIER,
        "accrue": PROSE,
        "uom": PROSE,
        "received": COUNT.computed(),
        "invoiced": COUNT.computed(),
        "open_quantity": COUNT.computed(),
        "price": UNIT_PRICE.computed(),
        "currency": CURRENCY,
        "open_amount": MONEY.computed(),
        "rate": FACTOR,
        "base_amount": MONEY.computed(),
        "closing_rate": FACTOR,
        "closing_base_amount": MONEY.computed(),
        "fx_revaluation": MONEY.computed(),
        "oldest_receipt_date": DAY,
        "last_receipt_date": DAY,
        "last_invoice_date": DAY,
        "age_days": WHOLE,
        "bucket": PROSE,
        "closed": TRUTH,
        "write_off": PROSE,
        "apart_amount": MONEY.computed(),
        "accrual_amount": MONEY.computed(),
        "rule": PROSE,
        "cause_id": IDENTIFIER,
        "codes": MARKS,
        **PLACE,
    },
)
"""Goods received, invoices received: a row an order line and kind that is open between the two. `apart_amount` is what bills
that take no part in the match bill of it, `accrual_amount` what is left to accrue, null where the ledger booked it at receipt; `rate` that at which it was booked, null
where its documents have several; `cause_id` the first cause of what is found on the order line or its documents."""

GR_IR_RECEIPTS = Table(
    "gr_ir_receipts",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "receipt_number": NUMBER,
        "receipt_line": IDENTIFIER,
        "receipt_date": DAY,
        "posting_date": DAY,
        "item": IDENTIFIER,
        "uom": PROSE,
        "open_quantity": COUNT.computed(),
        "open_amount": MONEY.computed(),
        "currency": CURRENCY,
        "rate": FACTOR,
        "base_amount": MONEY.computed(),
        "age_days": WHOLE,
        "bucket": PROSE,
        **PLACE,
    },
)
"""What is open of each receipt, in the order's unit, valued at the order's price and its own day's rate."""

TIE_OUT = Table(
    "tie_out",
    {
        "company": IDENTIFIER,
        "account": IDENTIFIER,
        "currency": CURRENCY,
        "step": PROSE,
        "amount": MONEY.computed(),
        "base_amount": MONEY.computed(),
        "lines": WHOLE,
        "evidence": PROSE,
    },
)
"""Per company, account and currency: the steps from what is explained to the ledger's balance, debit positive."""

TIE_OUT_LINES = Table(
    "tie_out_lines",
    {
        "company": IDENTIFIER,
        "account": IDENTIFIER,
        "currency": CURRENCY,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "ledger": MONEY.computed(),
        "explained": MONEY.computed(),
        "difference": MONEY.computed(),
        "postings": WHOLE,
        **PLACE,
    },
)
"""Order lines of which the ledger's own lines add up to something else than the documents say, debit positive."""

WRITE_OFFS = Table(
    "write_offs",
    {
        "company": IDENTIFIER,
        "account": IDENTIFIER,
        "kind": PROSE,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "amount": MONEY.computed(),
        "direction": word("debit", "credit"),
        "currency": CURRENCY,
        "base_amount": MONEY.computed(),
        "age_days": WHOLE,
        "write_off": PROSE,
        "to_account": IDENTIFIER,
        "cleared_by": PROSE,
        "approved_by": PROSE,
        "approved_on": DAY,
        **PLACE,
    },
)
"""Proposals to write an open item off: `amount` is what moves the account, debit positive; who approves it is left empty."""

OPEN_POINTS = Table(
    "open_points",
    {
        "point": word(
            "payment_without_invoice",
            "payment_ambiguous",
            "payment_repeated",
            "balance_of_unknown_account",
            "account_without_balance",
            "balance_out_of_date",
            "receipt_not_counted",
            "rate_missing",
            "terms_unknown",
            "accrual_reduced",
            "row_rejected",
            "nothing_in_period",
        ),
        "subject": PROSE,
        "company": IDENTIFIER,
        "amount": MONEY.computed(),
        "currency": CURRENCY,
        "message": PROSE,
        **PLACE,
    },
)
"""What could not be taken into account, row by row: named and counted, nothing guessed."""

JOURNAL = Table(
    "journal",
    {
        "journal_id": IDENTIFIER,
        "line": WHOLE,
        "company": IDENTIFIER,
        "document_type": word("accrual", "regroup"),
        "posting_date": DAY,
        "reversal_date": DAY,
        "account": IDENTIFIER,
        "debit": MONEY.computed(),
        "credit": MONEY.computed(),
        "currency": CURRENCY,
        "rate": FACTOR,
        "base_debit": MONEY.computed(),
        "base_credit": MONEY.computed(),
        "cost_centre": IDENTIFIER,
        "plant": IDENTIFIER,
        "project": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "po_number": NUMBER,
        "po_line": IDENTIFIER,
        "reference": PROSE,
        "text": PROSE,
        "rule": PROSE,
        "reverses": IDENTIFIER,
    },
)
"""The accrual as it is booked: debit and credit are equal per journal and currency, and in base currency. `rate` is that of the
row's documents, null where they have several; `reference` the order line, else the supplier, else the last day."""

CAUSES = Table(
    "causes",
    {
        "cause_id": IDENTIFIER,
        "state": word("cause", "pattern", "none"),
        "kind": PROSE,
        "statement": PROSE,
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "scope": PROSE,
        "constant": FIGURE,
        "since": DAY,
        "until": DAY,
        "facts": WHOLE,
        "lines": WHOLE,
        "invoices": WHOLE,
        "share": SCORE,
        "p_value": SCORE,
        "confirmed_by": PROSE,
        "alternatives": PROSE,
        "discrepancies": WHOLE,
        "amount_at_risk": MONEY.computed(),
        "currency": CURRENCY,
        "clears": WHOLE,
        "leaves": WHOLE,
        "creates": WHOLE,
        "patch": PROSE,
    },
)
"""Why findings come in numbers: a row a cause and currency, and `none` for what has no cause: together all discrepancies.

`cause`: its patch, tried in memory, clears four in five of its findings and makes none. `pattern`: told, not proven."""

CAUSED = Table("discrepancies", {**DISCREPANCIES.kinds, "cause_id": IDENTIFIER})
"""The discrepancies of a month-end with the cause of each, where it has one."""
