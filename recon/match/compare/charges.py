"""Charge findings: freight and other charges against what the order planned for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.exact import Exact, group_sums, quotient
from recon.match.findings import findings, no_findings
from recon.match.keys import key
from recon.match.limits import side_limits
from recon.match.running import excess, running_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules import Tolerance

CHARGES = ("freight", "charge", "discount")
ORDER = ["company_key", "charge_po_key", "line_type"]


def charge_findings(lines: pl.DataFrame, orders: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return `unplanned_charge` and `charge_variance` of charge lines; what an order planned is used up over invoices.

    `lines` are all invoice lines that are not set aside, with `document_id` and, where linked, `order_po_key`.
    A charge in another currency than the one planned is `currency_mismatch`.
    """
    charges = lines.filter(pl.col("line_type").is_in(CHARGES) & pl.col("amount").is_not_null())
    if charges.is_empty():
        return no_findings()
    planned = _with_order(charges, lines).join(
        _planned(orders), on=ORDER, how="left", nulls_equal=True, maintain_order="left"
    )
    other = (pl.col("currency") != pl.col("planned_currency")).fill_null(value=False)
    detail = pl.format("{} on the invoice, {} on the order", "currency", "planned_currency")
    mismatched = findings(
        planned.filter(other), "invoice", "line_id", "currency_mismatch", amount_at_risk=pl.col("amount"), detail=detail
    )
    shared = pl.when(pl.col("planned").is_null()).then("line_id")
    keyed = planned.filter(~other).with_columns(
        pl.struct(*ORDER, shared.alias("line")).rank("dense").cast(pl.Int64).alias("order_id")
    )
    return pl.concat([mismatched, _beyond(_cumulated(keyed.sort("order_id", "line_id")), tolerances)])


def _with_order(charges: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Add the order a charge belongs to: the one it cites, else the only one its document's lines link to."""
    cited = (
        lines.filter(pl.col("order_po_key").is_not_null())
        .group_by("document_id")
        .agg(pl.col("order_po_key").first().alias("only_po_key"), pl.col("order_po_key").n_unique().alias("cited"))
    )
    only = cited.filter(pl.col("cited") == 1).drop("cited")
    joined = charges.join(only, on="document_id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("po_key", "only_po_key").alias("charge_po_key"))


def _planned(orders: pl.DataFrame) -> pl.DataFrame:
    """Return per order and charge type the sum of its order lines of that category, in the currency of the first."""
    types = {kind.upper(): kind for kind in CHARGES}
    planned = orders.filter("counts").with_columns(
        key("category").replace_strict(types, default=None, return_dtype=pl.String).alias("line_type")
    )
    planned = planned.filter(pl.col("line_type").is_not_null()).rename({"po_key": "charge_po_key"})
    first = pl.col("currency").first().over(ORDER)
    in_one_currency = planned.with_columns(first.alias("planned_currency")).filter(
        pl.col("currency") == pl.col("planned_currency")
    )
    return group_sums(in_one_currency, [*ORDER, "planned_currency"], "value").rename({"value": "planned"})


def _cumulated(charges: pl.DataFrame) -> pl.DataFrame:
    """Add the running excess over what was planned, in whole numbers of a common scale."""
    counted = (
        pl.when(pl.col("line_type") == "discount").then(pl.max_horizontal(pl.lit(0), "amount")).otherwise("amount")
    )
    amounts = Exact.of(charges.select(counted.cast(charges.schema["amount"])).to_series())
    both = amounts.aligned(Exact.of(charges["planned"].fill_null(0)))
    numbered = charges.with_columns(
        both[0].ints.alias("billed"), both[1].ints.alias("limit"), pl.lit(10 ** both[0].scale, pl.Int128).alias("unit")
    )
    return excess(numbered.with_columns(running_sum(numbered, "billed").alias("cum")), "limit")


def _beyond(charges: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    over = charges.filter(pl.col("over") > 0)
    limits = side_limits(over, tolerances, "charge", "over")
    unit = Exact.of(over["unit"])
    beyond = limits.beyond(Exact.of(over["excess"]), Exact.of(over["limit"]), unit=unit)
    shown = over.with_columns(
        quotient(Exact.of(over["limit"]), unit).alias("_expected"),
        quotient(Exact.of(over["cum"]), unit).alias("_actual"),
        quotient(Exact.of(over["excess"]), unit).alias("_variance"),
        quotient(Exact.of(over["excess"]) * 100, Exact.of(over["limit"])).alias("_percent"),
        quotient(Exact.of(over["over"]), unit).alias("_over"),
        limits.absolute.alias("_limit"),
        limits.tolerance.alias("_tolerance"),
        beyond.alias("_beyond"),
    )
    planned = pl.when(pl.col("planned").is_null()).then(pl.lit("unplanned_charge")).otherwise(pl.lit("charge_variance"))
    return findings(
        shown,
        "invoice",
        "line_id",
        planned,
        measure="charge",
        expected=pl.col("_expected"),
        actual=pl.col("_actual"),
        variance=pl.col("_variance"),
        variance_percent=pl.col("_percent"),
        limit=pl.col("_limit"),
        tolerance=pl.col("_tolerance"),
        amount_at_risk=pl.when(pl.col("planned").is_null()).then("amount").otherwise("_over"),
        beyond=pl.col("_beyond"),
    )
