"""Codes that something is still missing of, and what: the list shrinks, and has to be empty when a version is released."""

from __future__ import annotations

from collections.abc import Mapping

UNDER_WAY: Mapping[str, str] = {}
"""Code -> why it is not complete. The other codes are."""
UNTOLD = (
    "duplicate_receipt", "order_contradicts_itself", "bank_details_differ", "item_mismatch", "quantity_missing", "reversed",
    "prepayment_over_ordered", "prepayment_not_deducted", "retention_over_released", "goods_rejected",
    "currency_mixed",
)  # fmt: skip
"""Codes that the sample company has no story for."""
