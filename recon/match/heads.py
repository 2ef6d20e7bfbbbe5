"""Heads: which whole order a line belongs to that is linked to none of its lines: charges, prepayments, bills by header."""

from __future__ import annotations

from functools import cache

import polars as pl

from recon.engine.joins import only, with_columns_of, without
from recon.match.keys import key

HEAD = ["company_key", "po_key"]
CHARGES = ("freight", "charge", "discount")
AHEAD = ("prepayment", "retention")
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
    own = heads.select("order_id", pl.col("head").alias("_own"), pl.col("plan").alias("order_plan"))
    found = with_columns_of(lines, own, "order_id")
    if not lines["order_id"].null_count():
        return _with_agreed_rates(found.rename({"_own": "head"}), heads)
    for name, on, pairs in (
        ("_cited", "line_id", _cited(lines, heads)),
        ("_billed", "invoice_id", _billed(lines, heads)),
    ):
        several = pairs.group_by(on).agg(pl.col("head").unique().alias(name))
        found = with_columns_of(found, several, on)
    meant = pl.coalesce("_cited", "_billed")
    single = pl.when((meant.list.len() == 1) & pl.col("line_type").is_in((*CHARGES, *AHEAD))).then(meant.list.first())
    by_header = pl.when("by_header").then(heads.select(pl.col("head").gather(lines["whole_order"])).to_series())
    known = _contradicted(found.with_columns(pl.coalesce("_own", by_header, single).alias("head")), heads)
    return _with_agreed_rates(without(known, "_own", "_cited", "_billed"), heads)


def _cited(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    others = lines.filter((pl.col("line_type") != "item") & pl.col("order_id").is_null())
    pairs = others[["line_id", *HEAD]].join(heads[[*HEAD, "head"]], on="po_key")
    return pairs.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))


def _billed(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    return lines[["invoice_id", "order_id"]].drop_nulls().join(heads[["order_id", "head"]], on="order_id")


def _contradicted(lines: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Name the supplier and currency of an order that a line reaches without one of its lines, and what differs.

    Of rows that do not count, as they contradict one another, nothing is held against a line.
    """
    whole = (
        heads.filter("counts")
        .group_by("head")
        .agg(pl.col("supplier_key").unique().alias("_suppliers"), pl.col("supplier_key", "currency").first())
    )
    theirs = whole.rename({"supplier_key": "_supplier", "currency": "_currency"})
    told = with_columns_of(lines, theirs, "head")
    loose = pl.col("order_id").is_null() & pl.col("head").is_not_null()
    known = pl.col("supplier_key").is_not_null() & (pl.col("supplier_state") != "supplier_unknown").fill_null(
        value=True
    )
    other = loose & known & ~pl.col("_suppliers").list.contains(pl.col("supplier_key"))
    money = pl.when("by_header").then(pl.coalesce("currency", "_currency")).otherwise("currency")
    foreign = loose & ~pl.col("line_type").is_in(CHARGES) & (money != pl.col("_currency"))
    return without(
        told.with_columns(
            money.alias("currency"),
            (pl.col("supplier_mismatch") | other.fill_null(value=False)).alias("supplier_mismatch"),
            (pl.col("currency_mismatch") | foreign.fill_null(value=False)).alias("currency_mismatch"),
            pl.when(loose).then("_supplier").otherwise("order_supplier_key").alias("order_supplier_key"),
            pl.when(loose).then("_currency").otherwise("order_currency").alias("order_currency"),
        ),
        "_suppliers",
        "_supplier",
        "_currency",
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
