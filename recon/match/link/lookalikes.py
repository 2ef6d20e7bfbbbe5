"""Look-alikes: orders of the same supplier that a number which is not found may have meant; named, never used."""

from __future__ import annotations

import polars as pl

from recon.match.keys import number_key
from recon.match.link.similar import one_edit_apart

MOST = 5
SHORTEST = 2
"""Of shorter numbers all are one edit apart, which says nothing."""
SEPARATORS = r"[/,;+&|\s]+"


def lookalikes(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return line_id, lookalikes (text): for lines whose `po_key` is no order's.

    Orders of the line's supplier are named where several numbers stand in one cell, where letters and digits look
    alike (O and 0), where one edit lies between, or where another company has the very number.
    """
    if lines.is_empty():
        return pl.DataFrame(schema={"line_id": pl.Int64, "lookalikes": pl.String})
    known = orders.select("supplier_key", "po_key", order_number="po_number").unique(
        ["supplier_key", "po_key"], keep="first", maintain_order=True
    )
    others = [_of_another_company(lines, orders), _listed(lines, known)]
    named = pl.concat([*others, _drawn_alike(lines, known), _edited(lines, known)]).unique()
    return named.group_by("line_id").agg(pl.col("order_number").sort().head(MOST).str.join(", ").alias("lookalikes"))


def _of_another_company(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders of the very number: they are another company's, or it would have been found."""
    theirs = orders.select(
        "supplier_key", "po_key", pl.format("{} of company {}", "po_number", "company").alias("order_number")
    )
    return lines.join(theirs.drop_nulls(), on=["supplier_key", "po_key"])[["line_id", "order_number"]]


def _listed(lines: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the orders named one by one in a cell such as `4500/4501`."""
    parts = pl.col("po_number").str.normalize("NFKC").str.to_uppercase().str.replace_all(SEPARATORS, " ").str.split(" ")
    exploded = (
        lines.select("line_id", "supplier_key", parts.alias("part"), cited="po_key")
        .explode("part", empty_as_null=True)
        .with_columns(number_key("part").alias("po_key"))
    )
    told = exploded.filter(pl.col("cited") != pl.col("po_key"))
    return told.join(known, on=["supplier_key", "po_key"])[["line_id", "order_number"]]


def _drawn_alike(lines: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    drawn = pl.col("po_key").str.replace_many(["O", "I", "L", "S", "B"], ["0", "1", "1", "5", "8"]).alias("drawn")
    left = lines.select("line_id", "supplier_key", drawn, cited="po_key")
    right = known.select("supplier_key", "order_number", "po_key", drawn)
    alike = left.join(right, on=["supplier_key", "drawn"]).filter(pl.col("cited") != pl.col("po_key"))
    return alike[["line_id", "order_number"]]


def _edited(lines: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    cited = lines.select("supplier_key", cited="po_key").unique()
    pairs = cited.join(known, on="supplier_key").filter(
        pl.col("cited") != pl.col("po_key"),
        pl.col("cited").str.len_chars() >= SHORTEST,
        (pl.col("cited").str.len_chars().cast(pl.Int64) - pl.col("po_key").str.len_chars().cast(pl.Int64)).abs() <= 1,
    )
    near = pairs.filter(one_edit_apart(pairs["cited"], pairs["po_key"]))
    return lines.select("line_id", "supplier_key", cited="po_key").join(near, on=["supplier_key", "cited"])[
        ["line_id", "order_number"]
    ]
