"""The feed of spend: weeks of a supplier and category, in base currency, by the days on which things were booked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product
from recon.close.cut import booked
from recon.close.feeds.lines import numbered_orders, of_order, score
from recon.close.feeds.tables import FEED_SPEND
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.rates import with_rate

if TYPE_CHECKING:
    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

KEY = ["supplier_id", "category"]
KINDS = ("ordered", "received", "invoiced", "paid")
AHEAD = 4
ZERO = pl.lit(0, EXACT)


def feed_spend(lines: pl.DataFrame, done: Reconciliation, sources: Sources, rules: Rules) -> pl.DataFrame:
    """Return FEED_SPEND of the weeks in which something was booked; `lines` are those of `item_lines`."""
    orders = numbered_orders(done)
    booked_rows = pl.concat([
        _valued(_ordered(orders), sources, rules, "ordered"),
        _valued(_received(done, orders), sources, rules, "received"),
        _shaped(lines.with_columns(day=pl.col("known_at")), "invoiced"),
        _shaped(_paid(lines, sources), "paid"),
    ])  # fmt: skip
    if booked_rows.is_empty():
        return FEED_SPEND.empty()
    weekly = _pivoted(booked_rows)
    return _finished(weekly, _indices(lines), booked_rows["day"].max())


def _ordered(orders: pl.DataFrame) -> pl.DataFrame:
    by_amount = pl.col("quantity").is_null() | pl.col("unit_price").is_null()
    return orders.with_columns(
        day=pl.col("order_date"),
        _q=pl.when(by_amount).then("amount").otherwise("quantity").cast(EXACT),
        _p=pl.when(by_amount).then(pl.lit(1)).otherwise("unit_price").cast(EXACT),
        _per=pl.when(by_amount).then(pl.lit(1)).otherwise(pl.col("price_unit").fill_null(1)).cast(EXACT),
    )


def _received(done: Reconciliation, orders: pl.DataFrame) -> pl.DataFrame:
    receipts = of_order(done.receipt_lines.drop_nulls("quantity_counted"), orders).with_columns(
        day=booked("receipt_lines")
    )
    beside = _ordered(orders).select("order", "supplier_id", "category", "currency", "_q", "_p", "_per")
    return receipts.select("order", "day", "source", "row", "quantity_counted").join(beside, on="order").with_columns(
        _q=pl.col("quantity_counted").cast(EXACT)
    )  # fmt: skip


def _valued(rows: pl.DataFrame, sources: Sources, rules: Rules, kind: str) -> pl.DataFrame:
    rated = with_rate(rows.with_row_index("_line"), sources.rates, rules.base_currency, "day", "_line")
    valued = product(rated.with_columns(_r=pl.col("rate").cast(EXACT)), "base_amount", ["_q", "_p", "_r"], "_per")
    return _shaped(valued, kind)


def _paid(lines: pl.DataFrame, sources: Sources) -> pl.DataFrame:
    """Return payments in the category of the first line of their invoice, at the rate of that line."""
    about = lines.group_by("supplier_id", "invoice_number", maintain_order=True).agg(pl.col("category", "rate").first())
    sent = sources.payments.filter(pl.col("status").fill_null("paid") == "paid")
    joined = sent.join(about, on=["supplier_id", "invoice_number"], how="left").with_columns(day=pl.col("payment_date"))
    return product(joined, "base_amount", ["amount", "rate"])


def _shaped(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    known = rows.drop_nulls(["day", "base_amount"])
    return known.select(*KEY, "day", pl.col("base_amount").cast(EXACT), kind=pl.lit(kind), source="source", row="row")


def _pivoted(rows: pl.DataFrame) -> pl.DataFrame:
    monday = pl.col("day") - pl.duration(days=pl.col("day").dt.weekday() - 1)
    placed = rows.with_columns(event_at=monday)
    weekly = placed.select(*KEY, "event_at").unique()
    for kind in KINDS:
        sums = group_sums(placed.filter(kind=kind), [*KEY, "event_at"], "base_amount")
        weekly = weekly.join(sums.rename({"base_amount": kind}), on=[*KEY, "event_at"], how="left", nulls_equal=True)
    return weekly.with_columns(pl.col(KINDS).fill_null(ZERO)).sort(*KEY, "event_at", nulls_last=True)


def _indices(lines: pl.DataFrame) -> pl.DataFrame:
    """Return by week the mean of billed over ordered prices."""
    compared = lines.drop_nulls(["ordered_ratio", "known_at"])
    monday = pl.col("known_at") - pl.duration(days=pl.col("known_at").dt.weekday() - 1)
    placed = compared.sort("source", "row").with_columns(event_at=monday)
    return placed.group_by(*KEY, "event_at", maintain_order=True).agg(price_index=score(pl.col("ordered_ratio").mean()))


def _finished(weekly: pl.DataFrame, indices: pl.DataFrame, last: object) -> pl.DataFrame:
    """Add what is open at the end of the week, and as label what is billed in the four weeks after, where they are over."""
    joined = weekly.join(indices, on=[*KEY, "event_at"], how="left", nulls_equal=True, maintain_order="left")
    ends = joined.with_columns(known_at=pl.col("event_at") + timedelta(6))
    later = ends.select(*KEY, then="event_at", later="invoiced")
    near = ends.select(*KEY, "event_at").join(later, on=KEY, nulls_equal=True).filter(
        pl.col("then") > pl.col("event_at"), pl.col("then") <= pl.col("event_at") + timedelta(7 * AHEAD)
    )  # fmt: skip
    sums = near.group_by(*KEY, "event_at").agg(pl.col("later").sum())
    over = pl.col("event_at") + timedelta(7 * AHEAD + 6) <= pl.lit(last)
    told = ends.join(sums, on=[*KEY, "event_at"], how="left", nulls_equal=True, maintain_order="left").with_columns(
        open_commitment=(pl.col("ordered") - pl.col("invoiced")).cum_sum().over(KEY),
        label_invoiced_next_4_weeks=pl.when(over).then(pl.col("later").fill_null(ZERO)),
    )
    return FEED_SPEND.cast(told).select(*FEED_SPEND.columns).sort("event_at", *KEY, nulls_last=True)
