"""Price findings: invoice price against order price, and what corrections leave of a variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact
from recon.engine.joins import known, rows_of, where, without
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.compare.findings import FREE, all_found, capped, findings, no_findings
from recon.match.limits import side_limits
from recon.match.prices import PRICED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance

CODE = "price_variance"


def price_findings(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return `price_variance` for lines (with PRICED, as corrections leave it) whose price is not the order's.

    What is left stands on the line and on those that correct it; a price difference of no line that is there is one itself.
    """
    varied = pl.col("price_varies") & (pl.col("order_policy") != "none")
    corrects = where(lines, known(lines["corrects"]))
    own, alone = _found(where(lines, varied)), _alone(lines, tolerances)
    if corrects.is_empty():
        return all_found([own, alone])
    theirs = rows_of(lines, corrects["corrects"])[[*PRICED, "order_policy"]]
    corrections = without(corrects, *PRICED, "order_policy").hstack(theirs)
    return all_found([own, _found(corrections.filter(varied)), alone])


def _found(lines: pl.DataFrame) -> pl.DataFrame:
    return findings(
        lines,
        "invoice",
        "line_id",
        CODE,
        measure="price",
        expected=pl.col("price_expected"),
        actual=pl.col("price_actual"),
        variance=pl.col("price_variance"),
        sign=pl.col("price_sign"),
        variance_percent=pl.col("price_variance_percent"),
        limit=pl.col("price_limit"),
        tolerance=pl.col("price_tolerance"),
        amount_at_risk=capped("price_variance_amount"),
        info=FREE,
        beyond=pl.col("price_beyond"),
    )


def _alone(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold price differences that correct nothing: all of them is too much, or too little."""
    if not lines["moves_no_quantity"].any():
        return no_findings()
    of_amount = pl.col("order_by_amount").fill_null(value=False)
    compared = (pl.col("order_policy") != "none") & ~pl.col("currency_mismatch")
    alone = lines.filter(
        pl.col("moves_no_quantity") & pl.col("corrects").is_null() & (pl.col("amount") != 0) & ~of_amount & compared
    )
    return (
        no_findings()
        if alone.is_empty()
        else in_parts(alone, "line_id", lambda part: _against_nothing(part, tolerances), unbounded=True)
    )


def _against_nothing(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    amount = Exact.of(lines["amount"])
    limits = {side: side_limits(lines, tolerances, "price", side) for side in ("over", "under")}
    one, is_over = Exact.ones(lines.height), amount.sign() > 0
    beyond = {side: each.beyond(abs(amount), one * 0, unit=one) for side, each in limits.items()}
    shown = lines.with_columns(
        beyond["over"].zip_with(is_over, beyond["under"]).alias("_beyond"),
        limits["over"].tolerance.zip_with(is_over, limits["under"].tolerance).alias("_tolerance"),
    )
    return findings(
        shown,
        "invoice",
        "line_id",
        CODE,
        measure="price",
        expected=pl.lit(0, EXACT),
        actual=pl.col("amount"),
        variance=pl.col("amount"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("amount"),
        beyond=pl.col("_beyond"),
    )
