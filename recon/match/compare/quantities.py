"""Quantity and amount findings: what was billed so far against what was received, accepted and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_ACCEPTANCE, BY_ORDER, BY_RECEIPT
from recon.engine.exact import Exact, quotient
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.compare.findings import FREE, all_found, findings, no_findings
from recon.match.compare.measured import amounts
from recon.match.limits import side_limits
from recon.match.prices import price_of_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance


@dataclass(frozen=True)
class Check:
    """One limit of the allocation, the policies that hold it, and what going beyond it is called."""

    limit: str
    measure: str
    code: str
    policies: tuple[str, ...]
    by_amount: bool = False


CHECKS = (
    Check("received", "quantity_received", "quantity_over_received", BY_RECEIPT),
    Check("accepted", "quantity_accepted", "quantity_over_accepted", BY_ACCEPTANCE),
    Check("ordered", "quantity_ordered", "quantity_over_ordered", BY_ORDER),
    Check("ordered", "amount", "amount_over_ordered", BY_ORDER, by_amount=True),
    Check("received", "amount", "amount_over_received", BY_RECEIPT, by_amount=True),
)


def quantity_findings(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return the findings of lines that carry over-quantity.

    `lines` have the columns of `Allocation.lines` and of their pair, `received_net` (unlimited) and `ordered`, in `unit`.
    """
    if lines.is_empty():
        return no_findings()
    raised = lines.select(_past(check).alias(str(place)) for place, check in enumerate(CHECKS))
    found = [
        _check(lines.filter(where), check, tolerances)
        for check, where in zip(CHECKS, raised.get_columns(), strict=True)
        if where.any()
    ]
    return all_found([no_findings(), *found, _rejected_goods(lines), _credits_too_large(lines)])


def _rejected_goods(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `goods_rejected` for three-way lines that bill more than was accepted where some was rejected."""
    three_way = (pl.col("order_policy") == "three_way") & ~pl.col("order_by_amount")
    over = lines.filter(three_way & (pl.col("rejected") > 0) & (pl.col("over_accepted") > 0))
    return _of_measure(over, "goods_rejected", "accepted")


def _credits_too_large(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `credit_exceeds_invoiced` for negative lines that take what is invoiced below nothing.

    An order line below nothing (a return or rebate that was ordered) may be credited down to what is ordered.
    """
    below = lines.filter((pl.col("over_credit") > 0) & (pl.col("billed") < 0))
    return _of_measure(below, "credit_exceeds_invoiced", "credit")


def _of_measure(lines: pl.DataFrame, code: str, limit: str) -> pl.DataFrame:
    """Return findings that no tolerance decides: what is over a limit of the allocation."""
    if lines.is_empty():
        return no_findings()
    rows = lines.with_row_index("_row")
    return in_parts(rows, "_row", lambda part: _without_tolerance(part, code, limit), unbounded=True)


def _without_tolerance(lines: pl.DataFrame, code: str, limit: str) -> pl.DataFrame:
    unit, sign = Exact.of(lines["unit"]), -1 if limit == "credit" else 1
    shown = lines.with_columns(
        quotient(Exact.of(lines[f"limit_{limit}"]) * sign, unit).alias("_expected"),
        quotient(Exact.of(lines["cum"]), unit).alias("_actual"),
        quotient(Exact.of(lines[f"excess_{limit}"]) * sign, unit).alias("_variance"),
        quotient(Exact.of(lines["before"]), unit).alias("_before"),
        quotient(Exact.of(lines[f"over_{limit}"]), unit).alias("_part"),
        _at_risk(lines, f"over_{limit}", unit).alias("_risk"),
    )
    return findings(
        shown,
        "invoice",
        "line_id",
        code,
        measure="quantity",
        expected=pl.col("_expected"),
        actual=pl.col("_actual"),
        variance=pl.col("_variance"),
        before=pl.col("_before"),
        part=pl.col("_part"),
        amount_at_risk=pl.col("_risk"),
        at_risk_currency=pl.when("currency_mismatch").then("order_currency"),
        info=FREE,
    )


def _past(check: Check) -> pl.Expr:
    mine = (pl.col("order_by_amount") == check.by_amount) & pl.col("order_policy").is_in(check.policies)
    return mine & (pl.col(f"over_{check.limit}") > 0)


def _check(over: pl.DataFrame, check: Check, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    numbered = over.with_row_index("_row")
    return in_parts(numbered, "_row", lambda part: _beyond(part, check, tolerances), unbounded=True)


def _beyond(lines: pl.DataFrame, check: Check, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    limits = side_limits(lines, tolerances, check.measure, "over")
    base = Exact.of(_base(lines, check))
    excess, unit = Exact.of(lines[f"excess_{check.limit}"]), Exact.of(lines["unit"])
    nothing_received = (lines["received_net"] <= 0) & (check.limit == "received") & limits.checked()
    beyond = limits.beyond(excess, base, unit=unit) | nothing_received
    unreceived = nothing_received & (not check.by_amount)
    shown = lines.with_columns(
        pl.when(unreceived).then(pl.lit("not_received")).otherwise(pl.lit(check.code)).alias("_code"),
        quotient(Exact.of(lines[f"limit_{check.limit}"]), unit).alias("_expected"),
        quotient(Exact.of(lines["cum"]), unit).alias("_actual"),
        quotient(excess, unit).alias("_variance"),
        quotient(Exact.of(lines["before"]), unit).alias("_before"),
        quotient(Exact.of(lines[f"over_{check.limit}"]), unit).alias("_part"),
        pl.when(pl.col("running") - pl.col(f"limit_{check.limit}") != pl.col(f"excess_{check.limit}"))
        .then(pl.lit(" after later credits"))
        .when(pl.col("running") > pl.col("cum"))
        .then(pl.lit(", as a credit in doubt frees nothing"))
        .alias("_later"),
        quotient(excess * 100, Exact.of(lines[f"limit_{check.limit}"])).alias("_percent"),
        limits.permitted(base, unit).alias("_limit"),
        limits.tolerance.alias("_tolerance"),
        _at_risk(lines, f"over_{check.limit}", unit).alias("_risk"),
        beyond.alias("_beyond"),
    )
    return findings(
        shown,
        "invoice",
        "line_id",
        pl.col("_code"),
        measure=check.measure,
        expected=pl.col("_expected"),
        actual=pl.col("_actual"),
        variance=pl.col("_variance"),
        before=pl.col("_before"),
        part=pl.col("_part"),
        detail=pl.col("_later"),
        variance_percent=pl.col("_percent"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("_risk"),
        at_risk_currency=pl.when("currency_mismatch").then("order_currency"),
        info=FREE,
        beyond=pl.col("_beyond"),
    )


def _base(lines: pl.DataFrame, check: Check) -> pl.Series:
    """Return what a percentage is of: what is ordered, without the over-delivery that it permits, else the limit; at least 0."""
    if check.limit != "ordered":
        return lines.get_column(f"limit_{check.limit}")
    return lines.select(pl.max_horizontal(pl.lit(0, pl.Int128), "ordered")).to_series()


def _at_risk(lines: pl.DataFrame, over: str, unit: Exact) -> pl.Series:
    """Return over-quantity x order price / price unit, by amount the over-amount itself; never more than the line bills.

    What it bills in another currency caps nothing.
    """
    more, one = Exact.of(lines[over]), Exact.ones(lines.height)
    by_amount = lines["order_by_amount"]
    price, per = price_of_order(lines, "order_")
    top, bottom = more * one.where(by_amount, price), unit * one.where(by_amount, per)
    billed, parts = amounts(lines)
    above = (abs(top) * abs(parts)).exceeds(abs(billed) * abs(bottom)) & ~lines["currency_mismatch"]
    return lines.get_column("amount").cast(EXACT).abs().zip_with(above, quotient(top, bottom))
