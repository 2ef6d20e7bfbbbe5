"""Items against links: the only line of an order that what is given speaks against, and items that are another line's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import among, constant, where, with_columns_of, without
from recon.match.link.similar import similarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import LinkRule

NO_NUMBER = "no usable order number is given; it fits by supplier, item or description, price and date (rule {})"
USUAL_SCORE = 85
"""From which score on descriptions are alike where the rule names none."""
_IS_ITEM = pl.col("line_type") == "item"


def against_what_is_given(lines: pl.DataFrame, orders: pl.DataFrame, rules: Sequence[LinkRule]) -> pl.DataFrame:
    """Add `suggested_why` to linked invoice lines, and make `suggested` what was taken against what the line gives.

    That is the only line of an order where the line names one that the order has not, an item that is another line's, or
    an item and a description that are both others.
    """
    only = where(lines, pl.col("alone") & pl.col("order_id").is_not_null() & _IS_ITEM)
    reasons = pl.concat([_gainsaid(only, orders), _both_differ(only, orders, rules)]).unique("line_id", keep="first")
    if reasons.is_empty() and not (lines["suggested"] | lines["looked"]).any():
        return lines.hstack([constant(None, lines.height, pl.String).alias("suggested_why")])
    told = with_columns_of(lines, reasons, "line_id")
    looked = pl.format("its number is order {} but for the breaks between digits", "po_number_there")
    numbered = with_columns_of(told, orders.select("order_id", po_number_there="po_number"), "order_id")
    by_rule = pl.when("suggested").then(pl.format(NO_NUMBER, "link"))
    why = pl.coalesce(pl.when("looked").then(looked), "why", by_rule)
    return without(
        numbered.with_columns(
            (pl.col("suggested") | pl.col("why").is_not_null()).alias("suggested"), why.alias("suggested_why")
        ),
        "why",
        "po_number_there",
    )


def without_gainsaid(receipts: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Take back the links of receipts to the only line of an order that what they give speaks against."""
    only = where(receipts, pl.col("alone") & pl.col("order_id").is_not_null())
    gainsaid = _gainsaid(only, orders)["line_id"]
    if gainsaid.is_empty():
        return receipts
    lost = among("line_id", gainsaid)
    return receipts.with_columns(pl.when(~lost).then(c).alias(c) for c in ("order_id", "link"))


def with_item_mismatch(lines: pl.DataFrame, orders: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Add `item_mismatch` to linked invoice lines, and `item_of`: whose item, in words, the line bills.

    That is an item of ours, of an order line or a receipt of the supplier, which the order line does not have. A number
    that is neither is the supplier's own.
    """
    differing = _with_order_item(lines.filter(_IS_ITEM), orders).filter(pl.col("item_key") != pl.col("order_item_key"))
    if differing.is_empty():
        return lines.with_columns(pl.lit(None, pl.String).alias("item_of"), pl.lit(value=False).alias("item_mismatch"))
    asked = among("item_key", differing["item_key"].unique())  # of few items
    received = _with_order_item(receipts.filter(asked), orders).select(
        "order_supplier", "item_key", owner=pl.format("receipt {}", "receipt_number")
    )
    owned = pl.concat([_owners(orders.filter(asked)), _least(received)])
    ours = owned.unique(["order_supplier", "item_key"], keep="first")
    found = differing.join(ours, on=["order_supplier", "item_key"]).select("line_id", item_of="owner")
    return with_columns_of(lines, found, "line_id").with_columns(pl.col("item_of").is_not_null().alias("item_mismatch"))


def with_items_of_receipts(receipts: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `item_mismatch` to linked receipts, which then do not count: they are coded by us, so any other item is wrong."""
    both = _with_order_item(receipts, orders)
    differs = (both["item_key"] != both["order_item_key"]).fill_null(value=False)
    return receipts.with_columns(differs.alias("item_mismatch"), pl.col("counts") & ~differs)


def _with_order_item(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    theirs = orders.select("order_id", order_item_key="item_key", order_supplier="supplier_key", order_item="item")
    return with_columns_of(lines, theirs, "order_id")


def _owners(orders: pl.DataFrame) -> pl.DataFrame:
    """Return order_supplier, item_key, owner: the least order line, in words, of each item of a supplier."""
    label = pl.format("order {}/{}", "po_number", "po_line")
    return _least(orders.select("item_key", order_supplier="supplier_key", owner=label))


def _least(owned: pl.DataFrame) -> pl.DataFrame:
    known = owned.drop_nulls()
    return known.group_by("order_supplier", "item_key").agg(pl.col("owner").min())


def _gainsaid(only: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, why: lines that name an order line which the order has not, or an item that is another line's."""
    if only.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "why": pl.String})
    asked = only[["line_id", "company_key", "po_line_key", "po_line", "order_id"]].drop_nulls("po_line_key")
    numbered = with_columns_of(asked, orders.select("order_id", there="po_key"), "order_id")
    has = orders.select("po_line_key", there="po_key", company_there="company_key")
    met = numbered.join(has, on=["there", "po_line_key"])
    agreeing = met.filter((pl.col("company_key") == pl.col("company_there")).fill_null(value=True))
    unknown = asked.join(agreeing, on="line_id", how="anti")
    anothers = _with_order_item(only, orders).filter(pl.col("item_key").ne_missing(pl.col("order_item_key")))
    owned = anothers.join(_owners(orders), on=["order_supplier", "item_key"])
    return pl.concat(
        [
            unknown.select("line_id", why=pl.format("the order has no line {}", "po_line")),
            owned.select("line_id", why=pl.format("item {} is that of {}", "item", "owner")),
        ]
    ).unique("line_id", keep="first", maintain_order=True)


def _both_differ(only: pl.DataFrame, orders: pl.DataFrame, rules: Sequence[LinkRule]) -> pl.DataFrame:
    """Return line_id, why: lines whose item and description are both given on both sides, and are others."""
    if only.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "why": pl.String})
    theirs = orders.select("order_id", "item", order_item_key="item_key", order_description="description")
    both = with_columns_of(only, theirs.rename({"item": "order_item"}), "order_id").filter(
        pl.col("item_key") != pl.col("order_item_key")
    )
    if both.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "why": pl.String})
    least = {rule.name: float(rule.similar.get("description", USUAL_SCORE)) for rule in rules}
    scored = both.with_columns(similarity(both["description"], both["order_description"], 0).alias("score"))
    needed = pl.col("link").replace_strict(least, return_dtype=pl.Float64)
    unlike = scored.filter(pl.col("score") < needed)
    why = pl.format(
        "it is the order's only line, and item and description are others (item {} was ordered)", "order_item"
    )
    return unlike.select("line_id", why=why)
