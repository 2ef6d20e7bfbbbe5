"""What is wrong, in a few words, and whom to ask about it: one row a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.match.classify.english import ENGLISH
from recon.match.classify.wording import with_places
from recon.match.classify.words import Language
from recon.tables import EXACT

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 60
"""Characters that one line of a screen has room for."""
RECEIVING, BUYER, SUPPLIER = "receiving", "buyer", "supplier"
MASTER_DATA, ACCOUNTS_PAYABLE = "master data", "accounts payable"

_SHORT: Mapping[str, tuple[str, str]] = {
    "price_variance": ("Price {actual:number}, ordered {expected:number}", BUYER),
    "quantity_over_received": ("{size:number} of {actual:number} not received", RECEIVING),
    "not_received": ("Nothing received of {actual:number}", RECEIVING),
    "quantity_over_accepted": ("{size:number} of {actual:number} not accepted", RECEIVING),
    "goods_rejected": ("Part of the goods was rejected", RECEIVING),
    "quantity_over_ordered": ("{size:number} of {actual:number} not ordered", BUYER),
    "amount_over_ordered": ("{size:money} more than ordered", BUYER),
    "amount_over_received": ("{size:money} more than confirmed", RECEIVING),
    "extension_error": ("Amount is {actual:exact}, computed {expected:exact}", SUPPLIER),
    "invoice_total_variance": ("Total is {actual:exact}, lines say {expected:exact}", SUPPLIER),
    "tax_variance": ("Tax is {actual:exact}, expected {expected:exact}", SUPPLIER),
    "unplanned_charge": ("{line_type:title|Charge} of {actual:money} not ordered", BUYER),
    "charge_variance": ("{line_type:title|Charge} is {actual:money}, planned {expected:money}", BUYER),
    "invoice_before_order": ("Invoiced {size:number} days before the order", BUYER),
    "invoice_before_receipt": ("Invoiced {size:number} days before the receipt", RECEIVING),
    "late_delivery": ("Received {size:number} days late", RECEIVING),
    "over_delivery": ("{size:number} more received than ordered", RECEIVING),
    "under_delivery": ("{size:number} of {expected:number} still missing", RECEIVING),
    "no_reference": ("No order number on the invoice", SUPPLIER),
    "order_not_found": ("Order {cited|?} not found", BUYER),
    "order_line_not_found": ("Order has no such line or item", BUYER),
    "link_ambiguous": ("Several order lines fit", BUYER),
    "link_suggested": ("Probably order {po_number} line {po_line}: confirm", BUYER),
    "item_mismatch": ("Another item than ordered", BUYER),
    "quantity_missing": ("No quantity on the invoice line", SUPPLIER),
    "receipt_without_order": ("Receipt {receipt_number} names no known order", RECEIVING),
    "duplicate_invoice": ("Billed before: not to be paid twice", ACCOUNTS_PAYABLE),
    "possible_duplicate": ("Perhaps billed before", ACCOUNTS_PAYABLE),
    "duplicate_order_line": ("Order line stands in the orders twice", BUYER),
    "duplicate_receipt": ("Receipt was booked twice", RECEIVING),
    "order_contradicts_itself": ("The order's price and amount differ", BUYER),
    "currency_mismatch": ("Billed in another currency than ordered", SUPPLIER),
    "currency_mixed": ("Several currencies on one invoice", SUPPLIER),
    "uom_mismatch": ("Units differ, no conversion known", MASTER_DATA),
    "supplier_mismatch": ("Another supplier than the order's", BUYER),
    "supplier_unknown": ("Supplier not known", MASTER_DATA),
    "supplier_uncertain": ("Supplier not certain", MASTER_DATA),
    "supplier_blocked": ("Supplier is blocked", MASTER_DATA),
    "bank_details_differ": ("Bank account is not the one on file", MASTER_DATA),
    "rate_missing": ("No exchange rate", MASTER_DATA),
    "terms_mismatch": ("Payment terms differ", BUYER),
    "order_closed": ("Order was closed {size:number} days before", BUYER),
    "credit_exceeds_invoiced": ("More credited than was invoiced", SUPPLIER),
    "received_not_invoiced": ("{size:number} received, not invoiced", SUPPLIER),
    "returned_not_credited": ("{size:number} returned, not credited", SUPPLIER),
    "input_rejected": ("A source row could not be read", ACCOUNTS_PAYABLE),
}
SHORT = Language({code: words for code, (words, _) in _SHORT.items()}, ENGLISH.phrases)
"""Code -> a few words."""
ASKED: Mapping[str, str] = {code: who for code, (_, who) in _SHORT.items()}
"""Code -> who can clear it."""
_BESIDE = ("item", "description", "line_type", "cited")
"""What sentences may use beside the columns of discrepancies; a frame that lacks one knows no better."""


def with_words(found: pl.DataFrame) -> pl.DataFrame:
    """Add `wrong` (at most LONGEST characters) and `whom` to discrepancies, in their order."""
    absent = [pl.lit(None, pl.String).alias(name) for name in _BESIDE if name not in found.columns]
    figures = [pl.col(name).cast(EXACT, strict=False) for name in ("expected", "actual")]
    numbered = found.with_columns(*absent, *figures).with_row_index("_at")
    parts = with_places(numbered).partition_by("code", as_dict=True)
    worded = [part.select("_at", _wrong(str(code)).alias("wrong")) for (code,), part in parts.items()]
    wrong = pl.concat([pl.DataFrame(schema={"_at": pl.UInt32, "wrong": pl.String}), *worded]).sort("_at")
    whom = pl.col("code").replace_strict(ASKED, default=ACCOUNTS_PAYABLE, return_dtype=pl.String)
    return found.with_columns(wrong.get_column("wrong"), whom.alias("whom"))


def _wrong(code: str) -> pl.Expr:
    """Return the words of a code; of one that has none, how its message begins."""
    begins = pl.col("message").str.split(": ").list.first().str.split("; ").list.first()
    words = SHORT.sentence(code) if code in SHORT.sentences else begins
    cut = pl.concat_str(words.str.head(LONGEST - 1).str.strip_chars_end(), pl.lit("…"))
    return pl.when(words.str.len_chars() > LONGEST).then(cut).otherwise(words)
