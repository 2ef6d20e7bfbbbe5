"""The words of a report: what each code means to a person, how decisions and severities rank and look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DECISIONS = ("hold", "review", "pay")
"""Worst first, as people read them."""
SEVERITIES = ("hold", "review", "info")

MEANINGS: Mapping[str, str] = {
    "price_variance": "The invoice price differs from the order price by more than is tolerated.",
    "quantity_over_received": "More was invoiced, over all invoices so far, than was received.",
    "not_received": "Invoiced, but nothing was received.",
    "quantity_over_accepted": "More was invoiced than passed inspection.",
    "quantity_over_ordered": "More was invoiced than was ordered.",
    "amount_over_ordered": "The invoices add up to more than the order's amount.",
    "amount_over_received": "The invoices add up to more than the amount received so far.",
    "extension_error": "Quantity times unit price is not the line's amount.",
    "invoice_total_variance": "The lines and the tax do not add up to the invoice's total.",
    "tax_variance": "The tax is not what the order's tax rate gives.",
    "unplanned_charge": "Freight or a charge that the order does not provide for.",
    "charge_variance": "Freight or a charge differs from what the order provides for.",
    "invoice_before_order": "The invoice is dated before its order.",
    "invoice_before_receipt": "The invoice is dated before the first receipt.",
    "late_delivery": "Received after the due date.",
    "over_delivery": "More was received than was ordered and permitted.",
    "under_delivery": "Less was received than was ordered, and no more is to come.",
    "no_reference": "The invoice line names no order, and none could be suggested.",
    "order_not_found": "The order that is named does not exist in the orders read.",
    "order_line_not_found": "The order exists, the order line that is named does not.",
    "link_ambiguous": "Several order lines fit equally well; none was guessed.",
    "link_suggested": "Without a usable reference, a likely order line was found: please confirm.",
    "receipt_without_order": "A receipt whose order line was not found.",
    "duplicate_invoice": "The same invoice was already there: set aside.",
    "possible_duplicate": "Much like an invoice that was already there: please look.",
    "duplicate_order_line": "The same order line occurs more than once.",
    "currency_mismatch": "Invoice and order are in different currencies.",
    "uom_mismatch": "Invoice or receipt and order are in different units with no known conversion.",
    "supplier_mismatch": "The invoice's supplier is not the order's supplier.",
    "supplier_unknown": "The supplier could not be recognised.",
    "supplier_uncertain": "The supplier was recognised, but not with certainty.",
    "supplier_blocked": "The supplier is blocked.",
    "rate_missing": "There is no exchange rate for the invoice's currency and date.",
    "terms_mismatch": "The payment terms are not the supplier's agreed ones.",
    "order_closed": "The invoice is dated after its order line was closed.",
    "credit_exceeds_invoiced": "More was credited than was ever invoiced.",
    "received_not_invoiced": "Received and not yet invoiced: an amount to accrue, not a mistake.",
    "returned_not_credited": "Goods went back, and the credit note has not come.",
    "input_rejected": "Part of this invoice or of its order could not be read, or a return could not be counted.",
}
"""Code -> one sentence for someone who pays invoices."""

PARTS: Mapping[str, str] = {
    "expected": "Expected at order prices",
    "price": "Price",
    "quantity": "Quantity",
    "unit": "Unit of measure",
    "currency_part": "Another currency",
    "supplier": "Another supplier",
    "unlinked": "Without an order",
    "charge": "Charges",
    "tax": "Tax",
    "rounding": "Rounding",
    "invoiced": "Invoiced",
}
"""Part of the bridge from expected to invoiced -> its name."""

COLOURS: Mapping[str, tuple[str, str]] = {
    "hold": ("F8D2C4", "7A2A0B"),
    "review": ("FFF0C2", "5C4400"),
    "info": ("DCE9F5", "1F3B57"),
    "pay": ("D3ECE6", "0B4A3E"),
    "discrepant": ("F8D2C4", "7A2A0B"),
    "tolerated": ("FFF0C2", "5C4400"),
    "matched": ("D3ECE6", "0B4A3E"),
}
"""Word -> (background, text): vermilion, yellow, blue and blue-green tell apart with any kind of colour vision."""

TERMINAL_COLOURS: Mapping[str, str] = {"hold": "bold red", "review": "yellow", "info": "cyan", "pay": "green"}
