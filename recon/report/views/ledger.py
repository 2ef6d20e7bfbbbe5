"""Invoices, accrual, suppliers, information and rules as the workbook shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import DECISIONS, SEVERITIES
from recon.engine.exact import QUOTIENT_PLACES, Exact, quotient
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.report.ranking import worst_first
from recon.report.views.todo import prefilled
from recon.report.views.wrong import with_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from recon.rules.rule import Rules

_ORDER_LINE = ["company", "po_number", "po_line"]
_INVOICE = ["company", "supplier_id", "invoice_number", "document_type"]


def invoices(frames: Mapping[str, pl.DataFrame], found: pl.DataFrame) -> pl.DataFrame:
    """Return the invoices, those on hold first, with due and discount date, worst finding in words, and entry cells.

    `found` is the To do view; `lines_at` is where the first of its lines stands in the frame of invoice lines.
    """
    lines = frames["invoice_lines"]
    dates = [pl.col(name).min() for name in ("due_date", "discount_date") if name in lines.columns]
    due = lines.group_by(_INVOICE).agg(dates)
    place = found.filter(pl.col("invoice_number").is_not_null()).select("source", "row", "wrong")
    words = place.unique(["source", "row"], keep="first", maintain_order=True)
    worst = words.join(lines.select(*_INVOICE, "source", "row"), on=["source", "row"], maintain_order="left")
    worst = worst.unique(_INVOICE, keep="first", maintain_order=True).select(*_INVOICE, "wrong")
    first = lines.select("invoice_key", pl.int_range(pl.len()).alias("lines_at"))
    first = first.unique("invoice_key", keep="first", maintain_order=True)
    shown = frames["invoices"].join(first, on="invoice_key", how="left", maintain_order="left")
    for beside in (due, worst):
        shown = shown.join(beside, on=_INVOICE, how="left", nulls_equal=True, maintain_order="left")
    ranks = {decision: rank for rank, decision in enumerate(reversed(DECISIONS))}
    order = pl.col("decision").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int8)
    return shown.with_columns(prefilled("given_decision").alias("your_decision")).sort(order, maintain_order=True)


def information(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the discrepancies that stop nothing, with words, the greatest first."""
    return with_words(worst_first(frames["discrepancies"].filter(pl.col("severity") == SEVERITIES[0])))


def accrual(frames: Mapping[str, pl.DataFrame], as_of: date | None) -> pl.DataFrame:
    """Return a row a receipt of an order line with something received and not invoiced, the oldest first.

    The newest receipts are those not invoiced: invoices use them first in, first out. `open_quantity` is in the
    order's unit, `open_amount` at order prices; `age` in days needs `as_of`.
    """
    orders = frames["order_lines"].filter(pl.col("received_not_invoiced") > 0)
    beside = orders.select(
        *_ORDER_LINE,
        *("supplier_id", "supplier_name", "item", "description", "uom", "currency"),
        pl.col("received_not_invoiced").alias("open"),
        pl.col("received_not_invoiced_amount").alias("open_money"),
    ).unique(_ORDER_LINE, keep="first", maintain_order=True)
    receipts = frames["receipt_lines"].select(
        "company",
        pl.coalesce("order_po_number", "po_number").alias("po_number"),
        pl.coalesce("order_po_line", "po_line").alias("po_line"),
        *("receipt_number", "receipt_line", "receipt_date", "source", "row"),
        *(pl.col("quantity").cast(EXACT), pl.col("uom").alias("receipt_uom")),
    )
    each = beside.join(receipts, on=_ORDER_LINE, how="left", nulls_equal=True, maintain_order="left")
    days = (pl.lit(as_of, pl.Date) - pl.col("receipt_date")).dt.total_days()
    return (
        _valued(_newest(each))
        .with_columns(days.alias("age"))
        .sort("receipt_date", "po_number", "po_line", nulls_last=True, maintain_order=True)
    )


def _newest(rows: pl.DataFrame) -> pl.DataFrame:
    """Give what is open of an order line to its newest receipts, each at most its quantity; the oldest has the rest.

    The rest is what no receipt explains (a return, a receipt in another unit): the sum stays the order line's.
    """
    newest = rows.sort("receipt_date", "receipt_number", "row", descending=True, nulls_last=True, maintain_order=True)
    own_unit = pl.coalesce("receipt_uom", "uom").eq_missing(pl.col("uom"))
    quantity = pl.when(own_unit & (pl.col("quantity") > 0)).then(pl.col("quantity")).otherwise(0)
    rest = pl.max_horizontal(pl.col("open") - (quantity.cum_sum().over(_ORDER_LINE) - quantity), pl.lit(0, EXACT))
    part = pl.when(_last()).then(rest).otherwise(pl.min_horizontal(rest, quantity))
    return newest.with_columns(part.alias("open_quantity")).filter(pl.col("open_quantity") > 0)


def _valued(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `open_amount`: each receipt's share of the order line's amount; the oldest has what rounding leaves."""
    shared = in_parts(rows.with_row_index("_at"), "_at", _shared, unbounded=True).drop("_at")
    others = pl.col("open_amount").sum().over(_ORDER_LINE) - pl.col("open_amount")
    return shared.with_columns(
        pl.when(_last()).then(pl.col("open_money") - others).otherwise(pl.col("open_amount")).alias("open_amount")
    )


def _shared(rows: pl.DataFrame) -> pl.DataFrame:
    money, part, whole = (Exact.of(rows.get_column(name)) for name in ("open_money", "open_quantity", "open"))
    share = quotient(money * part, whole).round(QUOTIENT_PLACES, mode="half_away_from_zero")
    return rows.with_columns(share.alias("open_amount"))


def _last() -> pl.Expr:
    return pl.int_range(pl.len()).over(_ORDER_LINE) == pl.len().over(_ORDER_LINE) - 1


def suppliers(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the supplier links, those that need a person first, with what may be chosen for each."""
    links = frames["supplier_links"]
    needs = pl.col("state").is_not_null()
    proposed = pl.when(needs).then(pl.coalesce("supplier_id", "runner_up_id"))
    other = pl.when(needs & (pl.col("runner_up_id") != proposed)).then(pl.col("runner_up_id"))
    return links.with_columns(
        pl.lit(None, pl.String).alias("your_decision"),
        pl.lit(None, pl.String).alias("decision_note"),
        pl.when(proposed.is_not_null()).then(pl.lit("accept")).alias("choice"),
        proposed.alias("choice_proposed"),
        other.alias("choice_other"),
    ).sort(~needs, -pl.col("amount").fill_null(0).abs(), maintain_order=True)


def rules_used(frames: Mapping[str, pl.DataFrame], rules: Rules, lines_of: Mapping[str, int]) -> pl.DataFrame:
    """Return each rule that decided something: what it is, its name, line in the rules file, how often.

    `lines_of` is name -> line of the rules file; a rule that is built in has none.
    """
    lines = frames["invoice_lines"]
    counted = [
        _counted("tolerance", frames["discrepancies"].get_column("tolerance"), "findings beyond it"),
        _counted("link", lines.get_column("link"), "invoice lines linked by it"),
        _counted("policy", lines.get_column("policy"), "invoice lines matched by it"),
    ]
    every = pl.concat(counted)
    line = pl.col("rule").replace_strict(dict(lines_of), default=None, return_dtype=pl.Int64)
    return every.with_columns(
        line.alias("line"),
        pl.when(line.is_not_null()).then(pl.lit(rules.path.name)).otherwise(pl.lit("built in")).alias("file"),
    )


def _counted(kind: str, names: pl.Series, what: str) -> pl.DataFrame:
    counts = names.drop_nulls().alias("rule").to_frame().group_by("rule").agg(pl.len().cast(pl.Int64).alias("times"))
    ordered = counts.sort("times", "rule", descending=[True, False])
    return ordered.select(pl.lit(kind).alias("kind"), "rule", "times", pl.lit(what).alias("what"))
