"""Goods received, invoices received: what is open between the two at the end of a period, by order line and by receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product, summed
from recon.close.cut import booked
from recon.close_tables import GR_IR, GR_IR_RECEIPTS
from recon.codes import BY_RECEIPT
from recon.engine.joins import with_columns_of
from recon.kinds import EXACT
from recon.match.limits import ORDER_TYPES
from recon.match.rates import with_rate
from recon.rules.when.expr import to_expr
from recon.rules.written.close import OPEN_ITEM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Account, Close, Rules, WriteOff

ZERO = pl.lit(0, EXACT)
RECEIVED, INVOICED, RETURNED = "received_not_invoiced", "invoiced_not_received", "returned_not_credited"
NEVER = "never"


def order_lines(done: Reconciliation, accounts: Sequence[Account]) -> pl.DataFrame:
    """Return the order lines with `order` (their number), `account` and `rule` (null where no account holds)."""
    account, rule = pl.lit(None, pl.String), pl.lit(None, pl.String)
    for one in reversed(accounts):
        holds = to_expr(one.when, ORDER_TYPES) if one.when else pl.lit(value=True)
        account = pl.when(holds).then(pl.lit(one.accrued)).otherwise(account)
        rule = pl.when(holds).then(pl.lit(one.name)).otherwise(rule)
    numbered = done.order_lines.with_row_index("order").with_columns(pl.col("order").cast(pl.Int64))
    return numbered.with_columns(account.alias("account"), rule.alias("rule"))


def of_order(lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Return linked receipt or invoice lines with `order`: the number of the order line that they are linked to."""
    keys = orders.select(
        "order", "group_id", order_po_number="po_number", order_po_line="po_line", order_company="company"
    )
    linked = lines.with_row_index("at").join(keys, on=["group_id", "order_po_number", "order_po_line"])
    fits = (pl.col("company") == pl.col("order_company")).fill_null(value=True)
    return linked.filter(fits).unique("at", keep="first", maintain_order=True).drop("at", "order_company")


def open_receipts(done: Reconciliation, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Return the receipts (returns too) that no invoice uses up, with `order`, `open_quantity`, `open_amount`, `rate`.

    Quantities are in the order's unit, amounts at the order's price; where the order goes by amount both are amounts.
    """
    used = done.allocations.group_by(source="receipt_source", row="receipt_row").agg(
        pl.col("quantity").sum().alias("used")
    )
    receipts = of_order(done.receipt_lines.drop_nulls("quantity_counted"), orders).join(
        used, on=["source", "row"], how="left"
    )
    left = receipts.with_columns(open_quantity=pl.col("quantity_counted") - pl.col("used").fill_null(ZERO))
    priced = with_columns_of(left.filter(pl.col("open_quantity") != 0), prices(orders), "order")
    valued = product(priced, "open_amount", ["open_quantity", "price"], "per")
    dated = valued.with_columns(booked_on=booked("receipt_lines")).with_row_index("at")
    return product(
        with_rate(dated, rates, base_currency, "booked_on", "at").drop("at"), "base_amount", ["open_amount", "rate"]
    )


def prices(orders: pl.DataFrame) -> pl.DataFrame:
    """Return order, price and per (1 and 1 where the order goes by amount), currency, policy and who it is with."""
    by_amount = pl.col("quantity").is_null() | pl.col("unit_price").is_null()
    return orders.select(
        "order",
        "currency",
        "supplier_name",
        order_policy="policy",
        order_accrue="accrue",
        order_uom="uom",
        order_supplier="supplier_id",
        price=pl.when(by_amount).then(pl.lit(1, EXACT)).otherwise(pl.col("unit_price").cast(EXACT)),
        per=pl.when(by_amount).then(pl.lit(1, EXACT)).otherwise(pl.col("price_unit").fill_null(1).cast(EXACT)),
    )


def uncovered(done: Reconciliation, orders: pl.DataFrame, rates: pl.DataFrame, base_currency: str) -> pl.DataFrame:
    """Return the invoice lines that bill more than was received, with `order`, `open_quantity` and `open_amount`.

    Amounts are the invoice's own: what is billed beyond the receipts is booked at the invoice's price.
    """
    used = done.allocations.group_by(source="invoice_source", row="invoice_row").agg(
        pl.col("quantity").sum().alias("used")
    )
    taken = done.invoice_lines.filter(pl.col("quantity_variance").is_not_null() & pl.col("policy").is_in(BY_RECEIPT))
    lines = of_order(taken, orders).join(used, on=["source", "row"], how="left")
    billed = pl.col("quantity_variance") + pl.col("received") - pl.col("invoiced_before")
    left = lines.with_columns(billed=billed, open_quantity=billed - pl.col("used").fill_null(ZERO))
    some = left.filter(pl.col("open_quantity") != 0)
    valued = product(some, "open_amount", ["open_quantity", "amount"], "billed")
    dated = valued.with_columns(booked_on=booked("invoice_lines")).with_row_index("at")
    return product(
        with_rate(dated, rates, base_currency, "booked_on", "at").drop("at"), "base_amount", ["open_amount", "rate"]
    )


def gr_ir(
    orders: pl.DataFrame, receipts: pl.DataFrame, invoices: pl.DataFrame, rates: pl.DataFrame, last: date, rules: Rules
) -> pl.DataFrame:
    """Return GR_IR as of the end of `last`: `receipts` and `invoices` are those of `open_receipts` and `uncovered`.

    A line that nobody accrues (`accrue` never) and one that expects no receipt have no row. Where a rate is missing the
    base columns are null.
    """
    expected = orders.filter(pl.col("policy").is_in(BY_RECEIPT), pl.col("accrue").fill_null("") != NEVER)
    found = pl.concat([_open(receipts, RECEIVED), _open(invoices, INVOICED)])
    dates = _dates(receipts, invoices)
    joined = expected.drop("amount").join(found, on="order").join(dates, on="order", how="left")
    went_back = (pl.col("kind") == INVOICED) & pl.col("codes").list.contains(RETURNED)
    named = joined.with_columns(
        kind=pl.when(went_back).then(pl.lit(RETURNED)).otherwise("kind"), price=pl.col("unit_price")
    )
    closed = _at_closing_rate(_aged(named, last, rules.close), rates, last, rules.base_currency)
    shown = GR_IR.cast(_with_write_off(closed, rules.close.write_off)).select(*GR_IR.columns)
    return shown.sort("company", "account", "supplier_id", "po_number", "po_line", "kind", "source", "row")


def gr_ir_receipts(receipts: pl.DataFrame, last: date, rules: Rules) -> pl.DataFrame:
    """Return GR_IR_RECEIPTS: what is open of each receipt, and how old it is."""
    placed = receipts.with_columns(uom="order_uom", supplier_id="order_supplier", since="booked_on")
    aged = _bucketed(placed, last, rules.close.buckets)
    order = ["company", "supplier_id", "po_number", "po_line", "receipt_number", "receipt_line", "source", "row"]
    return GR_IR_RECEIPTS.cast(aged).select(*GR_IR_RECEIPTS.columns).sort(order)


def _open(lines: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return order, kind and what is open in quantity and amount; the base amount only where each line has one."""
    sums = summed(lines, ["order"], "open_quantity", "open_amount", "base_amount")
    complete = lines.group_by("order").agg(complete=pl.col("base_amount").is_not_null().all())
    joined = sums.join(complete, on="order").filter(pl.col("open_quantity") != 0)
    base = pl.when("complete").then("base_amount")
    return joined.select("order", "open_quantity", "open_amount", base.alias("base_amount"), kind=pl.lit(kind))


def _dates(receipts: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
    arrived = receipts.filter(pl.col("open_quantity") > 0).group_by("order")
    came = arrived.agg(oldest_receipt_date=pl.col("booked_on").min(), last_receipt_date=pl.col("booked_on").max())
    billed = invoices.group_by("order").agg(last_invoice_date=pl.col("booked_on").max())
    return came.join(billed, on="order", how="full", coalesce=True)


def _aged(lines: pl.DataFrame, last: date, close: Close) -> pl.DataFrame:
    """Add `age_days` and `bucket`: of goods by their receipts, of bills without goods by the bill."""
    by = {
        "oldest_receipt": pl.col("oldest_receipt_date"),
        "last_receipt": pl.col("last_receipt_date"),
        "last_activity": pl.max_horizontal("last_receipt_date", "last_invoice_date"),
    }[close.age_by]
    since = pl.when(pl.col("kind") == RECEIVED).then(by).otherwise("last_invoice_date")
    return _bucketed(lines.with_columns(since=since), last, close.buckets)


def _bucketed(lines: pl.DataFrame, last: date, ends: Sequence[int]) -> pl.DataFrame:
    age = (pl.lit(last) - pl.col("since")).dt.total_days()
    names = [f"{low}-{high}" for low, high in zip((0, *(end + 1 for end in ends[:-1])), ends, strict=True)]
    bucket: pl.Expr = pl.when(age > ends[-1]).then(pl.lit(f">{ends[-1]}"))
    for end, name in sorted(zip(ends, names, strict=True), reverse=True):
        bucket = pl.when(age <= end).then(pl.lit(name)).otherwise(bucket)
    return lines.with_columns(age.alias("age_days"), bucket.alias("bucket"))


def _at_closing_rate(lines: pl.DataFrame, rates: pl.DataFrame, last: date, base_currency: str) -> pl.DataFrame:
    """Revalue what is owed at the rate of the last day; a claim to goods is no money and is not revalued."""
    dated = lines.with_columns(closing_day=pl.lit(last)).with_row_index("at")
    rated = with_rate(dated, rates, base_currency, "closing_day", "at").drop("at").rename({"rate": "closing_rate"})
    valued = product(rated, "closing_base_amount", ["open_amount", "closing_rate"])
    owed = pl.col("kind") == RECEIVED
    return valued.with_columns(fx_revaluation=pl.when(owed).then(pl.col("closing_base_amount") - pl.col("base_amount")))


def _with_write_off(lines: pl.DataFrame, proposals: Sequence[WriteOff]) -> pl.DataFrame:
    """Add `write_off`: the first proposal that holds for the open item."""
    named = pl.lit(None, pl.String)
    for one in reversed(proposals):
        named = pl.when(to_expr(one.when, OPEN_ITEM)).then(pl.lit(one.name)).otherwise(named)
    return lines.with_columns(named.alias("write_off"))
