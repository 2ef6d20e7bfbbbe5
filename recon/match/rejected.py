"""What rejected rows, and returns that cannot be counted, reach: lines of their orders, invoices and suppliers are held."""

from __future__ import annotations

import polars as pl

from recon.engine.joins import with_columns_of
from recon.match.keys import key, number_key

ORDER_SIDE = ("order_lines", "receipt_lines")
OF_RECEIPTS = ("company_key", "po_key", "unequal_to", "quantity", "item_mismatch", "uom_mismatch", "order_id", "source", "row")  # fmt: skip
BY_ORDER = ("company_key", "po_key", "input_rejected")


def with_rejected(lines: pl.DataFrame, rejects: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Add `input_rejected`: the first row that could not be read or counted (`source:row: reason`) and that a line depends on.

    `lines` have line_id, company_key, po_key, order_po_key, number and the supplier as given, `receipts` their links.
    """
    uncounted = _uncounted_receipts(receipts)
    if rejects.is_empty() and uncounted.is_empty():
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
    of_conversions = keyed.filter(pl.col("table") == "conversions")
    reached = [_of_orders(lines, pl.concat([by_order.select(BY_ORDER), uncounted]))]
    if by_invoice.height:
        reached.append(_of_invoices(lines, by_invoice))
    if by_supplier.height:
        reached.append(_of_suppliers(lines, by_supplier))
    if of_conversions.height:
        reached.append(_of_conversions(lines, receipts, of_conversions))
    first = pl.concat(reached).group_by("line_id").agg(pl.col("input_rejected").min())
    return with_columns_of(lines, first, "line_id")


_UNCOUNTED = (
    pl.when(pl.col("unequal_to").is_not_null())
    .then(pl.format("its receipt line stands also at {}, with other content", "unequal_to"))
    .when(pl.col("quantity") >= 0)
    .then(None)
    .when("item_mismatch")
    .then(pl.lit("a return of another item than the ordered one"))
    .when("uom_mismatch")
    .then(pl.lit("a return in a unit that cannot be converted"))
    .when(pl.col("order_id").is_null())
    .then(pl.lit("a return, but of which order line is not known"))
)
"""Why a receipt cannot be counted: it contradicts another, or no order line could be charged with the return."""


def _uncounted_receipts(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return the receipts that cannot be counted: left out, they would let too much be paid."""
    comes = (pl.col("quantity") >= 0).fill_null(value=False) & pl.col("unequal_to").is_null()  # as most do
    asked = receipts[[*OF_RECEIPTS]].filter(pl.col("po_key").is_not_null() & ~comes)
    told = asked.with_columns(_UNCOUNTED.alias("reason")).drop_nulls("reason") if asked.height else asked
    if told.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(BY_ORDER, pl.String))
    return told.with_columns(pl.format("{}:{}: {}", "source", "row", "reason").alias("input_rejected")).select(BY_ORDER)


def _of_orders(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    numbers = (lines.select("line_id", "company_key", po_key=number) for number in ("order_po_key", "po_key"))
    return _same_company(pl.concat(numbers).drop_nulls("po_key").join(rejects, on="po_key"))


def _of_invoices(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Return lines of the same number, of a supplier that the rejected row does not contradict."""
    numbered = lines.select(
        "line_id",
        "company_key",
        "number",
        key("supplier_id_given").alias("id_key"),
        key("supplier_name_given").alias("name_key"),
    )
    wanted = rejects[["number", "company_key", "id_key", "name_key", "input_rejected"]]
    pairs = numbered.join(wanted, on="number")
    same_name = (pl.col("name_key") == pl.col("name_key_right")).fill_null(value=True)
    same = pl.coalesce(pl.col("id_key") == pl.col("id_key_right"), same_name)
    return _same_company(pairs.filter(same))


def _of_suppliers(lines: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Return lines of the supplier: what its row would have said, that it is blocked for one, is not known."""
    given = pl.concat_list(key("supplier_id"), key("supplier_id_given"))
    named = lines.select("line_id", id_key=given).explode("id_key", empty_as_null=False).drop_nulls("id_key").unique()
    return named.join(rejects, on="id_key")[["line_id", "input_rejected"]]


def _of_conversions(lines: pl.DataFrame, receipts: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Return lines that were converted, or whose goods were: what could not be read may have been the factor to take.

    Goods of another item count in no unit.
    """
    another = pl.col("uom_key") != pl.col("order_uom_key")
    told = rejects.select(pl.col("input_rejected").min()).filter(pl.col("input_rejected").is_not_null())
    mine = lines.filter(another & ~pl.col("order_by_amount"))[["line_id"]]
    goods = receipts.filter(another & ~pl.col("item_mismatch"))[["order_id"]].drop_nulls()
    theirs = lines[["line_id", "order_id"]].join(goods, on="order_id", how="semi")[["line_id"]]
    return pl.concat([mine, theirs]).join(told, how="cross")


def _same_company(pairs: pl.DataFrame) -> pl.DataFrame:
    same = (pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True)
    return pairs.filter(same)[["line_id", "input_rejected"]]
