"""Figures: what each order line and invoice line stands at when everything is allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_ACCEPTANCE, BY_RECEIPT
from recon.engine.exact import EXACT_SCALE, Exact, TooWideError, largest, quotient
from recon.engine.joins import among, constant, known, only, rows_of, where, with_columns_of, without
from recon.engine.parts import in_parts
from recon.match.allocate.allocate import received_in_units
from recon.match.prices import price_of_order

if TYPE_CHECKING:
    from recon.match.allocate.allocate import Allocation

ZERO = pl.lit(0, pl.Int128)
LIMITS = ("received", "accepted", "ordered")
WORTH_ENDS = 10**18
"""What came of one order line is worth less: a column of sums holds ten times that."""


def with_balances(orders: pl.DataFrame, receipts: pl.DataFrame, allocation: Allocation) -> pl.DataFrame:
    """Return the orders with their allocation, what is open between the documents, their value and `goods_returned`.

    `received_net`, `invoiced_net`, `ordered` are whole numbers of 1/`unit`; order lines that do not count have 0.
    """
    counted = allocation.orders.select(
        "order_id",
        "unit",
        "ordered",
        "ordered_limit",
        received_net="received",
        rejected_net="rejected",
        invoiced_net="invoiced",
    )
    joined = with_columns_of(orders, counted, "order_id").with_columns(
        pl.col("unit").fill_null(pl.lit(1, pl.Int128)),
        pl.col("ordered", "ordered_limit", "received_net", "rejected_net", "invoiced_net").fill_null(ZERO),
    )
    returned = receipts["order_id"].filter(receipts["counts"] & (receipts["quantity"] < 0)).drop_nulls()
    marked = joined.with_columns(among("order_id", returned).alias("goods_returned"))
    return order_figures(marked)


def with_first_receipt(lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Add `first_receipt_date`: of the first receipt of each line's order that is not a return."""
    came = receipts["counts"] & (receipts["quantity"] > 0) & known(receipts["order_id"])
    arrived = where(only(receipts, ["order_id", "receipt_date"]), came)
    first = arrived.group_by("order_id").agg(pl.col("receipt_date").min().alias("first_receipt_date"))
    return with_columns_of(lines, first, "order_id")


def with_part(lines: pl.DataFrame, allocation: Allocation) -> pl.DataFrame:
    """Add `takes_part`: allocated to its order line, or by header to a whole order that is its supplier's, in its currency."""
    allocated = among("line_id", allocation.lines["line_id"])
    by_header = pl.col("by_header") & pl.col("head").is_not_null()
    whole = by_header & ~pl.col("supplier_mismatch") & ~pl.col("currency_mismatch")
    return lines.with_columns((allocated | whole).alias("takes_part"))


def with_closing(lines: pl.DataFrame, receipts: pl.DataFrame, allocation: Allocation) -> pl.DataFrame:
    """Add `came_before_closing`: all that is billed by then, this line included, was received by the day its order line was closed.

    `receipts` take part, with what they allow (`received_fractions`).
    """
    if lines["order_closed_date"].null_count() == lines.height:  # few order lines are closed
        return lines.hstack([constant(False, lines.height, pl.Boolean).alias("came_before_closing")])
    in_time = receipts.filter(pl.col("receipt_date") <= pl.col("order_closed_date")).sort("order_id", "receipt_id")
    running = allocation.lines[["line_id", "order_id", "running"]]
    if in_time.is_empty():
        running = running.with_columns(came=ZERO)
    else:
        came = received_in_units(allocation.orders, in_time).group_by("order_id").agg(came=pl.col("billed").sum())
        running = with_columns_of(running, came, "order_id")
    enough = running.select("line_id", (pl.col("running") <= pl.col("came").fill_null(0)).alias("came_before_closing"))
    return with_columns_of(lines, enough, "line_id").with_columns(pl.col("came_before_closing").fill_null(value=False))


def past_limits(allocation: Allocation, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that carry over-quantity by their policy, or credit more than was invoiced, with their allocation."""
    policy, over = pl.col("order_policy"), {limit: pl.col(f"over_{limit}") > 0 for limit in LIMITS}
    judged = policy.is_in(BY_ACCEPTANCE) | (pl.col("rejected") > 0)  # of most deliveries nobody accepts anything
    by_receipt = (over["received"] | (over["accepted"] & judged)) & policy.is_in(BY_RECEIPT)
    past = over["ordered"] | by_receipt | (pl.col("over_credit") > 0)
    totals = allocation.orders.select("order_id", "ordered", "rejected", received_net="received")
    running = with_columns_of(allocation.lines, lines[["line_id", "order_policy"]], "line_id")
    counted = with_columns_of(without(running, "source", "row", "num", "den"), totals, "order_id").filter(past)
    theirs = without(rows_of(without(lines, "order_id", "order_policy"), counted["line_id"]), "line_id")
    return counted.hstack(theirs)


def order_figures(orders: pl.DataFrame) -> pl.DataFrame:
    """Add to orders (with their allocation) received, invoiced and what is open between them, as EXACT.

    Quantities are in the order's unit; where an order line goes by amount, all of them are amounts. `expected_quantity` is
    what is ordered, schedules added up, and `expected_price` what one unit costs, after discounts and without tax; null where
    the line does not count, the price too where it goes by amount.
    """
    told = in_parts(orders, "order_id", _figures, unbounded=True)
    return told.with_columns(
        pl.when("counts").then("expected_quantity").alias("expected_quantity"),
        pl.when(pl.col("counts") & ~pl.col("by_amount")).then("expected_price").alias("expected_price"),
    )


def _figures(orders: pl.DataFrame) -> pl.DataFrame:
    unit, (price, per) = Exact.of(orders["unit"]), price_of_order(orders)
    net = pl.col("received_net")
    between = orders.select(
        accrued=pl.max_horizontal(ZERO, pl.min_horizontal(net, net - pl.col("invoiced_net"))),
        surplus=pl.max_horizontal(ZERO, pl.col("invoiced_net") - pl.max_horizontal(ZERO, net)),
        open=pl.max_horizontal(ZERO, pl.col("ordered") - net),
    )
    counts = {name: Exact.of(column) for name, column in zip(between.columns, between, strict=True)}
    counts |= {name: Exact.of(orders[name]) for name in ("received_net", "invoiced_net", "rejected_net", "ordered")}
    quantities = {name: quotient(count, unit) for name, count in counts.items()}

    def value(name: str) -> pl.Series:
        """Return the value at the order's price of whole numbers of 1/unit; where it goes by amount they are the value."""
        return _summable(quantities[name].zip_with(orders["by_amount"], quotient(counts[name] * price, unit * per)))

    return orders.with_columns(
        quantities["received_net"].alias("received"),
        quantities["invoiced_net"].alias("invoiced"),
        quantities["accrued"].alias("received_not_invoiced"),
        value("accrued").alias("received_not_invoiced_amount"),
        quantities["surplus"].alias("invoiced_not_received"),
        value("surplus").alias("invoiced_not_received_amount"),
        quantities["open"].alias("open_to_receive"),
        value("ordered").alias("value"),
        value("received_net").alias("received_value"),
        value("rejected_net").alias("rejected_value"),
        quantities["rejected_net"].alias("rejected"),
        quantities["ordered"].alias("expected_quantity"),
        quotient(price, per).alias("expected_price"),
    )


def _summable(values: pl.Series) -> pl.Series:
    """Return values that sums over a ledger have room for. Raises TooWideError."""
    if largest(values.to_physical()) >= WORTH_ENDS * 10**EXACT_SCALE:
        raise TooWideError
    return values
