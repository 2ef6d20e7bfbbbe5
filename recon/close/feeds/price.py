"""The feed of prices: each billed price beside the last prices of its supplier and item that were known by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.feeds.before import middle, window
from recon.close.feeds.lines import logarithm, score
from recon.close.feeds.tables import FEED_PRICE

if TYPE_CHECKING:
    from recon.ledger.reconcile import Reconciliation

KEY = ("supplier_id", "what", "unit")


def feed_price(lines: pl.DataFrame, done: Reconciliation) -> pl.DataFrame:
    """Return FEED_PRICE of the lines of `item_lines` that have a price and a day on which they were known."""
    priced = lines.filter(
        pl.col("base_price") > 0, pl.col("known_at").is_not_null(), pl.col("document_type") != "credit_note"
    )
    logged = priced.with_columns(log=logarithm("base_price"))
    past = window(logged, KEY, "log", "base_price", "known_at")
    told = middle(past, "log").drop("last")
    latest = past.group_by("at", maintain_order=True).last().select("at", last_price="base_price", last_at="known_at")
    joined = logged.join(told, on="at", how="left").join(latest, on="at", how="left", maintain_order="left")
    labelled = joined.join(_credited(done), on=["supplier_id", "invoice_number"], how="left", maintain_order="left")
    shown = labelled.with_columns(
        item="what",
        uom="unit",
        buyer="of_buyer",
        terms=pl.coalesce("payment_terms", "of_payment_terms"),
        month=pl.col("event_at").dt.month().cast(pl.Int64),
        log_price=score("log"),
        n_before=pl.col("n").fill_null(0),
        median_log=score("median"),
        mad_log=score("mad"),
        days_since_last=(pl.col("known_at") - pl.col("last_at")).dt.total_days(),
        order_price_ratio=score("ordered_ratio"),
        label_price_variance=pl.col("codes").list.contains("price_variance"),
        label_credited=pl.col("credited").fill_null(value=False),
    )
    return FEED_PRICE.cast(shown).select(*FEED_PRICE.columns).sort("known_at", "source", "row")


def _credited(done: Reconciliation) -> pl.DataFrame:
    """Return the invoices that a credit note cites, whenever it came."""
    cited = done.invoice_lines.filter(pl.col("document_type") == "credit_note").select(
        "supplier_id", invoice_number="credited_invoice"
    )
    return cited.drop_nulls().unique().with_columns(credited=pl.lit(value=True))
