"""Each invoice with what the old process decided and what the new one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.pilot.tables import DISAGREEMENTS, ONLY
from recon.codes import DECISIONS, SEVERITIES
from recon.kinds import EXACT
from recon.match.keys import key

if TYPE_CHECKING:
    from datetime import date

    from recon.ledger.reconcile import Reconciliation

ONLY_OLD, ONLY_NEW = ONLY
PAY, _, HOLD = DECISIONS


def beside(done: Reconciliation, old: pl.DataFrame, caused: pl.DataFrame, category: str | None) -> pl.DataFrame:
    """Return a row an invoice that either process knows: `old`, `new` (null where it does not), and what is known of it.

    `old` are OLD_DECISIONS; the last decision on an invoice counts. A supplier is found by id, else by a name that the run
    knows, else an invoice by its number alone where only one invoice has it. With `category` only invoices with a line of it.
    """
    new = _invoices(done, caused)
    last = old.sort("decided_on", "row", nulls_last=False).unique(
        ["company", "supplier_id", "supplier_name", "invoice_number"], keep="last", maintain_order=True
    )
    named = _named(last.with_columns(number=key("invoice_number")), new, done).sort("decided_on", "row")
    known = named.drop_nulls("at").unique("at", keep="last", maintain_order=True)
    strangers = named.filter(pl.col("at").is_null())
    facts = ["decided_on", "decided_by", "reason"]
    joined = new.join(known.select("at", *facts, old="decision"), on="at", how="left")
    if category is not None:
        joined = joined.filter(pl.col("categories").list.contains(category))
    apart = strangers.select(
        "company", "supplier_id", "supplier_name", "invoice_number", *facts, "currency",
        amount=pl.col("amount").cast(EXACT), old="decision",
    )  # fmt: skip
    both = pl.concat([joined, apart], how="diagonal")
    return both.sort("company", "supplier_id", "invoice_number", "invoice_key", "old", nulls_last=True)


def _invoices(done: Reconciliation, caused: pl.DataFrame) -> pl.DataFrame:
    """Return the run's invoices with `at`, `number`, `booked_on`, their `categories`, worst message and cause."""
    orders = done.order_lines.select(
        "group_id", order_po_number="po_number", order_po_line="po_line", category="category"
    )
    keys = ["group_id", "order_po_number", "order_po_line"]
    lines = done.invoice_lines.join(orders.unique(keys, keep="first", maintain_order=True), on=keys, how="left")
    categories = lines.drop_nulls("category").group_by("invoice_key").agg(categories=pl.col("category").unique().sort())
    rank = pl.col("severity").replace_strict({name: -at for at, name in enumerate(SEVERITIES)}, return_dtype=pl.Int64)
    worst = caused.drop_nulls("invoice_key").sort(rank, pl.col("amount_at_risk").abs(), "discrepancy_id", descending=[False, True, False], nulls_last=True)  # fmt: skip
    said = worst.group_by("invoice_key", maintain_order=True).agg(
        pl.col("message").first(), pl.col("cause_id").drop_nulls().first()
    )
    told = done.invoices.rename({"decision": "new"}).with_row_index("at").with_columns(number=key("invoice_number"))
    booked = lines.group_by("invoice_key").agg(booked_on=pl.col("posting_date").drop_nulls().first())
    joined = told
    for known in (categories, said, booked):
        joined = joined.join(known, on="invoice_key", how="left")
    joined = joined.with_columns(pl.coalesce("booked_on", "invoice_date").alias("booked_on"))
    return joined.drop("decided_by", "decided_on", "decision_reason", strict=False)


def _named(old: pl.DataFrame, new: pl.DataFrame, done: Reconciliation) -> pl.DataFrame:
    """Add `at`, the invoice that an old decision is on: null where none is, or several could be."""
    spelled = done.supplier_links.select(supplier_id="supplier_id", name="given_name")
    known = pl.concat([spelled, done.invoices.select(supplier_id="supplier_id", name="supplier_name")])
    names = known.with_columns(name=key("name")).drop_nulls().unique().filter(~pl.col("name").is_duplicated())
    numbered = old.with_row_index("old_at").with_columns(name=key("supplier_name"))
    by_name = numbered.join(names.rename({"supplier_id": "named"}), on="name", how="left", maintain_order="left")
    wanted = by_name.with_columns(supplier=pl.coalesce("supplier_id", "named"))
    pairs = wanted.select("old_at", "company", "supplier", "number").join(
        new.select("at", "number", own_company="company", own="supplier_id"), on="number"
    )
    fits = pairs.filter(
        (pl.col("company") == pl.col("own_company")).fill_null(value=True),
        (pl.col("supplier") == pl.col("own")).fill_null(pl.col("supplier").is_null()),
    )
    single = fits.filter(~pl.col("old_at").is_duplicated()).select("old_at", "at")
    return wanted.join(single, on="old_at", how="left", maintain_order="left").drop(
        "old_at", "name", "named", "supplier"
    )


def disagreements(rows: pl.DataFrame, rules_path: str, last: date | None) -> pl.DataFrame:
    """Return DISAGREEMENTS of the rows of `beside`, what is worth most first; populations before all others.

    A release is held from the day of the old decision to `last`.
    """
    place = {name: at for at, name in enumerate(DECISIONS)}
    was, becomes = (pl.col(c).replace_strict(place, default=None, return_dtype=pl.Int64) for c in ("old", "new"))
    kind = (
        pl.when(pl.col("new").is_null()).then(pl.lit(ONLY_OLD))
        .when(pl.col("old").is_null()).then(pl.lit(ONLY_NEW))
        .when((pl.col("old") == PAY) & (pl.col("new") == HOLD)).then(pl.lit("leak"))
        .when((pl.col("old") == HOLD) & (pl.col("new") == PAY)).then(pl.lit("release"))
        .when(becomes > was).then(pl.lit("harder"))
        .when(becomes < was).then(pl.lit("softer"))
    )  # fmt: skip
    held = (pl.lit(last, pl.Date) - pl.col("decided_on")).dt.total_days()
    told = rows.with_columns(kind=kind).drop_nulls("kind").with_columns(
        at_stake=pl.when(pl.col("kind").is_in(["leak", "harder"])).then("amount_at_risk"),
        days_held=pl.when((pl.col("kind") == "release") & (held >= 0)).then(held),
        explain=pl.format("recon explain {} '{}'", pl.lit(rules_path), "invoice_number"),
    )  # fmt: skip
    valued = told.with_columns(amount_days=(pl.col("amount").cast(EXACT) * pl.col("days_held")).cast(EXACT))
    turn = ~pl.col("kind").is_in(ONLY)
    shown = DISAGREEMENTS.cast(valued).select(*DISAGREEMENTS.columns)
    money = pl.coalesce("at_stake", "amount").abs()
    return shown.sort(
        turn, money, "invoice_key", "invoice_number", descending=[False, True, False, False], nulls_last=True
    )


def carried(told: pl.DataFrame, before: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return DISAGREEMENTS with the labels of an earlier cycle where invoice, old and new decision are the same."""
    on = ["company", "supplier_id", "invoice_number", "old", "new"]
    given = before.drop_nulls("label").unique(on, keep="last", maintain_order=True)
    labels = given.select(*on, _label="label", _by="labelled_by", _from=pl.coalesce("carried_from", pl.lit(name)))
    joined = told.join(labels, on=on, how="left", nulls_equal=True, maintain_order="left")
    filled = joined.with_columns(
        label=pl.coalesce("label", "_label"),
        labelled_by=pl.coalesce("labelled_by", "_by"),
        carried_from=pl.coalesce("carried_from", "_from"),
    )
    return filled.select(*DISAGREEMENTS.columns)
