"""The feed of deliveries: an order line on its day, and what was known then of how late its supplier is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.cut import booked
from recon.close.feeds.before import window
from recon.close.feeds.lines import numbered_orders, of_order, score
from recon.close.feeds.tables import FEED_DELIVERY

if TYPE_CHECKING:
    from recon.ledger.reconcile import Reconciliation

LATEST = 100


def feed_delivery(done: Reconciliation) -> pl.DataFrame:
    """Return FEED_DELIVERY of the order lines with an order date; receipts count from the day after they were booked,
    as far as they are among the LATEST orders and receipts of the supplier.
    """
    orders = numbered_orders(done).drop_nulls("order_date")
    receipts = _receipts(done, orders)
    asked = orders.select("supplier_id", at="order", known_at="order_date", late=pl.lit(None, pl.Int64))
    told = receipts.select("supplier_id", at=pl.lit(None, pl.Int64), known_at="known_at", late="late")
    both = pl.concat(
        [asked, told.with_columns(at=orders.height + pl.int_range(pl.len(), dtype=pl.Int64) + done.order_lines.height)]
    )
    past = window(both.with_columns(known="late"), ["supplier_id"], "known", last=LATEST).drop_nulls("known")
    known = past.group_by("at").agg(
        n=pl.len().cast(pl.Int64), late=(pl.col("known") > 0).mean(), days=pl.col("known").median()
    )
    ends = receipts.group_by("order").agg(label_late_days=pl.col("late").max())
    joined = orders.join(known, left_on="order", right_on="at", how="left").join(ends, on="order", how="left")
    full = pl.col("received") >= pl.col("quantity")
    shown = joined.with_columns(
        event_at=pl.col("order_date"),
        known_at=pl.col("order_date"),
        lead_days=(pl.col("due_date") - pl.col("order_date")).dt.total_days(),
        n_before=pl.col("n").fill_null(0),
        late_share_before=score("late"),
        median_late_days_before=score("days"),
        label_in_full=pl.when(pl.col("received") > 0).then(full),
    )
    return FEED_DELIVERY.cast(shown).select(*FEED_DELIVERY.columns).sort("known_at", "source", "row")


def _receipts(done: Reconciliation, orders: pl.DataFrame) -> pl.DataFrame:
    """Return order, supplier_id, known_at and late (days after the due date) of the receipts of goods."""
    came = of_order(done.receipt_lines.filter(pl.col("quantity_counted") > 0), orders).with_columns(
        known_at=booked("receipt_lines")
    )
    beside = orders.select("order", "supplier_id", "due_date")
    late = (pl.col("receipt_date") - pl.col("due_date")).dt.total_days()
    joined = came.select("order", "known_at", "receipt_date", "source", "row").join(beside, on="order")
    return joined.with_columns(late=late).drop_nulls(["known_at", "late"]).sort("source", "row")
