"""English: what discrepancies say. Another language is another file like this, with sentences of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.codes import CODES
from recon.match.classify.words import Language

if TYPE_CHECKING:
    from collections.abc import Mapping


def _clears(clears: str) -> str:
    """Return what would clear a finding, as a sentence without its full stop."""
    return clears.capitalize() if clears.startswith("nothing") else f"Clears with: {clears}"


PHRASES: Mapping[str, Mapping[str, str]] = {
    "item": {"item": "item {item:text}", "description": '"{description:text}"', "": "{order}"},
    "of_item": {"item": " of item {item:text}", "description": ' of "{description:text}"', "": ""},
    "for_item": {"item": " for item {item:text}", "description": ' for "{description:text}"', "": ""},
    "order": {"order_line": "order {po_number}/{po_line}", "po_number": "order {po_number}", "": "the order"},
    "receipts": {
        "several_receipts": "receipts {receipt_numbers}",
        "receipts": "receipt {receipt_numbers}",
        "": "no receipt",
    },
    "by_rule": {
        "ruled": "limit {limit:number|none} by rule {tolerance}",
        "": "limit {limit:number|0}, no rule gives another",
    },
    "bigger": {"more": "more", "": "less"},
    "too_much_or_less": {"over": "too much", "": "less"},
    "missing_or_more": {"over": "is missing", "": "more than planned"},
    "days": {"one": "{size:number} day", "": "{size:number} days"},
    "in_all": {"ahead": " in all, {before:number} before this line", "": ""},
    "amount_ahead": {"ahead": ", {before:money} before this line,", "": ""},
    "of_them": {"shared": ", {part:number} of them on this line", "": ""},
    "of_it": {"shared": ", {part:money} of it on this line", "": ""},
    "of_billed": {"partly": "{part:number} on this line{detail}, ", "": ""},
    "too_many": {"": "{variance:number} too many{detail}{of_them}, {amount_at_risk:money} at risk"},
    "too_much": {"": "{variance:exact} too much{detail}{of_it}"},
    "may_be_meant": {"detail": "; it may mean {detail}", "": ""},
    "not_there": {
        "lines_there": "which has no line that fits; its lines are {lines_there:text}",
        "": "which is not there",
    },
    "priced": {
        "corrects_nothing": "A price difference of {amount_at_risk:money}, and no price of {order} differs by what it takes away",
        "": "Price {actual:number}{for_item} is {size:number} {bigger} than the {expected:number} of {order}: {amount_at_risk:money} on the line",
    },
    "charged": {
        "discounted": "A discount of {expected:size} is planned on {order}, {actual:size} is granted in all: {size:money} {missing_or_more}",
        "": "{line_type:title|Charge} billed {actual:money} in all, {planned}: {size:money} {too_much_or_less}",
    },
    "charged_in_short": {
        "discounted": "Discount is {actual:size}, planned {expected:size}",
        "": "{line_type:title|Charge} is {actual:money}, planned {expected:money}",
    },
    "lines_come_to": {
        "net": "Lines come to {expected:exact} before tax, the invoice net says",
        "": "Lines and tax come to {expected:exact}, the invoice total says",
    },
    "planned": {"expecting": "{expected:money} planned on the order", "": "none planned on the order"},
    "elsewhere": {"elsewhere": "; received elsewhere and not billed: {elsewhere:text}", "": ""},
    "unclear": {
        "unclear": "; not counted, for it is of no one line of the order or in another unit: {unclear:text}",
        "": "",
    },
    "after_credit": {"credited": "; {credited_by} credited some of it before: this may be the correction", "": ""},
    "paid": {"credits": "credited", "": "paid"},
    "taken_back": {"credits": "Takes {detail} back line for line", "": "Taken back line for line by {detail}"},
    "fits": {
        "per_invoice": "; it fits if the invoice's price is per {per_invoice}",
        "per_order": "; it fits if the order's price is per {per_order}",
        "": "",
    },
    "the_order_line": {
        "order_line": "Order line {po_number}/{po_line}",
        "po_number": "Order {po_number}",
        "": "The order line",
    },
    "as_said": {"detail": ": {detail}", "": ""},
    "as_in": {"detail": " ({detail})", "": ""},
    "not_ordered": {"detail": "is that of {detail}, not what was ordered", "": "is not what was ordered"},
    "how_much_more": {
        "in_money": "{part:money} more",
        "in_part": "{part:number} more{of_item}",
        "": "more{of_item}",
    },
    "of_rejected": {
        "one_rejected": "{variance:number} of what came was rejected, {amount_at_risk:money} at risk",
        "on_order": "{variance:number} of what came were rejected, {amount_at_risk:money} at risk",
        "": "goods were rejected; billed {actual:number}{in_all}, accepted {expected:number} ({receipts}), {amount_at_risk:money} at risk",
    },
    "may_mean": {"detail": "; the supplier may mean {detail}", "": ""},
}
ENGLISH = Language(
    {name: f"{code.sentence}. {_clears(code.clears)}." for name, code in CODES.items()},
    PHRASES,
)
