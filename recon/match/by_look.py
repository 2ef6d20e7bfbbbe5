"""Order numbers by look: the same as an order's but for breaks between digits that only one of the two has."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import only, without
from recon.match.keys import unbroken

WHOLE = ["po_key", "company_key"]


def look_key(*, of_order: bool) -> pl.Expr:
    """Return what an order number and one that may mean it have in common: `4711-12` and `471112`, not `47111-2`."""
    bare = unbroken(pl.col("po_key")).str.replace(r"^0+(.)", "${1}")
    broken = pl.col("po_key").str.contains("-", literal=True)
    return pl.concat_str(
        bare, pl.when(broken if of_order else ~broken).then(pl.lit("/broken")).otherwise(pl.lit("/whole"))
    )


def by_look(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the lines whose number no order of an agreeing company has, and one looks like, with that `po_key`."""
    unmet = only(lines, WHOLE).join(only(orders, WHOLE), on=WHOLE, how="anti", nulls_equal=True)
    if unmet["po_key"].null_count() == unmet.height:  # most numbers are an order's
        return lines.clear()
    cited = unmet.drop_nulls("po_key").unique()
    lost = cited.join(orders[["po_key"]].unique(), on="po_key", how="anti")
    elsewhere = _not_in_company(cited.join(lost, on=WHOLE, how="anti", nulls_equal=True), orders)
    unknown = pl.concat([lost, elsewhere])
    if unknown.is_empty():
        return lines.clear()
    looked = unknown.with_columns(look_key(of_order=False).alias("look"))
    looks = only(orders, ["po_key"]).unique().select(look_key(of_order=True).alias("look")).unique()
    meant = looked.join(looks, on="look", how="semi")
    if meant.is_empty():
        return lines.clear()
    found = lines.join(meant, on=WHOLE, nulls_equal=True, maintain_order="left")
    return without(found.with_columns(pl.col("look").alias("po_key")), "look")


def _not_in_company(cited: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the numbers that only orders of another company have."""
    if cited["company_key"].null_count() == cited.height:
        return cited.clear()
    companies = orders.select(WHOLE).drop_nulls("company_key").unique()
    asked = cited.drop_nulls("company_key").join(
        orders.filter(pl.col("company_key").is_null())[["po_key"]].unique(), on="po_key", how="anti"
    )
    return asked.join(companies, on=WHOLE, how="anti")


def looks_of(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders under the `po_key` by which `by_look` finds them."""
    return orders.with_columns(look_key(of_order=True).alias("po_key"))


def looks_in_words(receipts: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, lookalikes: the orders that the number of a line looks like where it is nobody's."""
    meant = by_look(receipts, orders)
    if meant.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "lookalikes": pl.String})
    there = looks_of(orders).select("po_key", "company_key", number=orders["po_number"])
    pairs = meant[["line_id", "po_key", "company_key"]].join(there, on="po_key")
    agreeing = pairs.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))
    return agreeing.group_by("line_id").agg(pl.col("number").unique().sort().str.join(", ").alias("lookalikes"))
