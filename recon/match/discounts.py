"""Discounts: which discount lines take part in the price of an item line of their document."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import among, constant, equal_to, with_columns_of
from recon.kinds import EXACT
from recon.match.added import added_to
from recon.match.keys import natural_rank


def planned_discounts(orders: pl.DataFrame) -> pl.Series:
    """Return the heads of the orders that plan a discount."""
    return orders.get_column("head").filter(orders.get_column("plan") == "discount").unique()


def with_discounts(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `nets`, the item line that a discount line makes cheaper, and `discounts` (`added_to`), what such lines come to on it.

    That is the line of its document with the order line it names, the nearest before it, else the first after; a
    discount that names none goes with the item line before it. A discount that the order planned is none of these.
    """
    if not equal_to(lines["line_type"], "discount").any():
        return _without_discounts(lines)
    granting = among("head", planned_discounts(orders))
    ranked = lines.select(
        "line_id",
        "invoice_id",
        "order_id",
        "line_type",
        "amount",
        "currency",
        rank=natural_rank(lines["invoice_line"]).fill_null(0),
    ).with_columns(lines.select(granting.fill_null(value=False).alias("_planned"), "invoice_line"))
    cheaper = ranked.filter((pl.col("line_type") == "discount") & pl.col("amount").is_not_null() & ~pl.col("_planned"))
    if cheaper.is_empty():
        return _without_discounts(lines)
    items = ranked.filter(pl.col("line_type") == "item").rename(
        {"line_id": "nets", "amount": "_item", "currency": "_money"}
    )
    found = pl.concat([_of_order_line(cheaper, items), _unnamed(cheaper, items)])
    one_money = (pl.col("currency") == pl.col("_money")).fill_null(value=True)
    signed = found.filter(one_money & (pl.col("amount").sign() * pl.col("_item").sign() < 0))[["line_id", "nets"]]
    told = with_columns_of(lines, signed, "line_id")
    return with_columns_of(told, added_to(told.drop_nulls("nets"), "nets", lines, "discounts"), "line_id")


def _without_discounts(lines: pl.DataFrame) -> pl.DataFrame:
    types = {"nets": pl.Int64(), "discounts": lines["amount"].dtype, "discounts_num": EXACT, "discounts_parts": EXACT}
    return lines.hstack([constant(None, lines.height, dtype).alias(c) for c, dtype in types.items()])


def _of_order_line(discounts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Return the discounts that name an order line with the item line of it: the nearest before, else the first after."""
    by = ["invoice_id", "order_id"]
    named, theirs = discounts.drop_nulls("order_id"), items.drop_nulls("order_id")
    before = _nearest_before(named, theirs, by)
    rest = named.join(before, on="line_id", how="anti")
    first = theirs.sort("rank", "nets").unique(by, keep="first", maintain_order=True)
    return pl.concat([before, rest.join(first[[*by, "nets", "_item", "_money"]], on=by).select(before.columns)])


def _unnamed(discounts: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    lines = discounts.filter(pl.col("order_id").is_null() & pl.col("invoice_line").is_not_null())
    return _nearest_before(lines, items.drop_nulls("invoice_line"), ["invoice_id"])


def _nearest_before(discounts: pl.DataFrame, items: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return each discount with the item line nearest before it, by line number."""
    first = items.sort("rank", "nets").unique([*by, "rank"], keep="first", maintain_order=True)
    joined = discounts.sort("rank").join_asof(
        first[[*by, "rank", "nets", "_item", "_money"]],
        on="rank",
        by=by,
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return joined.drop_nulls("nets")[["line_id", "amount", "currency", "nets", "_item", "_money"]]
