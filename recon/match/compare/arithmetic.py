"""The invoice's own arithmetic: each line's extension, each document's total, net, tax and currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact
from recon.engine.joins import with_columns_of, without
from recon.kinds import EXACT
from recon.match.compare.document_sums import with_document_sums
from recon.match.compare.findings import all_found, findings, no_findings
from recon.match.compare.measured import Measured, measured_findings, of_fraction
from recon.match.compare.tax import tax_findings
from recon.match.limits import minor_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Rules, Tolerance

LEAST_PLACES = 2
"""A price is printed to at least so many places, whatever zeros an export leaves out."""


def arithmetic_findings(lines: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return extension, total, tax and currency findings of all lines that are not set aside."""
    summed = with_document_sums(lines)
    return all_found(
        [
            _extensions(lines, rules.tolerances),
            _totals(summed, rules.tolerances),
            tax_findings(summed, rules.tolerances, rules.tax_ceiling),
            _mixed_currencies(lines),
        ]
    )


def _extensions(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    numbers = ("quantity", "unit_price", "price_unit", "amount")
    printed = "printed_price" if "printed_price" in lines.columns else "unit_price"

    def expected(part: pl.DataFrame) -> tuple[Exact, Exact]:
        price, den = Exact.either(part["price_num"], part["unit_price"]), Exact.of(part["price_den"]).fill(1)
        return Exact.of(part["quantity"]) * price, Exact.of(part["price_unit"]) * den

    def half_a_place(part: pl.DataFrame) -> tuple[Exact, Exact]:
        """Half a unit of the price's last printed place, over the quantity."""
        decimals = pl.col(printed).cast(pl.String).str.strip_chars_end("0").str.extract(r"\.([0-9]+)$")
        places = decimals.str.len_bytes().fill_null(0).clip(LEAST_PLACES)
        power = part.select(pl.lit(10, pl.Int128).pow(places).cast(pl.Int128)).to_series()
        quantity, per = abs(Exact.of(part["quantity"])), Exact.of(part["price_unit"])
        return quantity, per * Exact.of(power) * 2

    given = pl.col("derived").is_null() & pl.all_horizontal(pl.col(numbers).is_not_null())

    def billed(part: pl.DataFrame) -> tuple[Exact, Exact]:
        return Exact.either(part["amount_num"], part["amount"]), Exact.of(part["price_den"]).fill(1)

    columns = (*numbers[:-1], "price_num", "amount_num", "price_den", printed)
    what = Measured("extension", "extension_error", "amount", columns, expected, minor_unit(), half_a_place, billed)
    return measured_findings(lines, given, what, tolerances)


def _totals(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Hold the total against lines and tax, the net against lines; what is beyond is at risk on the first line only.

    A total above lines of which nobody tells a tax is no total to be compared.
    """
    if all(lines[c].null_count() == lines.height for c in ("invoice_total", "invoice_net")):
        return no_findings()
    tax = pl.coalesce(pl.col("invoice_tax").cast(EXACT), "tax_told", pl.lit(0, EXACT))
    summed = lines.with_columns((pl.col("net_num") + tax * pl.col("document_den")).alias("gross_num"))
    code = "invoice_total_variance"
    den = "document_den"
    of_total = Measured("total", code, "invoice_total", ("gross_num", den), of_fraction("gross_num", den), minor_unit())
    of_net = Measured("total", code, "invoice_net", ("net_num", den), of_fraction("net_num", den), minor_unit())
    comparable = pl.col("invoice_total").is_not_null() & pl.col("implied").is_null()
    totals = measured_findings(summed, comparable, of_total, tolerances)
    nets = measured_findings(summed, pl.col("invoice_net").is_not_null(), of_net, tolerances)
    if totals.is_empty() and nets.is_empty():
        return no_findings()
    beyond = totals.filter("beyond")
    found = all_found([beyond, nets.join(beyond, on="id", how="anti").with_columns(detail=pl.lit("net"))])
    within = totals.filter(~pl.col("beyond"))
    return all_found([_at_risk_once(found, lines), within])


def _at_risk_once(found: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Put what a document is off by at risk on its first line that says so."""
    placed = with_columns_of(found, lines.select(pl.col("line_id").alias("id"), "invoice_id"), "id")
    first = pl.col("id") == pl.col("id").filter("beyond").min().over("invoice_id")
    risk = pl.when(~pl.col("beyond") | first).then("amount_at_risk").otherwise(0)
    return without(placed.with_columns(risk.alias("amount_at_risk")), "invoice_id")


def _mixed_currencies(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `currency_mixed` for documents whose lines are in several currencies."""
    if lines["currency"].n_unique() <= 1:
        return no_findings()
    distinct = lines[["invoice_id", "currency"]].drop_nulls("currency").unique()
    mixed = distinct.filter(distinct["invoice_id"].is_duplicated())
    if mixed.is_empty():
        return no_findings()
    named = mixed.sort("currency").group_by("invoice_id").agg(pl.col("currency").str.join(" and ").alias("_named"))
    found = with_columns_of(lines[["line_id", "invoice_id", "amount"]], named, "invoice_id")
    return findings(
        found.drop_nulls("_named"),
        "invoice",
        "line_id",
        "currency_mixed",
        amount_at_risk=pl.col("amount"),
        detail=pl.col("_named"),
    )
