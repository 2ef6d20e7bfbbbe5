"""Doubt: credits that give nothing back, because something about them is itself to be held or asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, constant, where
from recon.match.compare.flags import duplicate_flags, line_flags

if TYPE_CHECKING:
    from recon.rules.rule import Rules

PRICE = "price_variance"
GROUNDS = (
    "link_suggested", "possible_duplicate", "supplier_unknown", "supplier_uncertain", "supplier_blocked",
    "supplier_mismatch", "bank_details_differ", "currency_mismatch", "currency_mixed", "rate_missing", "uom_mismatch",
    "extension_error", "invoice_total_variance", "tax_variance", "tax_unproven", "input_rejected",
)  # fmt: skip
"""Link, supplier, first billing, currency, unit, arithmetic, a rejected row."""
NEGATIVE = ((pl.col("amount") < 0) | (pl.col("quantity") < 0)).fill_null(value=False)


def with_doubt(lines: pl.DataFrame, arithmetic: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `in_doubt` to invoice lines that are not set aside: a credit that these rules hold or ask about.

    `arithmetic`: what is found of that of their documents. Its price is not looked at yet: what takes an earlier line back
    has none of its own.
    """
    gives = lines.select(NEGATIVE).to_series()
    if not gives.any():
        return lines.hstack([constant(False, lines.height, pl.Boolean).alias("in_doubt")])
    asked = of_credits(lines)
    told = line_flags(asked), arithmetic, duplicate_flags(asked)
    open_ = [code for code in GROUNDS if rules.severity(code) != "info"]
    found = pl.concat(told).filter(
        pl.col("beyond") & pl.col("code").is_in(open_) & ~pl.col("info").fill_null(value=False)
    )
    ids = found.get_column("id").unique()
    return lines.with_columns((NEGATIVE & among("line_id", ids)).alias("in_doubt"))


def of_credits(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of documents that give something back."""
    return where(lines, among("invoice_id", lines["invoice_id"].filter(lines.select(NEGATIVE).to_series()).unique()))


def doubted_by_price(lines: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Put credits in doubt whose price is beyond its limit, corrections taken off."""
    if rules.severity(PRICE) == "info" or not lines["price_beyond"].any():
        return lines
    beyond = NEGATIVE & pl.col("price_beyond") & (pl.col("order_policy") != "none")
    return lines.with_columns((pl.col("in_doubt") | beyond.fill_null(value=False)).alias("in_doubt"))
