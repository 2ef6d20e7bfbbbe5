"""Goods received, invoices received: what is open between the two at the end of a period, by order line and by receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import at_rate, product, summed_if_known
from recon.close.order_lines import accruing
from recon.close_tables import GR_IR, GR_IR_RECEIPTS
from recon.rules.when.expr import to_expr
from recon.rules.written.close import OPEN_ITEM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from recon.rules.close import Close, WriteOff
    from recon.rules.rule import Rules

RECEIVED, INVOICED, RETURNED = GR_IR.kinds["kind"].words
CLOSED = (pl.col("kind") == INVOICED) & pl.col("closed").fill_null(value=False)
"""What is billed and will not come: no open item, and still on the account until it is credited or written off."""
SUMS = ["open_quantity", "open_amount", "base_amount"]


def open_lines(orders: pl.DataFrame, receipts: pl.DataFrame, bills: pl.DataFrame) -> pl.DataFrame:
    """Return order, kind and what is open: a row an order line and kind; `receipts` and `bills` are those of `open_items`.

    Where more went back than came, and where goods that went back stand billed, the supplier owes a credit.
    """
    went_back = orders.select("order", back=pl.col("codes").list.contains(RETURNED))
    kinds = pl.when(pl.col("left") > 0).then(pl.lit(RECEIVED)).otherwise(pl.lit(RETURNED))
    billed = pl.when("back").then(pl.lit(RETURNED)).otherwise(pl.lit(INVOICED))
    theirs = bills.join(went_back, on="order").with_columns(kind=billed)
    ours = receipts.with_columns(kind=kinds)
    claims = ours.filter(pl.col("kind") == RETURNED).with_columns(-pl.col(*SUMS))
    goods = ours.filter(pl.col("kind") == RECEIVED)
    some = pl.concat([each.select("order", "kind", *SUMS, "rate") for each in (goods, claims, theirs)])
    rates = some.group_by("order", "kind").agg(
        rate=pl.when(pl.col("rate").n_unique() == 1).then(pl.col("rate").first())
    )
    sums = summed_if_known(some, ["order", "kind"], *SUMS).drop("lines")
    return sums.join(rates, on=["order", "kind"])


def gr_ir(
    orders: pl.DataFrame, receipts: pl.DataFrame, bills: pl.DataFrame, rates: pl.DataFrame, last: date, rules: Rules
) -> pl.DataFrame:
    """Return GR_IR with `order`, as of the end of `last`: `receipts` and `bills` are those of `open_items`.

    A line that nobody accrues (`accrue` never) and one that expects no receipt have no row. Where a rate is missing the
    base columns are null; where the order goes by amount, quantities are.
    """
    found = open_lines(orders, receipts, bills)
    dates = _dates(receipts, bills)
    joined = accruing(orders.drop("amount").join(found, on="order")).join(dates, on="order", how="left")
    counts = [pl.when(~pl.col("by_amount")).then(name).alias(name) for name in ("received", "invoiced")]
    named = joined.with_columns(*counts, price=pl.col("expected_price"))
    closed = _at_closing_rate(_aged(named, last, rules.close), rates, last, rules.base_currency)
    shown = GR_IR.cast(_with_write_off(closed, rules.close.write_off)).select(*GR_IR.columns, "order")
    return shown.sort("company", "account", "supplier_id", "po_number", "po_line", "kind", "source", "row")


def gr_ir_receipts(receipts: pl.DataFrame, last: date, rules: Rules) -> pl.DataFrame:
    """Return GR_IR_RECEIPTS: what is open of each receipt, and how old it is."""
    placed = receipts.with_columns(
        uom="order_uom", supplier_id="order_supplier", supplier_name="order_supplier_name", since="booked_on"
    )
    aged = _bucketed(placed, last, rules.close.buckets)
    order = ["company", "supplier_id", "po_number", "po_line", "receipt_number", "receipt_line", "source", "row"]
    return GR_IR_RECEIPTS.cast(aged).select(*GR_IR_RECEIPTS.columns).sort(order)


def _dates(receipts: pl.DataFrame, bills: pl.DataFrame) -> pl.DataFrame:
    came = receipts.group_by("order").agg(
        oldest_receipt_date=pl.col("booked_on").min(), last_receipt_date=pl.col("booked_on").max()
    )
    billed = bills.group_by("order").agg(last_invoice_date=pl.col("booked_on").max())
    return came.join(billed, on="order", how="full", coalesce=True)


def _aged(lines: pl.DataFrame, last: date, close: Close) -> pl.DataFrame:
    """Add `age_days` and `bucket`: of goods by their receipts, of bills without goods by the bill."""
    by = {
        "oldest_receipt": pl.col("oldest_receipt_date"),
        "last_receipt": pl.col("last_receipt_date"),
        "last_activity": pl.max_horizontal("last_receipt_date", "last_invoice_date"),
    }[close.age_by]
    billed = pl.coalesce("last_invoice_date", by)
    since = pl.when(pl.col("kind") == RECEIVED).then(by).otherwise(billed)
    return _bucketed(lines.with_columns(since=since), last, close.buckets)


def _bucketed(lines: pl.DataFrame, last: date, ends: Sequence[int]) -> pl.DataFrame:
    age = (pl.lit(last) - pl.col("since")).dt.total_days()
    bucket: pl.Expr = pl.when(age > ends[-1]).then(pl.lit(f">{ends[-1]}"))
    for end, name in sorted(zip(ends, buckets(ends), strict=False), reverse=True):
        bucket = pl.when(age <= end).then(pl.lit(name)).otherwise(bucket)
    return lines.with_columns(age.alias("age_days"), bucket.alias("bucket"))


def buckets(ends: Sequence[int]) -> list[str]:
    """Return the names of the ages from young to old: `0-30`, `31-60` ... `>365`."""
    starts = (0, *(end + 1 for end in ends[:-1]))
    return [*(f"{low}-{high}" for low, high in zip(starts, ends, strict=True)), f">{ends[-1]}"]


def _at_closing_rate(lines: pl.DataFrame, rates: pl.DataFrame, last: date, base_currency: str) -> pl.DataFrame:
    """Revalue what is owed at the rate of the last day; a claim to goods is no money and is not revalued."""
    rated = at_rate(lines.drop("rate"), rates, base_currency, pl.lit(last)).rename({"rate": "closing_rate"})
    rated = rated.with_columns(lines["rate"])
    valued = product(rated, "closing_base_amount", ["open_amount", "closing_rate"])
    owed = pl.col("kind") == RECEIVED
    return valued.with_columns(fx_revaluation=pl.when(owed).then(pl.col("closing_base_amount") - pl.col("base_amount")))


def _with_write_off(lines: pl.DataFrame, proposals: Sequence[WriteOff]) -> pl.DataFrame:
    """Add `write_off`: the first proposal that holds for the open item."""
    named = pl.lit(None, pl.String)
    for one in reversed(proposals):
        named = pl.when(to_expr(one.when, OPEN_ITEM)).then(pl.lit(one.name)).otherwise(named)
    return lines.with_columns(named.alias("write_off"))
