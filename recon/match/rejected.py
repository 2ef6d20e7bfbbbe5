"""What rejected source rows reach: lines of their orders, invoices and suppliers may not be paid."""

from __future__ import annotations

import polars as pl

from recon.match.keys import key, number_key

ORDER_SIDE = ("order_lines", "receipt_lines")


def with_rejected(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Add `input_rejected`: the first rejected row (`source:row: reason`) that a line depends on, else null.

    `lines` have line_id, company_key, po_key, order_po_key, number and the supplier as given.
    """
    if rejects.is_empty():
        return lines.with_columns(pl.lit(None, pl.String).alias("input_rejected"))
    keyed = rejects.with_columns(
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        pl.col("invoice_number").str.strip_chars().alias("number"),
        key("supplier_id").alias("id_key"),
        key("supplier_name").alias("name_key"),
        pl.format("{}:{}: {}", "source", "row", "reason").alias("input_rejected"),
    )
    by_order = keyed.filter(pl.col("table").is_in(ORDER_SIDE) & pl.col("po_key").is_not_null())
    by_invoice = keyed.filter((pl.col("table") == "invoice_lines") & pl.col("number").is_not_null())
    by_supplier = keyed.filter((pl.col("table") == "suppliers") & pl.col("id_key").is_not_null())
    reached = pl.concat(
        [_of_orders(lines, by_order), _of_invoices(lines, by_invoice), _of_suppliers(lines, by_supplier)]
    )
    first = reached.group_by("line_id").agg(pl.col("input_rejected").min())
    return lines.join(first, on="line_id", how="left", maintain_order="left")


def _of_orders(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    cited = lines.select("line_id", "company_key", pl.coalesce("order_po_key", "po_key").alias("po_key")).drop_nulls(
        "po_key"
    )
    return _same_company(cited.join(rejects.select("po_key", "company_key", "input_rejected"), on="po_key"))


def _of_invoices(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Return lines of the same number, of a supplier that the rejected row does not contradict."""
    numbered = lines.select(
        "line_id",
        "company_key",
        "number",
        key("supplier_id_given").alias("id_key"),
        key("supplier_name_given").alias("name_key"),
    )
    wanted = rejects.select("number", "company_key", "id_key", "name_key", "input_rejected")
    pairs = numbered.join(wanted, on="number")
    same_name = (pl.col("name_key") == pl.col("name_key_right")).fill_null(value=True)
    same = pl.coalesce(pl.col("id_key") == pl.col("id_key_right"), same_name)
    return _same_company(pairs.filter(same))


def _of_suppliers(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Return lines of the supplier: what its row would have said, that it is blocked for one, is not known."""
    given = pl.concat_list(key("supplier_id"), key("supplier_id_given"))
    named = lines.select("line_id", id_key=given).explode("id_key", empty_as_null=False).drop_nulls("id_key").unique()
    return named.join(rejects, on="id_key").select("line_id", "input_rejected")


def _same_company(pairs: pl.DataFrame) -> pl.DataFrame:
    same = (pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True)
    return pairs.filter(same).select("line_id", "input_rejected")
