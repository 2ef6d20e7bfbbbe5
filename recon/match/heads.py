"""Heads: which whole order a line belongs to that is linked to none of its lines: charges, prepayments, bills by header."""

from __future__ import annotations

from functools import cache

import polars as pl

from recon.engine.joins import among, only, surely, where, with_columns_of, with_rows_of, without
from recon.match.keys import key

HEAD = ["company_key", "po_key"]
CHARGES = ("freight", "charge", "discount")
AHEAD = ("prepayment", "retention")
LOOSE = (
    "line_id",
    "invoice_id",
    "order_id",
    "line_type",
    "by_header",
    "whole_order",
    *HEAD,
    "supplier_key",
    "supplier_state",
)
REACHED = ("head", "currency", "supplier_mismatch", "currency_mismatch", "order_supplier_key", "order_currency")
"""What of a line without an order line hangs on the order that it is of, however it reaches it."""
_GOES_BY_ORDER = pl.col("line_type").is_in((*CHARGES, *AHEAD))
BILLS = pl.col("takes_part") | pl.col("corrects").is_not_null()
"""What is billed of an order: lines that use it up, and what puts their prices right."""
STANDING_BILLS = BILLS & (pl.col("amount") > 0) & ~pl.col("reversed")
"""What asks money of an order and is not taken back line for line."""


def with_plans(orders: pl.DataFrame) -> pl.DataFrame:
    """Add to order lines `head`, the least `order_id` of their order, and `plan`, the kind of charge they plan, else null."""
    return orders.with_columns(pl.col("order_id").min().over(HEAD).alias("head"), _plan().alias("plan"))


@cache
def _plan() -> pl.Expr:
    """Return the kind of charge that an order line plans, by its category; one below nothing is a discount; else null."""
    named = key("category").replace_strict({c.upper(): c for c in CHARGES}, default=None, return_dtype=pl.String)
    value = pl.when("by_amount").then("amount").otherwise(pl.col("quantity") * pl.col("unit_price").sign())
    return pl.when(pl.col("counts")).then(pl.coalesce(named, pl.when(value < 0).then(pl.lit("discount"))))


def with_heads(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `order_plan` (what their order line plans) and `head` to invoice lines (not set aside): the order of their own order line; without one, of all but items the
    order that they cite, else the one that their document's lines link to; of a bill by header its order.

    Where it could be of several (orders of one number in two companies, say), it is of none. A supplier who is not the
    order's is `supplier_mismatch` on whatever way a line reaches it; so is another currency, but of charges, which only
    a plan can contradict. `order_tax_rate` of a charge is that of what plans it; a line without an order line and without
    a rate of its own takes the one rate of its order.
    """
    heads = only(orders, ["order_id", "head", *HEAD, "supplier_key", "currency", "tax_rate", "counts", "plan"])
    own = heads.select("order_id", "head", pl.col("plan").alias("order_plan"))
    found = with_columns_of(lines, own, "order_id")
    loose = surely(found.select(pl.col("order_id").is_null() & (pl.col("by_header") | _GOES_BY_ORDER)).to_series())
    if not loose.any():
        return _with_agreed_rates(found, heads)
    reached = _contradicted(_reached(where(only(found, [*LOOSE, *REACHED]), loose), lines, heads), heads)
    return _with_agreed_rates(with_rows_of(found, loose, only(reached, [*REACHED])), heads)


def _reached(loose: pl.DataFrame, lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Give lines without an order line the `head` of the order that they are of, where it is one."""
    of_documents = where(only(lines, ["invoice_id", "order_id"]), among("invoice_id", loose["invoice_id"]))
    ways = ("_cited", "line_id", _cited(loose, heads)), ("_billed", "invoice_id", _billed(of_documents, heads))
    for name, on, pairs in ways:
        loose = with_columns_of(loose, pairs.group_by(on).agg(pl.col("head").unique().alias(name)), on)
    meant = pl.coalesce("_cited", "_billed")
    single = pl.when((meant.list.len() == 1) & _GOES_BY_ORDER).then(meant.list.first())
    whole = heads.select(pl.col("head").gather(loose["whole_order"])).to_series()
    return loose.with_columns(pl.coalesce(pl.when("by_header").then(whole), single).alias("head"))


def _cited(loose: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    pairs = loose.filter(_GOES_BY_ORDER)[["line_id", *HEAD]].join(heads[[*HEAD, "head"]], on="po_key")
    return pairs.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))


def _billed(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    return lines.drop_nulls().join(heads[["order_id", "head"]], on="order_id")


def _contradicted(loose: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Name the supplier and currency of an order that a line reaches without one of its lines, and what differs.

    Of rows that do not count, as they contradict one another, nothing is held against a line.
    """
    whole = (
        heads.filter("counts", among("head", loose["head"].unique()))
        .group_by("head")
        .agg(pl.col("supplier_key").unique().alias("_suppliers"), pl.col("supplier_key", "currency").first())
    )
    theirs = whole.rename({"supplier_key": "_supplier", "currency": "_currency"})
    known = pl.col("supplier_key").is_not_null() & (pl.col("supplier_state") != "supplier_unknown").fill_null(
        value=True
    )
    there = pl.col("head").is_not_null()
    other = there & known & ~pl.col("_suppliers").list.contains(pl.col("supplier_key"))
    money = pl.when("by_header").then(pl.coalesce("currency", "_currency")).otherwise("currency")
    foreign = there & ~pl.col("line_type").is_in(CHARGES) & (money != pl.col("_currency"))
    return with_columns_of(loose, theirs, "head").with_columns(
        money.alias("currency"),
        (pl.col("supplier_mismatch") | other.fill_null(value=False)).alias("supplier_mismatch"),
        (pl.col("currency_mismatch") | foreign.fill_null(value=False)).alias("currency_mismatch"),
        pl.when(there).then("_supplier").otherwise("order_supplier_key").alias("order_supplier_key"),
        pl.when(there).then("_currency").otherwise("order_currency").alias("order_currency"),
    )


def _with_agreed_rates(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Let `order_tax_rate` be what the order has for the charge, or for all of it, where the line's order line says nothing of it."""
    loose, kind = pl.col("order_id").is_null() & pl.col("head").is_not_null(), pl.col("line_type")
    charged = kind.is_in(("freight", "charge")) & pl.col("order_plan").ne_missing(kind)
    if not lines.select((loose | charged).any()).item():
        return lines
    one = pl.when(pl.col("tax_rate").n_unique() == 1).then(pl.col("tax_rate").first())
    whole = heads.group_by("head").agg(one.alias("_whole"))
    planned = heads.drop_nulls("plan").group_by("head", line_type="plan").agg(one.alias("_planned"))
    told = with_columns_of(lines, whole, "head").join(
        planned, on=["head", "line_type"], how="left", maintain_order="left"
    )
    of_plan = pl.when(loose | charged).then("_planned")
    of_all = pl.when(loose & pl.col("tax_rate").is_null() & ~kind.is_in(CHARGES)).then("_whole")
    rate = pl.coalesce(of_plan, "order_tax_rate", of_all)
    return without(told.with_columns(rate.alias("order_tax_rate")), "_planned", "_whole")
