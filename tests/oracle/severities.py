"""What a code leads to by default, as SPEC section 3 says it, and what a line or document comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from recon.rules.rule import Rules
from tests.oracle.findings import CAPPED, Discrepancy
from tests.oracle.lines import InvoiceLine

Severity = Literal["info", "review", "hold"]
ORDER: tuple[Severity, ...] = ("info", "review", "hold")

REVIEWED = {
    "possible_duplicate", "supplier_uncertain", "link_suggested", "invoice_before_order", "extension_error",
    "order_closed", "terms_mismatch", "receipt_without_order", "order_contradicts_itself", "tax_unproven",
    "goods_rejected", "currency_mixed", "returned_not_credited",
}  # fmt: skip
TOLD = {
    "invoice_before_receipt", "late_delivery", "over_delivery", "under_delivery", "received_not_invoiced", "reversed",
    "duplicate_receipt",
}  # fmt: skip
"""Info; every other code holds."""

IN_DOUBT = {
    "link_suggested", "possible_duplicate", "supplier_unknown", "supplier_uncertain", "supplier_blocked",
    "supplier_mismatch", "bank_details_differ", "currency_mismatch", "currency_mixed", "rate_missing", "uom_mismatch",
    "price_variance", "extension_error", "invoice_total_variance", "tax_variance", "tax_unproven", "input_rejected",
}  # fmt: skip
"""A credit with one of these gives nothing back."""


def severity(discrepancy: Discrepancy, rules: Rules) -> Severity:
    code = discrepancy.code
    if discrepancy.info:
        return "info"
    usual: Severity = "review" if code in REVIEWED else "info" if code in TOLD else "hold"
    return rules.severities.get(code, usual)


def decision(found: Iterable[Severity]) -> str:
    worst = max(found, key=ORDER.index, default="info")
    return "pay" if worst == "info" else worst


def in_doubt(line: InvoiceLine, rules: Rules) -> bool:
    """A credit of 0 is in doubt for its price all the same: it would free quantity for no money."""
    found = [d for code, d in line.discrepancies.items() if code in IN_DOUBT]
    return any(severity(replace(d, info=d.info and d.code not in CAPPED), rules) != "info" for d in found)
