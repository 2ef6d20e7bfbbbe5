"""Quantity and amount findings: what was billed so far against what was received, accepted and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.codes import BY_ACCEPTANCE, BY_ORDER, BY_RECEIPT
from recon.engine.exact import Exact, in_parts, quotient
from recon.match.compare.findings import findings, no_findings
from recon.match.limits import side_limits

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
    found = [_check(lines, check, tolerances) for check in CHECKS]
    return pl.concat([no_findings(), *found])


def _check(lines: pl.DataFrame, check: Check, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    mine = (pl.col("order_by_amount") == check.by_amount) & pl.col("order_policy").is_in(check.policies)
    over = lines.filter(mine & (pl.col(f"over_{check.limit}") > 0)).with_columns(pl.int_range(pl.len()).alias("_row"))
    if over.is_empty():
        return no_findings()
    return in_parts(over, "_row", lambda part: _beyond(part, check, tolerances))


def _beyond(lines: pl.DataFrame, check: Check, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    limits = side_limits(lines, tolerances, check.measure, "over")
    base = Exact.of(lines["ordered" if check.limit == "ordered" else f"limit_{check.limit}"])
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
        pl.when(pl.col("cum") - pl.col(f"limit_{check.limit}") != pl.col(f"excess_{check.limit}"))
        .then(pl.lit(" after later credits"))
        .alias("_later"),
        quotient(excess * 100, Exact.of(lines[f"limit_{check.limit}"])).alias("_percent"),
        limits.permitted(base, unit).alias("_limit"),
        limits.tolerance.alias("_tolerance"),
        _at_risk(lines, check, unit).alias("_risk"),
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
        beyond=pl.col("_beyond"),
    )


def _at_risk(lines: pl.DataFrame, check: Check, unit: Exact) -> pl.Series:
    """Return over-quantity x order price / price unit; by amount, the over-amount itself."""
    over = Exact.of(lines[f"over_{check.limit}"])
    if check.by_amount:
        return quotient(over, unit)
    return quotient(over * Exact.of(lines["order_unit_price"]), unit * Exact.of(lines["order_price_unit"]))
