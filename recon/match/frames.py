"""What each stage of the match adds to the lines that pass it: column -> type; nothing else is added, and nothing falls away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.kinds import EXACT
from recon.match.link.with_order import NEEDED

if TYPE_CHECKING:
    from collections.abc import Mapping

Columns = dict[str, Any]
ID, FLAG, WORDS, KEY, DAY = pl.Int64, pl.Boolean, pl.String, pl.String, pl.Date
WHOLE = pl.Int128
"""Whole numbers of 1/`unit` of the order's unit of measure, or of its currency where it goes by amount."""

_KEYS: Columns = dict.fromkeys(("company_key", "po_key", "po_line_key", "item_key", "uom_key"), KEY)
"""How keys compare: NFKC, upper case, without punctuation, leading zeros and words."""
_FRACTION: Columns = {"price_num": EXACT, "amount_num": EXACT, "price_den": EXACT}
"""A unit price and an amount that do not end, as fractions; null where `unit_price` and `amount` count."""
_PARTY: Columns = {
    **dict.fromkeys(("supplier_id_given", "supplier_name_given", "supplier_key", "supplier_group"), WORDS),
    **dict.fromkeys(("supplier_state", "supplier_reason", "supplier_payment_terms", "bank_detail"), WORDS),
    **dict.fromkeys(("supplier_blocked", "bank_details_differ"), FLAG),
}
"""Whom the line names, and who that is; `supplier_key` is never null, `supplier_group` is one for suppliers that are one."""
_LINKED: Columns = {
    "order_id": ID,
    "link": WORDS,
    "link_score": EXACT,
    "candidates": WORDS,
    "lookalikes": WORDS,
    **dict.fromkeys(("suggested", "alone", "looked", "ambiguous", "item_mismatch", "uom_mismatch"), FLAG),
    "factor_num": WHOLE,
    "factor_den": WHOLE,
}
"""The order line (null: none), the rule that found it, and what does not fit; the factor to the order's unit."""
_UNIT: Columns = {"stated_key": KEY, "stated": WORDS, "order_unit": WORDS}
"""The unit of an order line that has none, as its receipts and invoices name it."""

BESIDE = frozenset(f"order_{column}" for column in NEEDED)
"""What stands beside linked lines of their order; more where the rules' conditions name it."""
ORDERS: Mapping[str, Columns] = {
    "batch": {
        **_KEYS,
        **_FRACTION,
        **dict.fromkeys(("order_date_read", "closed_date_read"), DAY),
        "quantity_read": pl.Decimal(38, 6),
        "amount_read": pl.Decimal(38, 6),
        "unit_price_read": pl.Decimal(38, 10),
        "printed_price": pl.Decimal(38, 10),
        "by_amount": FLAG,
        "party_mark": pl.UInt64,
        "group_id": KEY,
    },
    "normalise": {
        "order_id": ID,
        "order_key": ID,
        "stated_value": EXACT,
        "head": ID,
        "plan": WORDS,
        **dict.fromkeys(("counts", "repeated", "contradicted", "scheduled", "contradicts_itself"), FLAG),
    },
    "resolve": {**_PARTY, "policy": WORDS},
    "allocate": {
        **dict.fromkeys(("unit", "ordered", "ordered_limit", "received_net", "rejected_net", "invoiced_net"), WHOLE),
        **dict.fromkeys(("received", "invoiced", "received_not_invoiced", "received_not_invoiced_amount"), EXACT),
        **dict.fromkeys(("invoiced_not_received", "invoiced_not_received_amount", "open_to_receive"), EXACT),
        **dict.fromkeys(("value", "received_value", "rejected", "rejected_value"), EXACT),
        **dict.fromkeys(("expected_quantity", "expected_price"), EXACT),
        "goods_returned": FLAG,
    },
}
RECEIPTS: Mapping[str, Columns] = {
    "batch": {**_KEYS, "group_id": KEY},
    "normalise": {"receipt_id": ID, "repeat_of": WORDS, "unequal_to": WORDS, "counts": FLAG},
    "resolve": {},
    "link": _LINKED,
    "set aside": _UNIT,
}
INVOICES: Mapping[str, Columns] = {
    "batch": {
        **_KEYS,
        **_FRACTION,
        **dict.fromkeys(("currency_read", "number", "party_key", "derived", "endless"), WORDS),
        "printed_price": pl.Decimal(38, 10),
        "party_mark": pl.UInt64,
        "group_id": KEY,
    },
    "normalise": {"line_id": ID, "of_row": FLAG},
    "resolve": {**_PARTY, "invoice_id": ID},
    "link": {
        **_LINKED,
        **dict.fromkeys(("suggested_why", "order_lines_there", "item_of"), WORDS),
        **dict.fromkeys(("order_exists", "by_header", "quantity_missing"), FLAG),
        **dict.fromkeys(("currency_mismatch", "supplier_mismatch"), FLAG),
        "whole_order": ID,
    },
    "set aside": {
        **_UNIT,
        "duplicate_code": WORDS,
        "duplicate_of": WORDS,
        "set_aside": FLAG,
        "base_amount": EXACT,
        "rate_missing": FLAG,
    },
    "correct": {
        "order_plan": WORDS,
        "head": ID,
        "nets": ID,
        **dict.fromkeys(("discounts", "discounts_num", "discounts_parts"), EXACT),
        "corrections": EXACT,
        **dict.fromkeys(("price_variance", "price_variance_percent", "price_variance_amount", "price_limit"), EXACT),
        **dict.fromkeys(("price_order_value", "price_line_value", "price_expected", "price_actual"), EXACT),
        "price_tolerance": WORDS,
        "price_beyond": FLAG,
        "price_varies": FLAG,
        "price_sign": pl.Int8,
        "input_rejected": WORDS,
        "reversed_with": WORDS,
        "corrects": ID,
        **dict.fromkeys(("in_doubt", "reversed", "moves_no_quantity"), FLAG),
    },
    "allocate": {"takes_part": FLAG, "came_before_closing": FLAG, "first_receipt_date": DAY},
}
DROPPED = frozenset({"party_mark", "party_key"})
"""What serves the first stages alone."""
