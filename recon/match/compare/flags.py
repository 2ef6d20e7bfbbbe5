"""Findings that are facts rather than variances: references, suppliers, currencies, units, terms, rates, rejects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import known, where
from recon.kinds import NO_CURRENCY
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.keys import key

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Flag:
    """A code, when it stands on a line, and the words that go with it."""

    code: str
    when: pl.Expr
    detail: pl.Expr


def _gap(theirs: str, ours: str) -> pl.Expr:
    return pl.format(
        "{} on the invoice, {} on the order", pl.col(theirs).fill_null("none"), pl.col(ours).fill_null("none")
    )


LINKED = pl.col("order_id").is_not_null()
LOST = ~LINKED & ~pl.col("ambiguous") & ~pl.col("by_header")
IS_ITEM = pl.col("line_type") == "item"
ALONE = ~pl.col("document_linked")
HELD_TO_PLAN = pl.col("line_type").is_in(["freight", "charge", "prepayment", "retention"])
"""They are held against the order as a whole, and need no order line of their own."""
LINE_FLAGS = (
    Flag("link_suggested", pl.col("suggested"), pl.col("suggested_why")),
    Flag("link_ambiguous", pl.col("ambiguous"), pl.col("candidates")),
    Flag("no_reference", LOST & pl.col("po_key").is_null() & (IS_ITEM | ALONE), pl.lit(None, pl.String)),
    Flag("order_not_found", LOST & pl.col("po_key").is_not_null() & ~pl.col("order_exists"), pl.col("lookalikes")),
    Flag(
        "order_line_not_found",
        LOST & pl.col("order_exists") & (IS_ITEM | (ALONE & ~HELD_TO_PLAN)),
        pl.col("candidates"),
    ),
    Flag("item_mismatch", pl.col("item_mismatch"), pl.col("item_of")),
    Flag("quantity_missing", pl.col("quantity_missing"), pl.lit(None, pl.String)),
    Flag("currency_mismatch", pl.col("currency_mismatch"), _gap("currency", "order_currency")),
    Flag(
        "uom_mismatch",
        IS_ITEM & pl.col("uom_mismatch"),
        pl.format("{} on the invoice, {}", pl.col("uom").fill_null("none"), "order_unit"),
    ),
    Flag("supplier_mismatch", pl.col("supplier_mismatch"), _gap("supplier_key", "order_supplier_key")),
    Flag("supplier_unknown", pl.col("supplier_state") == "supplier_unknown", pl.col("supplier_reason")),
    Flag("supplier_uncertain", pl.col("supplier_state") == "supplier_uncertain", pl.col("supplier_reason")),
    Flag("supplier_blocked", pl.col("supplier_blocked"), pl.lit(None, pl.String)),
    Flag("bank_details_differ", pl.col("bank_details_differ"), pl.col("bank_detail")),
    Flag(
        "terms_mismatch",
        key("order_payment_terms") != key("order_supplier_payment_terms"),
        pl.format("{} on the order, {} in the supplier master", "order_payment_terms", "order_supplier_payment_terms"),
    ),
    Flag(
        "rate_missing",
        pl.col("rate_missing"),
        pl.format(
            "no rate for {} on or before {}",
            pl.col("currency").fill_null(NO_CURRENCY),
            pl.col("invoice_date").cast(pl.String).fill_null("an unknown date"),
        ),
    ),
    Flag("input_rejected", pl.col("input_rejected").is_not_null(), pl.col("input_rejected")),
)
RECEIPT_FLAGS = (
    Flag("receipt_without_order", ~LINKED & ~pl.col("ambiguous"), pl.col("lookalikes")),
    Flag("item_mismatch", pl.col("item_mismatch"), pl.lit(None, pl.String)),
    Flag("duplicate_receipt", pl.col("repeat_of").is_not_null(), pl.col("repeat_of")),
    Flag(
        "input_rejected",
        pl.col("unequal_to").is_not_null(),
        pl.format("its receipt line stands also at {}, with other content", "unequal_to"),
    ),
    Flag("link_ambiguous", pl.col("ambiguous"), pl.col("candidates")),
    Flag(
        "uom_mismatch",
        pl.col("uom_mismatch") & pl.col("counts"),
        pl.format("{} on the receipt, {}", pl.col("uom").fill_null("none"), "order_unit"),
    ),
)


def line_flags(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the flags of invoice lines that are not set aside; the line's amount is at risk.

    What is not an item needs no order of its own beside a line of its invoice that has one.
    """
    lines = lines.with_columns(LINKED.any().over("invoice_id").alias("document_linked"))
    return _flagged(lines, LINE_FLAGS, "invoice", "line_id", pl.col("amount"))


def reversal_flags(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `reversed` of lines that take each other back."""
    flag = Flag("reversed", pl.col("reversed"), pl.col("reversed_with"))
    return _flagged(lines, (flag,), "invoice", "line_id", pl.col("amount"))


def receipt_flags(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return the flags of receipt lines."""
    return _flagged(receipts, RECEIPT_FLAGS, "receipt", "receipt_id", pl.lit(None))


def duplicate_flags(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the duplicate codes of lines with `duplicate_code` and the words for what they repeat."""
    needed = lines[["line_id", "amount", "duplicate_code", "duplicate_of"]]
    repeated = where(needed, known(needed["duplicate_code"]))
    return findings(
        repeated,
        "invoice",
        "line_id",
        pl.col("duplicate_code"),
        amount_at_risk=pl.col("amount"),
        detail=pl.col("duplicate_of"),
    )


def _flagged(lines: pl.DataFrame, flags: Sequence[Flag], kind: str, id_column: str, at_risk: pl.Expr) -> pl.DataFrame:
    """Return what the flags find: all are looked for in one pass, and those that stand nowhere cost no other."""
    raised = lines.select(flag.when.alias(str(place)) for place, flag in enumerate(flags))
    found = [no_findings()]
    for flag, stands in zip(flags, raised.get_columns(), strict=True):
        if stands.any():
            told = dict.fromkeys((id_column, *(c for each in (at_risk, flag.detail) for c in each.meta.root_names())))
            standing = where(lines[[*told]], stands)
            found.append(findings(standing, kind, id_column, flag.code, amount_at_risk=at_risk, detail=flag.detail))
    return all_found(found)
