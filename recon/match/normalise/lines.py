"""Normalise: rows as read become lines that compare: keys, defaults, the third of two numbers; or rejects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.joins import without
from recon.engine.threads import side_by_side
from recon.match.keys import key, line_key, mark_key, number_key, party_mark, unit_key
from recon.match.normalise.complete import bills_nothing, completed, derived, too_valuable, underivable, valued
from recon.match.normalise.extra_lines import has_extras
from recon.match.normalise.net import (
    discounted,
    has_tax_in_prices,
    one_sign,
    positive_prices,
    without_fractions,
    without_tax,
    without_tax_amount,
)
from recon.match.normalise.schedules import READ
from recon.result_tables import LEFT_OUT
from recon.tables import INVOICE_LINES, ORDER_LINES, RECEIPT_LINES, REJECTS, Sources

if TYPE_CHECKING:
    from datetime import date

    from recon.rules.rule import Rules

DATED = {
    "order_lines": ("order_date", "po_number", "po_line"),
    "receipt_lines": ("receipt_date", "receipt_number", "receipt_line"),
    "invoice_lines": ("invoice_date", "invoice_number", "invoice_line"),
}


@dataclass(frozen=True)
class Normalised:
    """Lines with their comparison keys (`*_key`), each made of its own row alone."""

    order_lines: pl.DataFrame
    receipt_lines: pl.DataFrame
    invoice_lines: pl.DataFrame
    rejects: pl.DataFrame
    left_out: pl.DataFrame


def normalise(sources: Sources, rules: Rules, as_of: date | None = None) -> Normalised:
    """Return comparable lines; what is dated after `as_of` is left out, what cannot be completed is a reject."""
    kept, left_out = leave_out(sources, as_of)
    billing, silent = leave_out_silent(kept.invoice_lines)
    orders, receipts, invoices = side_by_side(
        lambda: _order_lines(kept.order_lines, rules),
        lambda: _receipt_lines(kept.receipt_lines),
        lambda: _invoice_lines(billing, rules),
    )
    orders, bad_orders = _split(orders, "order_lines")
    invoices, bad_invoices = _split(invoices, "invoice_lines")
    return Normalised(
        order_lines=orders,
        receipt_lines=receipts,
        invoice_lines=invoices,
        rejects=pl.concat([REJECTS.cast(kept.rejects)[[*REJECTS.columns]], bad_orders, bad_invoices]),
        left_out=pl.concat([left_out, silent]),
    )


def leave_out(sources: Sources, as_of: date | None) -> tuple[Sources, pl.DataFrame]:
    """Return the sources without rows dated after `as_of`, and those rows as LEFT_OUT."""
    if as_of is None:
        return sources, LEFT_OUT.empty()
    kept, left = {}, []
    for table, (dated, *_) in DATED.items():
        frame = getattr(sources, table)
        later = (pl.col(dated) > as_of).fill_null(value=False)
        kept[table] = frame.filter(~later)
        left.append(_left_out_rows(frame.filter(later), table, f"{dated} is after {as_of.isoformat()}"))
    return replace(sources, **kept), pl.concat(left)


def leave_out_silent(invoices: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the invoice lines without those that bill nothing, and those as LEFT_OUT."""
    silent = invoices.select(bills_nothing()).to_series() & ~has_extras(INVOICE_LINES.cast(invoices))
    return invoices.filter(~silent), silent_rows(invoices.filter(silent))


def silent_rows(invoices: pl.DataFrame) -> pl.DataFrame:
    """Return invoice lines that bill nothing as LEFT_OUT."""
    return _left_out_rows(invoices, "invoice_lines", "bills nothing")


def _left_out_rows(frame: pl.DataFrame, table: str, reason: str) -> pl.DataFrame:
    dated, number, line = DATED[table]
    named = frame.with_columns(
        pl.lit(table).alias("table"),
        pl.col(number).alias("number"),
        pl.col(line).alias("line"),
        pl.col(dated).alias("date"),
        pl.lit(reason).alias("reason"),
    )
    if "unit_price" in frame.columns:
        named = named.with_columns(valued(frame))
    return LEFT_OUT.cast(named)[[*LEFT_OUT.columns]]


def _split(frame: pl.DataFrame, table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines without a `reason`, and the others as REJECTS."""
    bad = frame.filter(pl.col("reason").is_not_null()).with_columns(pl.lit(table).alias("table"))
    return without(frame.filter(pl.col("reason").is_null()), "reason", "column"), REJECTS.cast(bad)[[*REJECTS.columns]]


def _order_lines(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    by_quantity = pl.col("quantity").is_not_null() & pl.col("unit_price").is_not_null()
    cast = ORDER_LINES.cast(frame).with_columns(pl.col(c).alias(f"{c}_read") for c in READ)
    read = one_sign(positive_prices(discounted(cast)))
    keyed = read.with_columns(
        pl.col("price_unit").fill_null(1),
        pl.col("currency").fill_null(rules.base_currency),
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        unit_key("uom").alias("uom_key"),
        (~by_quantity).alias("by_amount"),
        party_mark(frame),
    ).with_columns(
        pl.when(~by_quantity & pl.col("amount").is_null())
        .then(pl.lit("neither quantity and unit price nor an amount is given"))
        .when(too_valuable())
        .then(pl.lit("quantity x unit price is 10^15 or more, past what an amount may be"))
        .when(pl.col("po_key").is_null() | pl.col("po_line_key").is_null())
        .then(pl.lit("the order number or line has no letter or digit"))
        .alias("reason"),
        pl.lit("quantity").alias("column"),
    )
    return without_tax(keyed) if has_tax_in_prices(rules, "orders") else without_fractions(keyed)


def _receipt_lines(frame: pl.DataFrame) -> pl.DataFrame:
    return RECEIPT_LINES.cast(frame).with_columns(
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        unit_key("uom").alias("uom_key"),
    )


def _invoice_lines(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    gross = has_tax_in_prices(rules, "invoices")
    cast = INVOICE_LINES.cast(frame)
    keyed = discounted(without_tax_amount(cast) if gross else cast).with_columns(
        pl.col("price_unit").fill_null(1),
        pl.col("line_type").fill_null("item"),
        pl.col("currency").alias("currency_read"),
        key("company").alias("company_key"),
        number_key("po_number").alias("po_key"),
        line_key("po_line").alias("po_line_key"),
        key("item").alias("item_key"),
        unit_key("uom").alias("uom_key"),
        pl.coalesce("invoice_number", "document_id").alias("invoice_number"),
        pl.coalesce("invoice_number", "document_id").str.strip_chars().alias("number"),
        pl.coalesce(key("supplier_id"), key("supplier_name"), mark_key("supplier_vat_id"), mark_key("iban")).alias(
            "party_key"
        ),
        derived().alias("derived"),
        party_mark(frame),
    )
    complete = keyed.with_columns(underivable().alias("reason"), pl.lit("quantity").alias("column"))
    full = completed(complete)
    if not gross:
        return without_fractions(full)
    known = pl.col("endless").ne_missing(pl.lit("unit_price"))
    return without_tax(full).with_columns(pl.when(known).then("price_num").alias("price_num"))
