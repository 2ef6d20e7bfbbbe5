"""The feed of invoices as they arrive, with how their supplier's went before; decisions as they stood at month ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import summed
from recon.close.cut import booked, cut
from recon.close.feeds.lines import score
from recon.close.feeds.tables import FEED_INVOICE
from recon.codes import DECISIONS
from recon.ledger.reconcile import reconcile

if TYPE_CHECKING:
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules
    from recon.tables import Sources

KEY = ["company", "supplier_id", "invoice_number", "document_type"]
ROUND = 100


def feed_invoice(lines: pl.DataFrame, done: Reconciliation, sources: Sources, rules: Rules) -> pl.DataFrame:
    """Return FEED_INVOICE of the invoices that stand on the lines of `item_lines`.

    The first decision on an invoice is what was decided with all that was booked by the end of its month; it is known
    after that day, and only then does it count for later invoices.
    """
    dated = _documents(lines).with_columns(decided_at=pl.col("known_at").dt.month_end())
    decided = month_end_decisions(sources, rules)
    invoices = dated.join(decided, on=[*KEY, "decided_at"], how="left", nulls_equal=True, maintain_order="left")
    final = done.invoices.select(*KEY, label_decision="decision").unique(KEY, keep="first", maintain_order=True)
    counted = _with_past(invoices).join(final, on=KEY, how="left", nulls_equal=True)
    told = _outcomes(counted, done, sources)
    shown = told.with_columns(
        weekday=pl.col("event_at").dt.weekday().cast(pl.Int64),
        round_amount=pl.col("base_amount").cast(pl.Float64) % ROUND == 0,
        days_from_order=(pl.col("event_at") - pl.col("ordered_on")).dt.total_days(),
        link_score=pl.col("score"),
        label_first_decision="first_decision",
    )
    return FEED_INVOICE.cast(shown).select(*FEED_INVOICE.columns).sort("known_at", *KEY, nulls_last=True)


def month_end_decisions(sources: Sources, rules: Rules) -> pl.DataFrame:
    """Return KEY, `decided_at` (the end of each month in which a bill was booked) and the decision as it stood then."""
    days = sources.invoice_lines.select(booked("invoice_lines")).to_series().drop_nulls()
    ends = days.dt.month_end().unique().sort().to_list()
    told = [_decided(sources, rules, end) for end in ends]
    empty = pl.DataFrame(schema={**dict.fromkeys(KEY, pl.String), "first_decision": pl.String, "decided_at": pl.Date})
    return pl.concat([empty, *told])


def _decided(sources: Sources, rules: Rules, end: date) -> pl.DataFrame:
    done = reconcile(cut(sources, end), rules)
    named = done.invoices.select(*KEY, first_decision="decision", decided_at=pl.lit(end))
    return named.unique(KEY, keep="first", maintain_order=True)


def _documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Return a row an invoice that says when it was known."""
    dated = lines.drop_nulls("known_at")
    sums = summed(dated, KEY, "base_amount")
    first = dated.group_by(KEY, maintain_order=True).agg(
        pl.col("event_at", "known_at").min(),
        ordered_on=pl.col("of_order_date").min(),
        score=pl.col("link_score").min(),
        known=pl.col("base_amount").is_not_null().all(),
    )
    joined = first.join(sums, on=KEY, nulls_equal=True).with_row_index("at")
    return joined.with_columns(base_amount=pl.when("known").then("base_amount"))


def _with_past(invoices: pl.DataFrame) -> pl.DataFrame:
    """Add `n_before` (invoices whose decision was known before), `first_pass_before` and `supplier_age_days`."""
    decided = invoices.drop_nulls("first_decision").select(
        "supplier_id", "decided_at", paid=(pl.col("first_decision") == DECISIONS[0]).cast(pl.Int64)
    )
    steps = decided.group_by("supplier_id", "decided_at").agg(n=pl.len().cast(pl.Int64), paid=pl.col("paid").sum())
    running = steps.sort("supplier_id", "decided_at").with_columns(
        pl.col("n", "paid").cum_sum().over("supplier_id"), day=pl.col("decided_at") + timedelta(1)
    )
    by_day = invoices.sort("known_at").join_asof(
        running.sort("day").select("supplier_id", "day", "n", "paid"),
        left_on="known_at", right_on="day", by="supplier_id", check_sortedness=False,
    )  # fmt: skip
    begun = pl.col("known_at").min().over("supplier_id")
    age = (pl.col("known_at") - begun).dt.total_days()
    return by_day.with_columns(
        n_before=pl.col("n").fill_null(0),
        first_pass_before=score(pl.col("paid") / pl.col("n")),
        supplier_age_days=pl.when(begun < pl.col("known_at")).then(age),
    ).drop("n", "paid")


def _outcomes(invoices: pl.DataFrame, done: Reconciliation, sources: Sources) -> pl.DataFrame:
    """Add the labels `label_outcome` and `label_days_to_paid`; what is open is not yet known, and open."""
    paid = sources.payments.filter(pl.col("status").fill_null("paid") == "paid").group_by("supplier_id", "invoice_number").agg(
        paid_on=pl.col("payment_date").max()
    )  # fmt: skip
    cited = done.invoice_lines.filter(pl.col("document_type") == "credit_note").select(
        "supplier_id", invoice_number="credited_invoice", credited=pl.lit(value=True)
    )
    on = ["supplier_id", "invoice_number"]
    joined = invoices.join(paid, on=on, how="left").join(cited.drop_nulls().unique(), on=on, how="left")
    outcome = (
        pl.when("credited").then(pl.lit("credited")).when(pl.col("paid_on").is_not_null()).then(pl.lit("paid"))
    ).otherwise(pl.lit("open"))
    return joined.with_columns(
        label_outcome=outcome, label_days_to_paid=(pl.col("paid_on") - pl.col("event_at")).dt.total_days()
    )
