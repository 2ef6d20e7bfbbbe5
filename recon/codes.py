"""What a finding is called, says and leads to: one row a code; the severities, decisions and policies in order."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["info", "review", "hold"]
SEVERITIES: tuple[Severity, ...] = ("info", "review", "hold")
"""The worst last."""
DECISION_OF: Mapping[Severity, str] = MappingProxyType({"info": "pay", "review": "review", "hold": "hold"})
"""What a line whose worst code is this severe is decided."""
DECISIONS = tuple(DECISION_OF.values())
"""The worst last."""
STATUSES = ("matched", "tolerated", "discrepant")
"""The worst last."""
NEVER = "never"
FAIL_ON = (NEVER, *SEVERITIES[1:])
"""From which severity on a run ends in exit code 1."""

MatchPolicy = Literal["two_way", "three_way", "four_way", "none"]
MATCH_POLICIES: tuple[MatchPolicy, ...] = ("two_way", "three_way", "four_way", "none")
DEFAULT_POLICY: MatchPolicy = "three_way"
BY_ACCEPTANCE = ("four_way",)
BY_RECEIPT = ("three_way", *BY_ACCEPTANCE)
"""Policies that go by what was received."""
BY_ORDER = ("two_way", *BY_RECEIPT)
"""Policies that hold against what was ordered."""

MEASURES = (
    "price",
    "quantity_received",
    "quantity_accepted",
    "quantity_ordered",
    "amount",
    "extension",
    "total",
    "tax",
    "charge",
    "date",
    "delivery",
)
"""What a tolerance may give limits for."""

LINE, ORDER, RECEIPT = "invoice", "order", "receipt"
"""What a code stands on: an invoice line, an order line, a receipt line."""
RECEIVING, BUYER, SUPPLIER, MASTER_DATA, PAYABLES = "receiving", "buyer", "supplier", "master data", "accounts payable"
"""Whom to ask about it."""


@dataclass(frozen=True)
class Code:
    """What a finding may be called.

    `on` says which lines it stands on, `measure` what was compared (null: nothing was), `meaning` explains it to someone
    who pays invoices, `whom` is who can clear it. `short` (a few words, for a list) and `sentence` are templates over the
    columns of a discrepancy (recon/match/classify/words.py); `clears` says what would clear it.
    """

    name: str
    severity: Severity
    on: tuple[str, ...]
    measure: str | None
    meaning: str
    short: str
    whom: str
    sentence: str
    clears: str


# fmt: off
_ROWS = (
    Code("price_variance", "hold", (LINE,), "price",
         "The invoice price differs from the order price by more than is tolerated.",
         "Price {actual:number}, ordered {expected:number}", BUYER,
         "{priced}; {by_rule}{fits}",
         "a corrected invoice or credit note for the difference, or a changed order price"),
    Code("quantity_over_received", "hold", (LINE,), "quantity_received",
         "More was invoiced, over all invoices so far, than was received.",
         "{size:number} of {actual:number} not received", RECEIVING,
         "Billed {actual:number} of {item}{in_all}, received {expected:number} ({receipts}): {too_many}; {by_rule}{elsewhere}{unclear}",
         "the missing goods receipt, or a credit note for the quantity"),
    Code("not_received", "hold", (LINE,), "quantity_received",
         "Invoiced, but nothing was received.",
         "Nothing received of {actual:number}", RECEIVING,
         "Billed {actual:number}{of_item} on {order}{in_all}, nothing received: {of_billed}{amount_at_risk:money} at risk; {by_rule}{elsewhere}{unclear}",
         "the goods receipt, or a credit note"),
    Code("quantity_over_accepted", "hold", (LINE,), "quantity_accepted",
         "More was invoiced than passed inspection.",
         "{size:number} of {actual:number} not accepted", RECEIVING,
         "Billed {actual:number} of {item}{in_all}, accepted {expected:number} ({receipts}): {too_many}; {by_rule}{elsewhere}{unclear}",
         "acceptance of the goods, or a credit note for what was rejected"),
    Code("quantity_over_ordered", "hold", (LINE,), "quantity_ordered",
         "More was invoiced than was ordered.",
         "{size:number} of {actual:number} not ordered", BUYER,
         "Billed {actual:number}{of_item}{in_all}, ordered {expected:number} on {order}: {too_many}; {by_rule}",
         "a raised order quantity, or a credit note"),
    Code("amount_over_ordered", "hold", (LINE,), "amount",
         "The invoices add up to more than the order's amount.",
         "{size:money} more than ordered", BUYER,
         "Billed {actual:money} in all{amount_ahead} against {expected:money} ordered on {order}: {too_much}; {by_rule}",
         "a raised order amount, or a credit note"),
    Code("amount_over_received", "hold", (LINE,), "amount",
         "The invoices add up to more than the amount received so far.",
         "{size:money} more than confirmed", RECEIVING,
         "Billed {actual:money} in all{amount_ahead} against {expected:money} confirmed as received on {order}: {too_much}; {by_rule}{unclear}",
         "the missing confirmation of the service, or a credit note"),
    Code("extension_error", "review", (LINE,), "extension",
         "Quantity times unit price is not the line's amount.",
         "Amount is {actual:exact}, computed {expected:exact}", SUPPLIER,
         "Quantity x price comes to {expected:exact}, the line says {actual:exact}: {size:exact} {bigger}; {by_rule}",
         "a corrected invoice"),
    Code("invoice_total_variance", "hold", (LINE,), "total",
         "The lines and the tax do not add up to the invoice's total.",
         "Total is {actual:exact}, lines say {expected:exact}", SUPPLIER,
         "{lines_come_to} {actual:exact}: {size:exact} {bigger}; {by_rule}",
         "the missing line, or a corrected invoice"),
    Code("tax_variance", "hold", (LINE,), "tax",
         "The tax is not what the order's tax rate gives.",
         "Tax is {actual:exact}, expected {expected:exact}", SUPPLIER,
         "Tax at the order's rate comes to {expected:exact}, the invoice says {actual:exact}: {size:exact} {bigger}; {by_rule}",
         "a corrected invoice, or the right tax rate on the order"),
    Code("unplanned_charge", "hold", (LINE,), "charge",
         "Freight or a charge that the order does not provide for.",
         "{line_type:title|Charge} of {actual:money} not ordered", BUYER,
         "{line_type:title|Charge} of {amount_at_risk:money} that no order planned; {by_rule}",
         "a planned charge on the order, or approval by the buyer"),
    Code("charge_variance", "hold", (LINE,), "charge",
         "Freight or a charge differs from what the order provides for.",
         "{charged_in_short}", BUYER,
         "{charged}; {by_rule}",
         "a changed planned charge, a credit note, or what is still to be billed"),
    Code("invoice_before_order", "review", (LINE,), "date",
         "The invoice is dated before its order.",
         "Invoiced {days} before the order", BUYER,
         "Invoice of {actual_date} is {days} before the order of {expected_date}",
         "the buyer's word that the order was placed first"),
    Code("invoice_before_receipt", "info", (LINE,), "date",
         "The invoice is dated before the first receipt.",
         "Invoiced {days} before the receipt", RECEIVING,
         "Invoice of {actual_date} is {days} before the first receipt of {expected_date}",
         "nothing to do, for information"),
    Code("late_delivery", "info", (RECEIPT,), "date",
         "Received after the due date.",
         "Received {days} late", RECEIVING,
         "Received {actual_date}, due {expected_date}: {days} late",
         "nothing to do, for information"),
    Code("over_delivery", "info", (ORDER,), "delivery",
         "More was received than was ordered and permitted.",
         "{size:number} more received than ordered", RECEIVING,
         "Received {actual:number} of {item}, ordered {expected:number}: {size:number} too many, {amount_at_risk:money}; {by_rule}",
         "a raised order, or a return"),
    Code("under_delivery", "info", (ORDER,), "delivery",
         "Less was received than was ordered, and no more is to come.",
         "{size:number} of {expected:number} still missing", RECEIVING,
         "Received {actual:number} of {item}, ordered {expected:number}: {size:number} missing, {amount_at_risk:money}; {by_rule}",
         "the rest of the delivery, or a closed order line"),
    Code("no_reference", "hold", (LINE,), None,
         "The invoice line names no order, and none could be suggested.",
         "No order number on the invoice", SUPPLIER,
         "No order number is given and no order line suggests itself",
         "the order number"),
    Code("order_not_found", "hold", (LINE,), None,
         "The order that is named does not exist in the orders read.",
         "Order {cited|?} not found", BUYER,
         "Order {cited|?} is not among the orders{may_mean}",
         "the right order number, or the order"),
    Code("order_line_not_found", "hold", (LINE,), None,
         "The order exists, the order line that is named does not.",
         "Order has no such line or item", BUYER,
         "Order {cited|?} has no line that fits; its lines are {detail}",
         "the order line or item"),
    Code("link_ambiguous", "hold", (LINE, RECEIPT), None,
         "Several order lines fit equally well; none was guessed.",
         "Several order lines fit", BUYER,
         "More than one order line fits and none is chosen: {detail}",
         "the order line that is meant"),
    Code("link_suggested", "review", (LINE,), None,
         "A likely order line was found, but not by what the line says for certain: please confirm.",
         "Probably {order}: confirm", BUYER,
         "{the_order_line} is likely, not certain: {detail}",
         "the supplier's or buyer's word that this is the order line"),
    Code("receipt_without_order", "review", (RECEIPT,), None,
         "A receipt whose order line was not found.",
         "Receipt {receipt_number|without a number} names no known order", RECEIVING,
         "Receipt cites order {cited|?}, {not_there}{may_be_meant}",
         "the right order number, or the order"),
    Code("duplicate_invoice", "hold", (LINE,), None,
         "The same invoice was already there: set aside.",
         "Billed before: not to be paid twice", PAYABLES,
         "Repeats {detail}; {amount_at_risk:money} is not to be {paid} twice{after_credit}",
         "nothing to do: it stays set aside"),
    Code("possible_duplicate", "review", (LINE,), None,
         "Much like an invoice that was already there: please look.",
         "Perhaps billed before", PAYABLES,
         "May repeat {detail}; {amount_at_risk:money} at risk{after_credit}",
         "a look at both invoices"),
    Code("duplicate_order_line", "hold", (ORDER,), None,
         "The same order line occurs more than once.",
         "Order line stands in the orders twice", BUYER,
         "{the_order_line} stands in the orders more than once",
         "one row for the order line"),
    Code("currency_mismatch", "hold", (LINE,), None,
         "Invoice and order are in different currencies.",
         "Billed in another currency than ordered", SUPPLIER,
         "Currencies differ: {detail}; no price is compared",
         "an invoice in the order's currency, or a changed order"),
    Code("uom_mismatch", "hold", (LINE, RECEIPT), None,
         "Invoice or receipt and order are in different units with no known conversion.",
         "Units differ, no conversion known", MASTER_DATA,
         "Units differ and no conversion is known: {detail}; neither price nor quantity is compared",
         "a conversion for the two units, or the right unit on each line"),
    Code("supplier_mismatch", "hold", (LINE,), None,
         "The invoice's supplier is not the order's supplier.",
         "Another supplier than the order's", BUYER,
         "Suppliers differ: {detail}; no quantity is compared",
         "the right order number, or a corrected supplier"),
    Code("supplier_unknown", "hold", (LINE,), None,
         "The supplier could not be recognised.",
         "Supplier not known", MASTER_DATA,
         "Supplier not known: {detail|none is given}",
         "the supplier in the master, or an alias"),
    Code("supplier_uncertain", "review", (LINE,), None,
         "The supplier was recognised, but not with certainty.",
         "Supplier not certain", MASTER_DATA,
         "Supplier not certain: {detail}",
         "an alias, a VAT id or a supplier id that settles it"),
    Code("supplier_blocked", "hold", (LINE,), None,
         "The supplier is blocked.",
         "Supplier is blocked", MASTER_DATA,
         "The supplier is blocked in the supplier master",
         "the block lifted"),
    Code("rate_missing", "hold", (LINE,), None,
         "There is no exchange rate for the invoice's currency and date.",
         "No exchange rate", MASTER_DATA,
         "There is {detail|no exchange rate}",
         "the rate"),
    Code("terms_mismatch", "review", (LINE,), None,
         "The payment terms are not the supplier's agreed ones.",
         "Payment terms differ", BUYER,
         "Payment terms differ: {detail}",
         "agreed payment terms"),
    Code("order_closed", "review", (LINE,), "date",
         "The invoice is dated after its order line was closed.",
         "Order was closed {days} before", BUYER,
         "Invoice of {actual_date} is {days} after the order line was closed on {expected_date}",
         "a reopened order line, or a credit note"),
    Code("credit_exceeds_invoiced", "hold", (LINE,), "quantity",
         "More was credited than was ever invoiced.",
         "More credited than was invoiced", SUPPLIER,
         "Credits {how_much_more} than was ever invoiced on {order}",
         "the invoice it credits"),
    Code("received_not_invoiced", "info", (ORDER,), "accrual",
         "Received and not yet invoiced: an amount to accrue, not a mistake.",
         "{size:number} received, not invoiced", SUPPLIER,
         "Received {expected:number} of {item}, invoiced {actual:number}: {amount_at_risk:money} to accrue",
         "the supplier's invoice"),
    Code("returned_not_credited", "review", (ORDER,), "accrual",
         "Goods went back, and the credit note has not come.",
         "{size:number} returned, not credited", SUPPLIER,
         "Goods of {item} went back; invoiced {actual:number}, kept {expected:number}: {amount_at_risk:money} to be credited",
         "the supplier's credit note"),
    Code("input_rejected", "hold", (LINE, RECEIPT), None,
         "Part of this invoice or of its order could not be read, or a return could not be counted.",
         "A source row could not be read", PAYABLES,
         "A source row it depends on could not be read or counted: {detail}",
         "the mended source row"),
    Code("duplicate_receipt", "info", (RECEIPT,), None,
         "The same receipt line was already there: it counts once.",
         "Receipt was booked twice", RECEIVING,
         "Receipt {receipt_number|without a number} says what another row says{as_in}: it counts once",
         "nothing to do; where both came, `repeats: count` on the source of receipts"),
    Code("order_contradicts_itself", "review", (ORDER,), None,
         "What an order line says of itself does not fit together, such as its amount and its price.",
         "The order's price and amount differ", BUYER,
         "{the_order_line} contradicts itself: its amount is {actual:exact|?}, quantity x price come to {expected:exact|?}; the lower price is expected",
         "a mended order line"),
    Code("bank_details_differ", "hold", (LINE,), None,
         "The invoice names a bank account that is not on file for its supplier.",
         "Bank account is not the one on file", MASTER_DATA,
         "Bank details differ from those on file{as_said}",
         "the new account confirmed by the supplier over a contact already known, then put on file"),
    Code("item_mismatch", "hold", (LINE, RECEIPT), None,
         "What is billed or was received is another item than the one ordered there.",
         "Another item than ordered", BUYER,
         "Item {item:text|?} {not_ordered} on {order}: it counts for nothing there",
         "the right order line or item, or an order for this item"),
    Code("quantity_missing", "hold", (LINE,), None,
         "An amount alone is billed where the order goes by quantity and price.",
         "No quantity on the invoice line", SUPPLIER,
         "{amount_at_risk:money} is billed{for_item} without quantity or price, and {order} is not matched by amount",
         "quantity and price on the line, or an order line that gives an amount instead of a quantity"),
    Code("reversed", "info", (LINE,), None,
         "A line and the credit of exactly that line: they take each other back.",
         "Taken back line for line", PAYABLES,
         "{taken_back}; nothing of either is left to pay",
         "nothing to do, for information"),
    Code("tax_unproven", "review", (LINE,), "tax",
         "Tax is billed, and nothing on the order or invoice proves that much.",
         "Tax of {actual:money} that no rate proves", BUYER,
         "Tax of {actual:exact} is billed and no rate of the order proves it{as_said}",
         "the tax rate on the order, or a look at the invoice's tax"),
    Code("prepayment_over_ordered", "hold", (LINE,), "prepayment",
         "More is asked ahead than the order comes to.",
         "{size:money} more paid ahead than ordered", BUYER,
         "Prepaid {actual:money} in all{amount_ahead} against {expected:money} ordered: {size:money} too much{of_it}",
         "a raised order, or a prepayment that is taken back"),
    Code("prepayment_not_deducted", "hold", (LINE,), "prepayment",
         "The order is billed in full, and what was paid ahead is not deducted.",
         "{size:money} paid ahead, not deducted", SUPPLIER,
         "The order is billed in full and {size:money} that was paid ahead is not deducted",
         "a final invoice that deducts the prepayment, or a credit note for it"),
    Code("retention_over_released", "hold", (LINE,), "retention",
         "More of the retention is released than was kept back.",
         "{size:money} more released than kept back", BUYER,
         "Of the retention {size:money} more is released than was kept back{of_it}",
         "a corrected invoice, or the invoice that keeps the retention back"),
    Code("goods_rejected", "review", (LINE, ORDER), "quantity",
         "Goods were rejected, and the match goes by what was received, not by what was accepted.",
         "Part of the goods was rejected", RECEIVING,
         "{the_order_line}: {of_rejected}",
         "a return and its credit note, a replacement, or acceptance of the goods"),
    Code("currency_mixed", "review", (LINE,), None,
         "The lines of one invoice are in several currencies.",
         "Several currencies on one invoice", SUPPLIER,
         "The lines of the invoice are in several currencies{as_said}; they add up to no total",
         "an invoice in one currency"),
    Code("price_anomaly", "info", (LINE,), "price",
         "The price is unusual by what the supplier billed for the item before.",
         "Price {actual:number} is unusual", BUYER,
         "Price {actual:number} of {item} is unusual: {expected:number} is what was billed before{as_said}",
         "nothing to do, for information"),
    Code("quantity_anomaly", "info", (LINE,), "quantity",
         "The quantity is unusual by what the supplier billed of the item before.",
         "Quantity {actual:number} is unusual", BUYER,
         "Quantity {actual:number} of {item} is unusual: {expected:number} is what was billed before{as_said}",
         "nothing to do, for information"),
)
# fmt: on
CODES: Mapping[str, Code] = MappingProxyType({code.name: code for code in _ROWS})
"""Every code a discrepancy may have."""
FED = ("price_anomaly", "quantity_anomaly")
"""Codes that `recon feed` tells of, by what was billed before: a match never does, for it knows no past."""


def at_least(severity: str) -> tuple[Severity, ...]:
    """Return the severities, and so the decisions, that are as bad as `severity` or worse, the worst first; of never none.

    >>> at_least("review")
    ('hold', 'review')
    """
    return () if severity == NEVER else tuple(reversed(SEVERITIES[SEVERITIES.index(severity) :]))
