"""Commitments: an issued order is a liability at once; what its money is at, and that it is at one place only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.close.amounts import at_rate, product, summed
from recon.close.order_lines import prices
from recon.codes import BY_RECEIPT
from recon.engine.joins import with_columns_of
from recon.engine.order import sorted_by
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.money_tables import COMMITMENTS, COMMITTED_SPEND

if TYPE_CHECKING:
    from datetime import date

    from recon.rules.rule import Rules

ZERO = pl.lit(0, EXACT)
_STATES = COMMITMENTS.kinds["state"].words
ORDERED, RECEIVED, HELD, DUE, PAID = _STATES
_OWN = ("quantity", "amount", "currency", "state", "base_amount", "due_date")
"""What a commitment has of its own, whatever its order line says."""
_ORDER = ("company", "supplier_id", "po_number", "po_line", "state", "source", "row")


def commitments(
    bills: pl.DataFrame, orders: pl.DataFrame, documents: pl.DataFrame, rates: pl.DataFrame, last: date, rules: Rules
) -> pl.DataFrame:
    """Return COMMITMENTS with `order`: a row an order line and state in which some of its money is, at the order's price.

    `orders` are those of `order_lines`, `bills` those of `open_items`, `documents` say of each
    invoice (`invoice_key`) its `decision` and whether it is `paid`. The states of
    an order line add up to what is ordered, received or billed of it, whichever is most; a closed line brings no more.
    """
    billed = group_sums(_billed(bills, documents), ["order", "state"], "quantity")
    whole = group_sums(billed, ["order"], "quantity").rename({"quantity": "billed"})
    own = orders.select("order", "expected_quantity", "received", "policy", "closed")
    counted = with_columns_of(own, whole, "order").with_columns(pl.col("billed", "received").fill_null(0))
    open_order = pl.when(~pl.col("closed").fill_null(value=False)).then(
        pl.max_horizontal(ZERO, pl.col("expected_quantity") - pl.max_horizontal("received", "billed", ZERO))
    )
    expected = pl.when(pl.col("policy").is_in(BY_RECEIPT)).then(
        pl.max_horizontal(ZERO, pl.col("received") - pl.col("billed"))
    )
    open_rows = [
        counted.select("order", state=pl.lit(state), quantity=amount.cast(EXACT)).filter(pl.col("quantity") != 0)
        for state, amount in ((ORDERED, open_order), (RECEIVED, expected))
    ]
    return _valued(pl.concat([*open_rows, billed]), orders, rates, last, rules.base_currency)


def _billed(bills: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return order, quantity (in the order's unit, or an amount) and state of the invoice lines that bill any."""
    state = state_of_bill("effective")
    whole = documents.select("invoice_key", effective="decision", paid="paid")
    known = bills.filter(pl.col("counted") != 0).join(whole, on="invoice_key", how="left")
    return known.select("order", quantity="counted", state=state)


def state_of_bill(decision: str) -> pl.Expr:
    """Return the state of what an invoice bills, by its column `decision` and by `paid`."""
    due = pl.when(pl.col(decision) == "pay").then(pl.lit(DUE)).otherwise(pl.lit(HELD))
    return pl.when("paid").then(pl.lit(PAID)).otherwise(due)


def _valued(
    held: pl.DataFrame, orders: pl.DataFrame, rates: pl.DataFrame, last: date, base_currency: str
) -> pl.DataFrame:
    own = [name for name in COMMITMENTS.columns if name in orders.columns and name not in _OWN]
    about = orders.select("order", *own).hstack(prices(orders).select("by_amount", "order_currency", "price"))
    placed = with_columns_of(held, orders.select("order", *{*_ORDER} - {"state"}), "order")
    rows = with_columns_of(sorted_by(placed, *_ORDER).select(held.columns), about, "order")
    valued = product(rows, "amount", ["quantity", "price"]).with_columns(currency="order_currency")
    rated = product(at_rate(valued, rates, base_currency, pl.lit(last)), "base_amount", ["amount", "rate"])
    told = rated.with_columns(pl.when(~pl.col("by_amount")).then("quantity").alias("quantity"))
    return COMMITMENTS.cast(told).select(*COMMITMENTS.columns, "order")


DIMENSIONS = ("supplier_id", "category", "cost_centre", "project", "buyer")


def committed_spend(committed: pl.DataFrame) -> pl.DataFrame:
    """Return COMMITTED_SPEND of COMMITMENTS: what each supplier, category, cost centre, project and buyer is committed to."""
    amounts = [pl.when(pl.col("state") == state).then("amount").otherwise(ZERO).alias(state) for state in _STATES]
    split = committed.with_columns(*amounts)
    rows = [
        summed(split.select(pl.lit(by).alias("dimension"), pl.col(by).alias("value"), "currency", *_STATES, "amount"),
               ["dimension", "value", "currency"], *_STATES, "amount")
        for by in DIMENSIONS
        if committed[by].is_not_null().any()
    ]  # fmt: skip
    if not rows:
        return COMMITTED_SPEND.empty()
    return COMMITTED_SPEND.cast(pl.concat(rows)).select(*COMMITTED_SPEND.columns).sort("dimension", "value", "currency")
