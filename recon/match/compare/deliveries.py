"""Findings of order lines: delivered too much or too little, received and not invoiced, returned and not credited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_RECEIPT
from recon.engine.exact import Exact, quotient
from recon.engine.joins import where
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.limits import side_limits, without_invoice
from recon.match.prices import price_of_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from recon.rules.rule import Tolerance

    Values = Mapping[str, pl.Expr | str]

CODE_OF = {"over": "over_delivery", "under": "under_delivery"}


ACCRUED: Values = {
    "measure": "accrual",
    "expected": pl.col("received"),
    "actual": pl.max_horizontal("invoiced", pl.lit(0, EXACT)),  # more credited than invoiced: nothing of it is
    "variance": -pl.col("received_not_invoiced"),
    "amount_at_risk": pl.col("received_not_invoiced_amount"),
}
UNCREDITED: Values = {
    "measure": "accrual",
    "expected": pl.col("received"),
    "actual": pl.col("invoiced"),
    "variance": pl.col("invoiced") - pl.col("received"),
    "amount_at_risk": pl.col("invoiced_not_received_amount"),
}
REJECTED: Values = {
    "measure": "quantity",
    "expected": pl.lit(0),
    "actual": pl.col("rejected"),
    "variance": pl.col("rejected"),
    "amount_at_risk": pl.col("rejected_value"),
}
ORDER_CHECKS: tuple[tuple[str, pl.Expr, Values], ...] = (
    ("received_not_invoiced", pl.col("received_not_invoiced") > 0, ACCRUED),
    ("returned_not_credited", pl.col("goods_returned") & (pl.col("invoiced") > pl.col("received")), UNCREDITED),
    ("duplicate_order_line", pl.col("repeated"), {"amount_at_risk": pl.col("value")}),
    (
        "goods_rejected",
        (pl.col("policy") == "three_way") & pl.col("counts") & (pl.col("rejected_net") > 0),
        REJECTED,
    ),
    (
        "order_contradicts_itself",
        pl.col("contradicts_itself"),
        {"expected": pl.col("stated_value"), "actual": pl.col("amount")},
    ),
)
"""Code, where it stands, and what is told of it."""


def order_findings(orders: pl.DataFrame, tolerances: Sequence[Tolerance], as_of: date | None) -> pl.DataFrame:
    """Return the findings of orders with their figures, `goods_returned` (any negative receipt) and `repeated`."""
    raised = orders.select(when.alias(code) for code, when, _ in ORDER_CHECKS)
    told = [
        findings(where(orders, raised[code]), "order", "order_id", code, **values)
        for code, _, values in ORDER_CHECKS
        if raised[code].any()
    ]
    return all_found([*told, *_deliveries(orders, tolerances, as_of)])


def _deliveries(orders: pl.DataFrame, tolerances: Sequence[Tolerance], as_of: date | None) -> list[pl.DataFrame]:
    checked = pl.col("policy").is_in(BY_RECEIPT) & pl.col("quantity").is_not_null() & pl.col("counts")
    due = pl.col("closed").fill_null(value=False)
    if as_of is not None:
        due |= (pl.col("due_date") < as_of).fill_null(value=False)
    over = pl.col("over_delivery_percent").fill_null(0).alias("_percent_own")
    under = (-pl.col("under_delivery_percent").fill_null(0)).alias("_percent_own")
    own = pl.any_horizontal(pl.col("over_delivery_percent", "under_delivery_percent").fill_null(0) != 0)
    uneven = checked & ((pl.col("ordered") != pl.col("received_net")) | own)  # most are received as ordered
    went_back = (pl.col("ordered") < 0) & (pl.col("received_net") <= 0)  # what is to go back is no delivery
    more, less = where(orders, uneven & ~went_back), where(orders, uneven & due)
    return [
        _delivery(more.with_columns(over), "over", tolerances),
        _delivery(less.with_columns(under), "under", tolerances),
    ]


def _delivery(orders: pl.DataFrame, side: str, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    if orders.is_empty():
        return no_findings()
    return in_parts(orders, "order_id", lambda part: _delivered(part, side, tolerances), unbounded=True)


def _gap(orders: pl.DataFrame, side: str) -> Exact:
    """Return by how much, in hundredths of a unit, the delivery is past its order's own limit."""
    ordered = Exact.of(orders["ordered"])  # a return is ordered below 0: its percentage is of what goes back
    limit = ordered * 100 + abs(ordered) * Exact.of(orders["_percent_own"])
    received = Exact.of(orders["received_net"]) * 100
    return received - limit if side == "over" else limit - received


def _delivered(orders: pl.DataFrame, side: str, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    orders = orders.filter(_gap(orders, side).sign() > 0)
    gap = _gap(orders, side)
    ordered, received, unit = (Exact.of(orders[c]) for c in ("ordered", "received_net", "unit"))
    allowed = side_limits(without_invoice(orders, prefix=""), tolerances, "delivery", side)
    beyond = allowed.beyond(gap, ordered * 100, unit=unit * 100)
    own = quotient(abs(ordered * Exact.of(orders["_percent_own"])), unit * 100)
    shown = orders.with_columns(
        (own + allowed.permitted(ordered, unit)).alias("_limit"),
        quotient(ordered, unit).alias("_expected"),
        quotient(received - ordered, unit).alias("_variance"),
        quotient((received - ordered) * 100, ordered).alias("_percent"),
        _at_risk(received - ordered, unit, orders).alias("_risk"),
        allowed.tolerance.alias("_tolerance"),
    ).filter(beyond)
    return findings(
        shown,
        "order",
        "order_id",
        CODE_OF[side],
        measure="delivery",
        expected=pl.col("_expected"),
        actual=pl.col("received"),
        variance=pl.col("_variance"),
        variance_percent=pl.col("_percent"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("_risk"),
    )


def _at_risk(variance: Exact, unit: Exact, orders: pl.DataFrame) -> pl.Series:
    """Return the value of what was delivered too much or too little; by amount, that is the variance itself."""
    price, per = price_of_order(orders)
    priced = quotient(variance * price, unit * per)
    return quotient(variance, unit).zip_with(orders["by_amount"], priced).abs()
