"""The shadow sample after the start: some invoices of the week that the rules pay, for a person to judge once more."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from recon.close.cut import booked
from recon.close.kpis import with_posting
from recon.close.pilot.tables import SHADOW_SAMPLE
from recon.codes import DECISIONS

if TYPE_CHECKING:
    from datetime import date

    from recon.ledger.reconcile import Reconciliation

PAY = DECISIONS[0]


def shadow_sample(rows: pl.DataFrame, done: Reconciliation, count: int, last: date, rules_path: str) -> pl.DataFrame:
    """Return SHADOW_SAMPLE: `count` of the invoices in `rows` of `beside` that were booked in the seven days to `last` and are paid.

    Suppliers take turns, so that one whose layout has changed is seen; which of a supplier's is drawn goes by invoice and day, and
    is the same whenever it is asked for.
    """
    days = with_posting(done).select("invoice_key", day=booked("invoice_lines"))
    week = pl.col("day").is_between(last - timedelta(7), last, "right")
    paid = (
        rows.filter(pl.col("new") == PAY).join(days.unique("invoice_key", keep="first"), on="invoice_key").filter(week)
    )
    lots = [blake2b(f"{key}|{last}".encode(), digest_size=8).hexdigest() for key in paid["invoice_key"]]
    drawn = paid.with_columns(pl.Series("lot", lots, dtype=pl.String)).sort("lot")
    whose = pl.coalesce("supplier_id", "supplier_name")
    turns = drawn.with_columns(turn=pl.int_range(pl.len()).over(whose)).sort("turn", "lot").head(count)
    told = turns.with_columns(explain=pl.format("recon explain {} '{}'", pl.lit(rules_path), "invoice_number"))
    return SHADOW_SAMPLE.cast(told.drop("judged", "judged_by", strict=False)).select(*SHADOW_SAMPLE.columns)
