"""Normalise: rows as read become lines that compare: keys, the third of two numbers, signs, defaults; or rejects."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.exact import group_sums
from recon.match.complete import completed, derived, too_valuable, underivable
from recon.match.keys import key, line_key, number_key
from recon.match.order import in_order_of_allocation, numbered
from recon.tables import INVOICE_LINES, LEFT_OUT, ORDER_LINES, RECEIPT_LINES, REJECTS, Sources

if TYPE_CHECKING:
    from datetime import date

    from recon.rules import Rules

ORDER_KEY = ("company_key", "po_key", "po_line_key")
DATED = {
    "order_lines": ("order_date", "po_number", "po_line"),
    "receipt_lines": ("receipt_date", "receipt_number", "receipt_line"),
    "invoice_lines": ("invoice_date", "invoice_number", "invoice_line"),
}


@dataclass(frozen=True)
class Normalised:
    """Lines with their comparison keys (`*_key`) and an integer id each, in an order that input order cannot change."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    rejects: pl.DataFrame
    left_out: pl.DataFrame


def normalise(sources: Sources, rules: Rules, as_of: date | None = None) -> Normalised:
    """Return comparable lines; what is dated after `as_of` is left out, what cannot be completed is a reject."""
    kept, left_out = leave_out(sources, as_of)
    with ThreadPoolExecutor() as pool:
        of_orders = pool.submit(_order_lines, kept.order_lines, rules.base_currency)
        of_receipts = pool.submit(_receipt_lines, kept.receipt_lines)
        of_invoices = pool.submit(_invoice_lines, kept.invoice_lines)
    orders, bad_orders = of_orders.result()
    invoices, bad_invoices = of_invoices.result()
    return Normalised(
        order_lines=orders,
        receipt_lines=of_receipts.result(),
        invoice_lines=invoices,
        rejects=pl.concat([REJECTS.cast(kept.rejects).select(*REJECTS.columns), bad_orders, bad_invoices]),
        left_out=left_out,
    )


def leave_out(sources: Sources, as_of: date | None) -> tuple[Sources, pl.DataFrame]:
    """Return the sources without rows dated after `as_of`, and those rows as LEFT_OUT."""
    if as_of is None:
        return sources, LEFT_OUT.empty()
    kept, left = {}, []
    for table, (dated, number, line) in DATED.items():
        frame = getattr(sources, table)
        later = (pl.col(dated) > as_of).fill_null(value=False)
        kept[table] = frame.filter(~later)
        left.append(_left_out_rows(frame.filter(later), table, dated, number, line, as_of))
    return replace(sources, **kept), pl.concat(left)


def _left_out_rows(frame: pl.DataFrame, table: str, dated: str, number: str, line: str, as_of: date) -> pl.DataFrame:
    named = frame.with_columns(
        pl.lit(table).alias("table"),
        pl.col(number).alias("number"),
        pl.col(line).alias("line"),
        pl.col(dated).alias("date"),
        pl.lit(f"{dated} is after {as_of.isoformat()}").alias("reason"),
    )
    return LEFT_OUT.cast(named).select(*LEFT_OUT.columns)


def _split(frame: pl.DataFrame, table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines without a `reason`, and the others as REJECTS."""
    bad = frame.filter(pl.col("reason").is_not_null()).with_columns(pl.lit(table).alias("table"))
    return frame.filter(pl.col("reason").is_null()).drop("reason", "column"), REJECTS.cast(bad).select(*REJECTS.columns)


# -- orders and receipts -----------------------------------------------------------------------------------------


def _order_lines(frame: pl.DataFrame, base_currency: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the order lines, and those that cannot be matched as REJECTS."""
    orders, bad = _split(_keyed_orders(frame, base_currency), "order_lines")
    return _marked(numbered(orders, "order_id", orders.select(ORDER_KEY).get_columns(), ["source", "row"])), bad


def _keyed_orders(frame: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    by_quantity = pl.col("quantity").is_not_null() & pl.col("unit_price").is_not_null()
    return (
        ORDER_LINES.cast(frame)
        .with_columns(
            pl.col("price_unit").fill_null(1),
            pl.col("currency").fill_null(base_currency),
            key("company").alias("company_key"),
            number_key("po_number").alias("po_key"),
            line_key("po_line").alias("po_line_key"),
            key("item").alias("item_key"),
            key("uom").alias("uom_key"),
            (~by_quantity).alias("by_amount"),
        )
        .with_columns(
            pl.when(~by_quantity & pl.col("amount").is_null())
            .then(pl.lit("neither quantity and unit price nor an amount is given"))
            .when(too_valuable())
            .then(pl.lit("quantity x unit price is 10^15 or more, past what an amount may be"))
            .when(pl.col("po_key").is_null() | pl.col("po_line_key").is_null())
            .then(pl.lit("the order number or line has no letter or digit"))
            .alias("reason"),
            pl.lit("quantity").alias("column"),
        )
    )


def _marked(orders: pl.DataFrame) -> pl.DataFrame:
    """Mark rows whose key stands more than once (`repeated`), those that count, and those of unequal content.

    `order_key` is the least id of the key. Of equal rows the first counts; of unequal ones (`contradicted`) none does.
    """
    content = [c for c in ORDER_LINES.columns if c not in ("source", "row")]
    keyed = orders.with_columns(
        pl.col("order_id").min().over(ORDER_KEY).alias("order_key"), (pl.len().over(ORDER_KEY) > 1).alias("repeated")
    )
    unequal = keyed.filter("repeated").unique(["order_key", *content]).filter(pl.col("order_key").is_duplicated())
    contradicted = pl.col("order_key").is_in(unequal.get_column("order_key").implode())
    return keyed.with_columns(contradicted.alias("contradicted")).with_columns(
        (~pl.col("contradicted") & (pl.col("order_id") == pl.col("order_key"))).alias("counts")
    )


def _receipt_lines(frame: pl.DataFrame) -> pl.DataFrame:
    keyed = RECEIPT_LINES.cast(frame).with_columns(
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        key("uom").alias("uom_key"),
    )
    by = ("receipt_date", "receipt_number", "receipt_line")
    others = [c for c in RECEIPT_LINES.columns if c not in (*by, "source", "row")]
    return numbered(keyed, "receipt_id", keyed.select(by).get_columns(), [*others, "source", "row"])


# -- invoices ----------------------------------------------------------------------------------------------------


def _invoice_lines(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the invoice lines, and those that cannot be completed as REJECTS."""
    invoices, bad = _split(_completed_invoices(frame), "invoice_lines")
    return in_order_of_allocation(_signed(invoices)), bad


def _completed_invoices(frame: pl.DataFrame) -> pl.DataFrame:
    keyed = INVOICE_LINES.cast(frame).with_columns(
        pl.col("price_unit").fill_null(1),
        pl.col("line_type").fill_null("item"),
        pl.col("currency").alias("currency_read"),
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        key("uom").alias("uom_key"),
        pl.col("invoice_number").str.strip_chars().alias("number"),
        pl.coalesce(key("supplier_id"), key("supplier_name"), key("supplier_vat_id"), key("iban")).alias("party_key"),
        derived().alias("derived"),
    )
    complete = keyed.with_columns(underivable().alias("reason"), pl.lit("quantity").alias("column"))
    return completed(complete)


def _signed(frame: pl.DataFrame) -> pl.DataFrame:
    """Name each document's type and make credit notes negative, however the export signs them."""
    sums = _document_sums(frame, pl.col("document_type").is_null())
    below = (sums < 0).fill_null(value=False)
    kind = pl.when(below).then(pl.lit("credit_note")).otherwise(pl.lit("invoice"))
    named = frame.with_columns(pl.coalesce("document_type", kind).alias("document_type"))
    credit = pl.col("document_type") == "credit_note"
    turn = credit & (_document_sums(named, credit) > 0).fill_null(value=False)
    totals = ("invoice_net", "invoice_tax", "invoice_total")
    flipped = named.with_columns(
        *(pl.when(turn).then(-pl.col(c)).otherwise(pl.col(c)).alias(c) for c in ("quantity", "amount", "tax_amount")),
        *(pl.when(credit).then(-pl.col(c).abs()).otherwise(pl.col(c)).alias(c) for c in totals),
    )
    return _positive_prices(flipped, credit).drop("party_key")


def _document_sums(frame: pl.DataFrame, which: pl.Expr) -> pl.Series:
    """Return for each line that `which` holds for the sum of such lines of its company, supplier and number."""
    document = ["company_key", "party_key", "number"]
    sums = group_sums(frame.filter(which), document, "amount").rename({"amount": "document_sum"})
    joined = frame.select(*document, which.alias("which")).join(
        sums, on=document, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.select(pl.when("which").then("document_sum")).to_series()


def _positive_prices(frame: pl.DataFrame, credit: pl.Expr) -> pl.DataFrame:
    """Make the prices of credit notes positive, and their quantities of one sign with the amount.

    Some exports sign the amount alone: 10 at 3.00 is -30.00.
    """
    quantity, negative = pl.col("quantity"), credit & (pl.col("unit_price") < 0)
    signed = (
        pl.when(credit & (pl.col("amount") < 0))
        .then(-quantity.abs())
        .when(credit & (pl.col("amount") > 0))
        .then(quantity.abs())
        .when(negative)
        .then(-quantity)
        .otherwise(quantity)
    )
    price = pl.when(negative).then(-pl.col("unit_price")).otherwise("unit_price")
    return frame.with_columns(signed.alias("quantity"), price.alias("unit_price"))
