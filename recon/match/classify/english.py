"""English: what discrepancies say. Another language is another file like this, with sentences of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.codes import CODES
from recon.match.classify.words import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "item": {"item": "item {item:text}", "description": '"{description:text}"', "": "this order line"},
    "order": {"": "order {po_number|?}/{po_line|?}"},
    "receipts": {"receipts": "receipts {receipt_numbers}", "": "no receipts"},
    "by_rule": {
        "ruled": "limit {limit:number|none} by rule {tolerance}",
        "": "limit {limit:number|0}, no rule gives another",
    },
    "bigger": {"more": "more", "": "less"},
    "too_much_or_less": {"over": "too much", "": "less"},
    "days": {"one": "{size:number} day", "": "{size:number} days"},
    "in_all": {"ahead": " in all, {before:number} before this line", "": ""},
    "amount_ahead": {"ahead": ", {before:money} before this line,", "": ""},
    "of_them": {"shared": ", {part:number} of them on this line", "": ""},
    "of_it": {"shared": ", {part:money} of it on this line", "": ""},
    "of_billed": {"partly": "{part:number} on this line{detail}, ", "": ""},
    "too_many": {"": "{variance:number} too many{detail}{of_them}, {amount_at_risk:money} at risk"},
    "too_much": {"": "{variance:money} too much{detail}{of_it}"},
    "may_be_meant": {"detail": "; it may mean {detail}", "": ""},
    "not_there": {
        "lines_there": "which has no line that fits; its lines are {lines_there:text}",
        "": "which is not there",
    },
    "planned": {"expecting": "{expected:money} planned on the order", "": "none planned on the order"},
    "elsewhere": {"elsewhere": "; received elsewhere and not billed: {elsewhere:text}", "": ""},
    "unclear": {"unclear": "; of this order {unclear:text} came too, for no one line or in another unit", "": ""},
    "after_credit": {"credited_by": "; {credited_by} credited some of it before: it may be the correction", "": ""},
    "fits": {
        "per_invoice": "; it fits if the invoice's price is per {per_invoice}",
        "per_order": "; it fits if the order's price is per {per_order}",
        "": "",
    },
    "the_order_line": {"": "Order line {po_number|?}/{po_line|?}"},
    "as_said": {"detail": ": {detail}", "": ""},
    "as_in": {"detail": " ({detail})", "": ""},
    "not_ordered": {"detail": "is that of {detail}, not what was ordered", "": "is not what was ordered"},
    "how_much_more": {
        "in_money": "{part:money} more",
        "in_part": "{part:number} more of {item}",
        "": "more of {item}",
    },
    "of_rejected": {
        "on_order": "{variance:number} of what came were rejected, {amount_at_risk:money} at risk",
        "": "goods were rejected; billed {actual:number}{in_all}, accepted {expected:number} ({receipts}), {amount_at_risk:money} at risk",
    },
    "may_mean": {"detail": "; the supplier may mean {detail}", "": ""},
}
ENGLISH = Language(
    {name: f"{code.sentence}. Clears with: {code.clears}." for name, code in CODES.items()},
    PHRASES,
)
