"""One comparison on lines: a column against what is expected of it, as a fraction, with limits on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from recon.exact import Exact, in_parts, quotient
from recon.match.findings import findings
from recon.match.limits import side_limits
from recon.rules import EXACTLY, Limit
from recon.tables import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recon.rules import Tolerance


@dataclass(frozen=True)
class Measured:
    """What is compared: column `actual` with `expected(lines)`, a numerator and a denominator."""

    measure: str
    code: str
    actual: str
    expected: Callable[[pl.DataFrame], tuple[Exact, Exact]]
    default: Limit | pl.Expr = EXACTLY


def measured_findings(lines: pl.DataFrame, what: Measured, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return a finding for each line that has a variance."""
    numbered = lines.with_columns(pl.int_range(pl.len()).alias("_row"))
    found = in_parts(numbered, "_row", lambda part: _judged(part, what, tolerances))
    return findings(
        found,
        "invoice",
        "line_id",
        what.code,
        measure=what.measure,
        expected=pl.col("_expected"),
        actual=pl.col(what.actual),
        variance=pl.col("_variance"),
        variance_percent=pl.col("_percent"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("amount"),
        beyond=pl.col("_beyond"),
    )


def _judged(lines: pl.DataFrame, what: Measured, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    top, bottom = what.expected(lines)
    gap = Exact.of(lines[what.actual]) * bottom - top
    over, under = (side_limits(lines, tolerances, what.measure, side, what.default) for side in ("over", "under"))
    size, unit = abs(gap), abs(bottom)
    is_over = gap.sign() * bottom.sign() > 0
    beyond = over.beyond(size, top, unit=unit).zip_with(is_over, under.beyond(size, top, unit=unit))
    judged = lines.with_columns(
        quotient(top, bottom).alias("_expected"),
        quotient(gap, bottom).alias("_variance"),
        quotient(gap * 100, top).alias("_percent"),
        over.tolerance.zip_with(is_over, under.tolerance).alias("_tolerance"),
        over.absolute.zip_with(is_over, under.absolute).cast(EXACT).alias("_limit"),
        beyond.alias("_beyond"),
    )
    return judged.filter(gap.sign() != 0)
