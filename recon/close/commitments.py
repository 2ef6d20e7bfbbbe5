"""Commitments: an issued order is a liability at once; what its money is at, and that it is at one place only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import product, summed
from recon.close.gr_ir import of_order, prices
from recon.close_tables import COMMITMENTS
from recon.codes import BY_RECEIPT
from recon.engine.joins import with_columns_of
from recon.kinds import EXACT
from recon.match.rates import with_rate

if TYPE_CHECKING:
    from datetime import date

    from recon.ledger.reconcile import Reconciliation
    from recon.rules.rule import Rules

ZERO = pl.lit(0, EXACT)
ORDERED, RECEIVED, HELD, DUE, PAID = COMMITMENTS.kinds["state"].words


def commitments(
    done: Reconciliation, orders: pl.DataFrame, paid: pl.DataFrame, rates: pl.DataFrame, last: date, rules: Rules
) -> pl.DataFrame:
    """Return COMMITMENTS: a row an order line and state in which some of its money is, at the order's price.

    `orders` are those of `order_lines`, `paid` the places (`source`, `row`) of invoice lines that are paid. The states of
    an order line add up to what is ordered, received or billed of it, whichever is most; a closed line brings no more.
    """
    billed = _billed(done, orders, paid)
    whole = summed(billed, ["order"], "quantity").drop("lines").rename({"quantity": "billed"})
    counted = orders.join(whole, on="order", how="left").with_columns(pl.col("billed", "received").fill_null(0))
    by_amount = pl.col("quantity").is_null() | pl.col("unit_price").is_null()
    ordered = pl.when(by_amount).then("amount").otherwise("quantity").cast(EXACT)
    open_order = pl.when(~pl.col("closed").fill_null(value=False)).then(
        pl.max_horizontal(ZERO, ordered - pl.max_horizontal("received", "billed", ZERO))
    )
    expected = pl.when(pl.col("policy").is_in(BY_RECEIPT)).then(
        pl.max_horizontal(ZERO, pl.col("received") - pl.col("billed"))
    )
    open_rows = [
        counted.select("order", quantity=amount.fill_null(0), state=pl.lit(state))
        for state, amount in ((ORDERED, open_order), (RECEIVED, expected))
    ]
    states = pl.concat([*open_rows, billed.select("order", "quantity", "state")]).filter(pl.col("quantity") != 0)
    held = summed(states, ["order", "state"], "quantity")
    return _valued(held, orders, rates, last, rules.base_currency)


def _billed(done: Reconciliation, orders: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """Return order, quantity (in the order's unit) and state of the invoice lines that take part."""
    taking = done.invoice_lines.filter(pl.col("quantity_variance").is_not_null())
    base = pl.when(pl.col("policy").is_in(BY_RECEIPT)).then("received").otherwise("ordered")
    is_paid = taking.join(paid.with_columns(paid=pl.lit(value=True)), on=["source", "row"], how="left")["paid"]
    state = (
        pl.when(is_paid.fill_null(value=False)).then(pl.lit(PAID)).when(pl.col("decision") == "pay").then(pl.lit(DUE))
    ).otherwise(pl.lit(HELD))
    quantity = pl.col("quantity_variance") + base - pl.col("invoiced_before")
    return of_order(taking.with_columns(state=state), orders).with_columns(quantity=quantity)


def _valued(
    held: pl.DataFrame, orders: pl.DataFrame, rates: pl.DataFrame, last: date, base_currency: str
) -> pl.DataFrame:
    about = orders.drop("quantity", "amount", "currency", "supplier_name")
    rows = with_columns_of(held.join(about, on="order"), prices(orders), "order")
    valued = product(rows, "amount", ["quantity", "price"], "per").with_columns(day=pl.lit(last)).with_row_index("at")
    rated = with_rate(valued, rates, base_currency, "day", "at").drop("at")
    shown = COMMITMENTS.cast(product(rated, "base_amount", ["amount", "rate"])).select(*COMMITMENTS.columns)
    return shown.sort("company", "supplier_id", "po_number", "po_line", "state", "source", "row")
