"""Payments: which invoice each one pays, and those that pay none that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.keys import key

if TYPE_CHECKING:
    from datetime import date

    from recon.rules.close import Close

WITHOUT, AMBIGUOUS, REPEATED = "payment_without_invoice", "payment_ambiguous", "payment_repeated"
_SAME = [
    *("company", "payment_number", "supplier_id", "supplier_name", "invoice_number", "payment_date", "cleared_date"),
    *("amount", "discount_taken", "currency"),
]
"""What two rows of one payment have in common."""


def paid_by(payments: pl.DataFrame, close: Close, last: date) -> pl.DataFrame:
    """Return the payments that were not voided, with `paid_on` (sent or cleared, as the rules say), by the end of `last`."""
    day = "payment_date" if close.paid_by == "sent" else "cleared_date"
    good = payments.filter(pl.col("status").fill_null("paid") != "void").with_columns(paid_on=day)
    return good.filter(pl.col("paid_on") <= last)


def with_invoice(payments: pl.DataFrame, documents: pl.DataFrame, suppliers: pl.DataFrame) -> pl.DataFrame:
    """Add `invoice_key` and, where there is not exactly one, the `point` that says so.

    One that another row repeats counts once. A payment pays the invoice of its number whose company, supplier (by id, else by name) and currency are not others than
    its own; of an invoice and a credit note with one number that whose sign it has.
    """
    numbered = payments.with_row_index("at").with_columns(number=key("invoice_number"), by_name=key("supplier_name"))
    documents = documents.clear() if payments.is_empty() else documents
    names = suppliers.select("supplier_id", master=key("name")).unique("supplier_id", keep="first")
    theirs = documents.join(names, on="supplier_id", how="left").select(
        "invoice_key",
        "master",
        number=key("invoice_number"),
        name=key("supplier_name"),
        whole="amount",
        **{f"its_{one}": pl.col(one) for one in ("company", "supplier_id", "currency")},
    )
    pairs = numbered.join(theirs, on="number").filter(_fits("company"), _fits("currency"), _of_supplier())
    signed = pairs.with_columns(alike=((pl.col("amount") < 0) == (pl.col("whole") < 0)).fill_null(value=True))
    best = signed.filter(pl.col("alike") == pl.col("alike").max().over("at"))
    found = best.group_by("at").agg(pl.col("invoice_key").first(), several=pl.len() > 1)
    joined = numbered.join(found, on="at", how="left", maintain_order="left")
    repeated = ~pl.struct(_SAME).is_first_distinct()
    point = (
        pl.when(repeated)
        .then(pl.lit(REPEATED))
        .when(pl.col("several").is_null())
        .then(pl.lit(WITHOUT))
        .when("several")
        .then(pl.lit(AMBIGUOUS))
    )
    single = pl.when(~pl.col("several") & ~repeated).then("invoice_key")
    return joined.with_columns(single.alias("invoice_key"), point=point).drop("at", "number", "by_name", "several")


def _fits(column: str) -> pl.Expr:
    return (pl.col(column) == pl.col(f"its_{column}")).fill_null(value=True)


def _of_supplier() -> pl.Expr:
    by_name = (pl.col("by_name") == pl.col("name")) | (pl.col("by_name") == pl.col("master"))
    by_id = pl.col("supplier_id") == pl.col("its_supplier_id")
    unnamed = pl.lit(value=True)
    told = pl.when(pl.col("supplier_id").is_not_null()).then(by_id)
    return told.when(pl.col("by_name").is_not_null()).then(by_name).otherwise(unnamed).fill_null(value=False)


def matched(payments: pl.DataFrame) -> pl.DataFrame:
    """Return invoice_key, paid_amount, taken (discount), paid_on (the last) of payments that pay one invoice."""
    named = payments.drop_nulls("invoice_key").with_columns(taken=pl.col("discount_taken").fill_null(0))
    sums = group_sums(named, ["invoice_key"], "amount", "taken")
    days = named.group_by("invoice_key").agg(pl.col("paid_on").max(), first_paid=pl.col("paid_on").min())
    return sums.rename({"amount": "paid_amount"}).join(days, on="invoice_key")


def paid_by_their_word(documents: pl.DataFrame, last: date) -> pl.DataFrame:
    """Return the columns of `matched` for invoices whose own `paid_date` is by the end of `last`: whole, `taken` is not known."""
    paid = documents.filter(pl.col("paid_date") <= last).drop_nulls("amount")
    none = pl.lit(None, EXACT)
    return paid.select("invoice_key", paid_amount="amount", taken=none, paid_on="paid_date", first_paid="paid_date")
