"""Files that are no table of recon's: masters, requisitions, payments, told for what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recon.draft.headings import BLOCKING, concepts_of
from recon.draft.suggest import is_likely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.draft.suggest import Suggestion

NUMBERS = frozenset({"number", "code"})
ANNOUNCED = r"(?i)\b(?:asn|advance[d_ ]?ship|shipping[_ ]notice|lieferavis|aviso de (?:embarque|expedición))"
"""In headings of lists of goods under way: nobody has counted them yet."""
OF_LINES = frozenset({"order", "invoice", "receipt", "delivery", "item", "quantity", "supplier"})
"""Concepts of which every list of orders, receipts or invoices has one."""


def other_kind(headings: Sequence[str], tables: Sequence[Suggestion], *, sales: bool = False) -> str:
    """Return what a file holds that recon does not read ("a list of payments"); "" where that cannot be told.

    `sales`: its name says that things were sold: an order in it is a customer's.
    """
    likely = {one.table for one in tables if is_likely(one.table, one.mapping) and not one.missing}
    said = [concepts for concepts, _ in map(concepts_of, headings)]
    numbered = {concept for concepts in said if concepts & NUMBERS for concept in concepts}
    documents = {"order", "invoice", "receipt"} & numbered
    if any(re.search(ANNOUNCED, heading) for heading in headings):
        return "a list of what was announced, not received"
    if any("movement" in concepts for concepts in said) and not any(
        concepts & {"order", "invoice", "supplier"} for concepts in said
    ):
        return "a list of movements of stock"
    slips = any({"payment", "document"} <= concepts for concepts in said)
    if slips and not any(concepts & {"quantity", "item", "price"} for concepts in said):
        return "a list of payments"
    if "payment" in numbered and ("payment" not in {*documents} and not likely & {"orders", "receipts"}):
        return "a list of payments"
    if any("customer" in concepts for concepts in said) and not any(
        ({"supplier"} if sales else {"supplier", "order"}) & concepts and not concepts & BLOCKING for concepts in said
    ):
        return "a list of what was sold to customers"
    postings = all(any(one in concepts for concepts in said) for one in ("account", "amount"))
    if postings and not any(concepts & OF_LINES for concepts in said):
        return "a list of postings or balances of accounts"
    if likely:
        return ""
    if (
        "request" in numbered or any({"planned", *NUMBERS} & c >= {"planned", "number"} for c in said)
    ) and "order" not in documents:
        return "a list of requisitions or offers"
    items = any({"item", *NUMBERS} >= concepts >= {"item"} and concepts & NUMBERS for concepts in said)
    if items and not documents:
        return "a master of items, or a price list"
    return ""
