"""Order level: lines that are held against a whole order, step by step, in whole numbers of one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import LARGEST, Exact, TooWideError, quotient
from recon.engine.joins import rows_of, without
from recon.match.allocate.running import WHOLE, excess, running_sum
from recon.match.compare.findings import capped, findings
from recon.match.limits import side_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance

ZERO = pl.lit(0, WHOLE)


def running(lines: pl.DataFrame, limit: str) -> pl.DataFrame:
    """Add the running excess of `amount_parts` over the column `limit` to lines of a `key`, in the order of `line_id`.

    Both are in 1/`parts`, which all lines of a key share.
    Added: `unit`, and in whole numbers of 1/unit `cum`, `least` (held against tolerances), `over` (this line's part)
    and `most`, the limit. A `step` is one document: its lines are added up first, and share what is over, the last first.
    """
    amounts, most = Exact.of(lines["amount_parts"]).aligned(Exact.of(lines[limit]))
    if amounts.bound * max(1, lines.height) >= LARGEST:
        raise TooWideError
    numbered = lines.with_columns(
        amounts.ints.alias("billed"),
        most.ints.alias("most"),
        (pl.lit(10**amounts.scale, WHOLE) * pl.col("parts")).alias("unit"),
    )
    first = pl.col("line_id").min().over("key", "step").alias("_first")
    ordered = numbered.with_columns(first).sort("key", "_first", "line_id")
    steps = ordered.group_by("key", "_first", maintain_order=True).agg(pl.col("billed").sum(), pl.col("most").first())
    keyed = steps.select(
        pl.col("key").alias("order_id"), "_first", "billed", pl.max_horizontal(ZERO, "most").alias("limit")
    )
    held = excess(keyed.with_columns(running_sum(keyed, "billed").alias("cum")), "limit")
    found = held.select(pl.col("order_id").alias("key"), "_first", "cum", pl.col("excess").alias("least"), "over")
    joined = ordered.join(found, on=["key", "_first"], how="left", maintain_order="left")
    positive = pl.max_horizontal(ZERO, "billed")
    later = positive.cum_sum(reverse=True).over("key", "_first") - positive
    share = pl.max_horizontal(ZERO, pl.min_horizontal(positive, pl.col("over") - later))
    return without(joined.with_columns(share.alias("over")), "_first")


def held(
    lines: pl.DataFrame,
    about: pl.DataFrame,
    code: str | pl.Expr,
    measure: str,
    tolerances: Sequence[Tolerance],
    side: str,
) -> pl.DataFrame:
    """Hold `least` of lines (from `running`; `most` is expected) against the limits of one side; `over` is at risk.

    `about` are all invoice lines, which tolerances look at. On the side `under`, variance and risk are below 0.
    """
    at_risk = capped("_risk") if measure == "amount" else pl.col("_risk")
    seen = rows_of(about, lines["line_id"])
    limits = side_limits(seen, tolerances, measure, side)
    unit, most, size, part = (Exact.of(lines[c]) for c in ("unit", "most", "least", "over"))
    sign = 1 if side == "over" else -1
    nothing = (most.sign() <= 0) & limits.checked() if code == "amount_over_received" else pl.repeat(False, lines.height, eager=True)  # fmt: skip
    shown = lines.with_columns(
        seen["currency_mismatch"],
        quotient(most, unit).alias("_expected"),
        quotient(Exact.of(lines["cum"]), unit).alias("_actual"),
        quotient(size * sign, unit).alias("_variance"),
        quotient(size * 100 * sign, most).alias("_percent"),
        quotient(part * sign, unit).alias("_risk"),
        limits.permitted(most, unit).alias("_limit"),
        limits.tolerance.alias("_tolerance"),
        (limits.beyond(size, most, unit=unit) | nothing).alias("_beyond"),
    )
    return findings(
        shown,
        "invoice",
        "line_id",
        code,
        measure=measure,
        expected=pl.col("_expected"),
        actual=pl.col("_actual"),
        variance=pl.col("_variance"),
        variance_percent=pl.col("_percent"),
        part=pl.col("_risk").abs(),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=at_risk,
        beyond=pl.col("_beyond"),
    )


def untolerated(lines: pl.DataFrame, code: str, measure: str) -> pl.DataFrame:
    """Return findings of lines (from `running`) that no tolerance decides."""
    unit = Exact.of(lines["unit"])
    shown = lines.with_columns(
        quotient(Exact.of(lines["most"]), unit).alias("_expected"),
        quotient(Exact.of(lines["cum"]), unit).alias("_actual"),
        quotient(Exact.of(lines["least"]), unit).alias("_variance"),
        quotient(Exact.of(lines["over"]), unit).alias("_risk"),
    )
    return findings(
        shown,
        "invoice",
        "line_id",
        code,
        measure=measure,
        expected=pl.col("_expected"),
        actual=pl.col("_actual"),
        variance=pl.col("_variance"),
        part=pl.col("_risk"),
        amount_at_risk=pl.col("_risk"),
    )
