"""Order rows with one key: equal ones count once, those of a schedule are added up, and others contradict one another."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import constant, where, with_columns_of, without
from recon.tables import ORDER_LINES

ORDER_KEY = ("company_key", "po_key", "po_line_key")
SCHEDULED = ("due_date", "order_date", "closed_date", "quantity", "amount")
"""What rows of a schedule may differ in; the row that is first in this stands for them."""
ADDED = ("quantity", "amount")
READ = (*SCHEDULED[1:], "unit_price")
"""What an order line is not always matched with as it was read; that stays in `<column>_read`."""
_MERGED = (*SCHEDULED[1:], "amount_num")
_CONTENT = [*(c for c in ORDER_LINES.columns if c not in ("source", "row", "unit_price")), "unit_price_read"]
_CONSTANT = [c for c in _CONTENT if c not in SCHEDULED]


def with_schedules(orders: pl.DataFrame) -> pl.DataFrame:
    """Add to order lines (with `order_id`) which of them `counts`, and what the key they share comes to.

    `order_key`: the order_id of the row that counts, else the least of the key. `repeated`: the row stands more than once,
    or contradicts others of its key (`contradicted`: none of those counts). `scheduled`: rows that one row stands for, with
    quantities and amounts added up.
    """
    keyed = orders.with_columns(pl.col("order_id").min().over(ORDER_KEY).alias("order_key"))
    several = where(keyed, keyed["order_key"].is_duplicated())
    single = {"counts": True, "repeated": False, "contradicted": False, "scheduled": False}
    if several.is_empty():
        return keyed.hstack([constant(flag, keyed.height, pl.Boolean).alias(name) for name, flag in single.items()])
    judged = _judged(several)
    told = with_columns_of(without(keyed, "order_key", *_MERGED), judged, "order_id")
    filled = [pl.when("_told").then(c).otherwise(keyed[c]).alias(c) for c in ("order_key", *_MERGED)]
    flags = [pl.col(name).fill_null(flag) for name, flag in single.items()]
    return told.with_columns(*filled, *flags)[[*keyed.columns, *single]]


def as_read(orders: pl.DataFrame) -> pl.DataFrame:
    """Return order lines with what was read in place of what they were matched with."""
    return orders.with_columns(pl.col(f"{c}_read").alias(c) for c in READ)


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Return, of rows that share a key, order_id, order_key, the flags, and what the row that stands for a schedule has."""
    same = ["order_key", *_CONTENT]
    marked = rows.with_columns(
        (pl.len().over(same) > 1).alias("again"),
        (pl.col("order_id").min().over(same) == pl.col("order_id")).alias("first"),
    )
    distinct = marked.filter("first").sort("order_key", *SCHEDULED, "order_id", nulls_last=True)
    kinds = distinct.group_by("order_key").agg(
        (pl.len() > 1).alias("differ"),
        (pl.struct(_CONSTANT).n_unique() == 1).alias("alike"),
        pl.all_horizontal(pl.col(c).is_null().n_unique() == 1 for c in ADDED).alias("added"),
        pl.col("order_id").first().alias("stands"),
        *(
            pl.when(pl.col(c).is_not_null().any()).then(pl.col(c).sum()).alias(f"{c}_all")
            for c in (*ADDED, "amount_num")
        ),
        pl.col("order_date").min().alias("order_date_all"),
        pl.when(pl.col("closed_date").is_not_null().all()).then(pl.col("closed_date").max()).alias("closed_date_all"),
    )
    both = marked.join(kinds, on="order_key", maintain_order="left")
    schedule = pl.col("differ") & pl.col("alike") & pl.col("added")
    contradicted = pl.col("differ") & ~schedule
    counts = ~contradicted & (pl.col("order_id") == pl.col("stands"))
    total = schedule & counts
    return both.select(
        "order_id",
        pl.when(contradicted).then("order_key").otherwise("stands").alias("order_key"),
        *(pl.when(total).then(f"{c}_all").otherwise(c).alias(c) for c in _MERGED),
        counts.alias("counts"),
        (pl.col("again") | contradicted).alias("repeated"),
        contradicted.alias("contradicted"),
        schedule.alias("scheduled"),
        pl.lit(value=True).alias("_told"),
    )
