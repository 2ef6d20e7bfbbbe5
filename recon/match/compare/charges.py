"""Charge findings: freight and other charges against what the order planned for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, group_sums, quotient
from recon.match.allocate.running import excess, running_sum
from recon.match.compare.findings import findings, no_findings
from recon.match.keys import key
from recon.match.limits import side_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance

CHARGES = ("freight", "charge", "discount")
PLANNED_BY = ["head", "line_type"]
HEAD = ["company_key", "po_key"]


def charge_findings(lines: pl.DataFrame, orders: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return `unplanned_charge` and `charge_variance` of charge lines; what an order planned is used up over invoices.

    `lines` are all invoice lines that are not set aside, with `invoice_id` and, where linked, `order_id`.
    A charge in another currency than the one planned is `currency_mismatch`, if its own order line has not said so.
    """
    charges = lines.filter(pl.col("line_type").is_in(CHARGES) & pl.col("amount").is_not_null())
    if charges.is_empty():
        return no_findings()
    orders = orders.with_columns(pl.col("order_id").min().over(HEAD).alias("head"))
    planned = _with_head(charges, lines, orders).join(_planned(orders), on=PLANNED_BY, how="left")
    other = (pl.col("currency") != pl.col("planned_currency")).fill_null(value=False)
    detail = pl.format("{} on the invoice, {} on the order", "currency", "planned_currency")
    unsaid = planned.filter(other & ~pl.col("currency_mismatch"))
    mismatched = findings(
        unsaid, "invoice", "line_id", "currency_mismatch", amount_at_risk=pl.col("amount"), detail=detail
    )
    shared = pl.when(pl.col("planned").is_null()).then("line_id")
    keyed = planned.filter(~other).with_columns(
        pl.struct(*PLANNED_BY, shared.alias("line")).rank("dense").cast(pl.Int64).alias("order_id")
    )
    billed = _cumulated(keyed.sort("order_id", "line_id"))
    over = _judged(billed.filter(pl.col("over") > 0), tolerances, "over")
    return pl.concat([mismatched, over, _judged(_last_and_short(billed), tolerances, "under")])


def _with_head(charges: pl.DataFrame, lines: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Add `head`, the order a charge belongs to: its own, the one it cites, else the one its document's lines link to.

    Where it could be of several (orders of one number in two companies, say), it is of none.
    """
    heads = orders.select("order_id", "head")
    linked = lines.select("invoice_id", "order_id").drop_nulls().join(heads, on="order_id")
    pairs = charges.select("line_id", *HEAD).join(orders.select(*HEAD, "head"), on="po_key")
    cited = pairs.filter((pl.col("company_key") == pl.col("company_key_right")).fill_null(value=True))
    joined = charges.join(heads, on="order_id", how="left")
    for name, on, found in (("cited", "line_id", cited), ("billed", "invoice_id", linked)):
        several = found.group_by(on).agg(pl.col("head").unique().alias(name))
        joined = joined.join(several, on=on, how="left")
    meant = pl.coalesce("cited", "billed")
    only = pl.when(meant.list.len() == 1).then(meant.list.first())
    return joined.with_columns(pl.coalesce("head", only).alias("head")).drop("cited", "billed")


def _planned(orders: pl.DataFrame) -> pl.DataFrame:
    """Return per order and charge type the sum of its order lines of that category, in the currency of the first."""
    types = {kind.upper(): kind for kind in CHARGES}
    planned = orders.filter("counts").with_columns(
        key("category").replace_strict(types, default=None, return_dtype=pl.String).alias("line_type")
    )
    first = pl.col("currency").first().over(PLANNED_BY)
    in_one_currency = (
        planned.filter(pl.col("line_type").is_not_null())
        .with_columns(first.alias("planned_currency"))
        .filter(pl.col("currency") == pl.col("planned_currency"))
    )
    return group_sums(in_one_currency, [*PLANNED_BY, "planned_currency"], "value").rename({"value": "planned"})


def _cumulated(charges: pl.DataFrame) -> pl.DataFrame:
    """Add the running excess over what was planned, in whole numbers of a common scale."""
    counted = (
        pl.when(pl.col("line_type") == "discount").then(pl.max_horizontal(pl.lit(0), "amount")).otherwise("amount")
    )
    amounts = Exact.of(charges.select(counted.cast(charges.schema["amount"])).to_series())
    billed, limit = amounts.aligned(Exact.of(charges["planned"].fill_null(0)))
    unit = pl.lit(10**billed.scale, pl.Int128)
    numbered = charges.with_columns(billed.ints.alias("billed"), limit.ints.alias("limit"), unit.alias("unit"))
    return excess(numbered.with_columns(running_sum(numbered, "billed").alias("cum")), "limit")


def _last_and_short(charges: pl.DataFrame) -> pl.DataFrame:
    """Return the last line of each charge of which less was billed than planned, with what is missing as `excess`.

    A credit of what no order planned is below a plan of 0.
    """
    is_last = pl.col("order_id").ne_missing(pl.col("order_id").shift(-1))
    short = is_last & (pl.col("line_type") != "discount")
    missing = (pl.col("limit") - pl.col("cum")).alias("excess")
    return charges.filter(short & (pl.col("cum") < pl.col("limit"))).with_columns(missing)


def _judged(charges: pl.DataFrame, tolerances: Sequence[Tolerance], side: str) -> pl.DataFrame:
    """Hold each line's `excess` over (or under) what was planned against its limit."""
    limits = side_limits(charges, tolerances, "charge", side)
    unit, planned, size = (Exact.of(charges[c]) for c in ("unit", "limit", "excess"))
    variance = size if side == "over" else -size
    shown = charges.with_columns(
        quotient(planned, unit).alias("_expected"),
        quotient(Exact.of(charges["cum"]), unit).alias("_actual"),
        quotient(variance, unit).alias("_variance"),
        quotient(variance * 100, planned).alias("_percent"),
        limits.permitted(planned, unit).alias("_limit"),
        limits.tolerance.alias("_tolerance"),
        limits.beyond(size, planned, unit=unit).alias("_beyond"),
    )
    code = pl.when(pl.col("planned").is_null()).then(pl.lit("unplanned_charge")).otherwise(pl.lit("charge_variance"))
    return findings(
        shown,
        "invoice",
        "line_id",
        code,
        measure="charge",
        expected=pl.col("_expected"),
        actual=pl.col("_actual"),
        variance=pl.col("_variance"),
        variance_percent=pl.col("_percent"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.col("amount"),
        beyond=pl.col("_beyond"),
    )
