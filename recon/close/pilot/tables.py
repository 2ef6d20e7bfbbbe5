"""The frames of a pilot, declared once."""

from __future__ import annotations

from recon.codes import DECISIONS
from recon.kinds import CURRENCY, DAY, IDENTIFIER, MARKS, MONEY, NUMBER, PROSE, SCORE, WHOLE, word
from recon.tables import Table

LABELS = ("new_right", "old_right", "both_defensible", "data", "timing")
"""What a person may say of a disagreement."""
ONLY = ("only_old", "only_new")

OLD_DECISIONS = Table(
    "old_decisions",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "decision": word(*DECISIONS),
        "decided_on": DAY,
        "decided_by": PROSE,
        "amount": MONEY,
        "currency": CURRENCY,
        "reason": PROSE,
        "row": WHOLE,
    },
    required=("invoice_number", "decision"),
)
"""What the old process decided, a row a decision; the last one on an invoice counts."""

AGREEMENT = Table(
    "agreement",
    {
        "scope": word("all", "supplier", "category", "code", "month"),
        "scope_value": PROSE,
        "old": PROSE,
        "new": PROSE,
        "invoices": WHOLE,
        "amount": MONEY.computed(),
        "currency": CURRENCY,
    },
)
"""The matrix, old by new, and what only one of them knows (`only_old`, `only_new`); by currency."""

RATES = Table(
    "agreement_rates",
    {
        "scope": word("all", "supplier", "category", "code", "month"),
        "scope_value": PROSE,
        "both": WHOLE,
        "agreed": WHOLE,
        "agreement": SCORE,
        "kappa": SCORE,
        "leaks": WHOLE,
        "releases": WHOLE,
        "p_value": SCORE,
        "old_pay_share": SCORE,
        "new_pay_share": SCORE,
    },
)
"""Of what both decided: the share on which they agree, Cohen's kappa (beyond chance), and McNemar's exact test on leaks and
releases: whether the new one is harsher, or milder, beyond chance."""

DISAGREEMENTS = Table(
    "disagreements",
    {
        "invoice_key": IDENTIFIER,
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "old": PROSE,
        "new": PROSE,
        "kind": word("leak", "release", "harder", "softer", *ONLY),
        "amount": MONEY.computed(),
        "currency": CURRENCY,
        "at_stake": MONEY.computed(),
        "days_held": WHOLE,
        "amount_days": MONEY.computed(),
        "codes": MARKS,
        "message": PROSE,
        "cause_id": IDENTIFIER,
        "decided_on": DAY,
        "decided_by": PROSE,
        "reason": PROSE,
        "label": word(*LABELS),
        "labelled_by": PROSE,
        "carried_from": PROSE,
        "explain": PROSE,
    },
)
"""Invoices on which old and new differ, and those that only one of them knows. `at_stake`: what would not have been overpaid (leak,
harder); `amount_days`: what a release holds for how long, which is no saving."""

SHADOW_SAMPLE = Table(
    "shadow_sample",
    {
        "company": IDENTIFIER,
        "supplier_id": IDENTIFIER,
        "supplier_name": PROSE,
        "invoice_number": NUMBER,
        "amount": MONEY.computed(),
        "currency": CURRENCY,
        "codes": MARKS,
        "explain": PROSE,
        "judged": word(*DECISIONS),
        "judged_by": PROSE,
    },
)
"""Invoices of a week that the rules pay, for a person to judge once more; `judged` and `judged_by` are left empty."""

CRITERIA = Table("criteria", {"criterion": PROSE, "asked": PROSE, "found": PROSE, "result": word("pass", "fail")})
"""What was agreed before, and whether it holds."""
