"""The invoice's own arithmetic: each line's extension, its tax, and each document's total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, group_sums
from recon.match.compare.findings import no_findings
from recon.match.compare.measured import Measured, measured_findings
from recon.match.limits import minor_unit
from recon.tables import EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.rules.rule import Tolerance


def arithmetic_findings(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    """Return extension, tax and total findings of all lines that are not set aside."""
    return pl.concat([_extensions(lines, tolerances), _taxes(lines, tolerances), _totals(lines, tolerances)])


def _extensions(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    numbers = ("quantity", "unit_price", "price_unit", "amount")

    def expected(part: pl.DataFrame) -> tuple[Exact, Exact]:
        return Exact.of(part["quantity"]) * Exact.of(part["unit_price"]), Exact.of(part["price_unit"])

    given = pl.col("derived").is_null() & pl.all_horizontal(pl.col(numbers).is_not_null())
    what = Measured("extension", "extension_error", "amount", numbers[:-1], expected, minor_unit())
    return measured_findings(lines, given, what, tolerances)


def _taxes(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    def expected(part: pl.DataFrame) -> tuple[Exact, Exact]:
        percentage = part["order_tax_rate"].abs() >= 1
        one = Exact.ones(part.height)
        amount, per = _amounts(part)
        return Exact.of(part["order_tax_rate"]) * amount, (one * 100).where(percentage, one) * per

    known = pl.all_horizontal(pl.col("tax_amount", "order_tax_rate", "amount").is_not_null())
    columns = ("order_tax_rate", "amount", "quantity", "unit_price", "price_unit", "endless")
    what = Measured("tax", "tax_variance", "tax_amount", columns, expected)
    return measured_findings(lines, known, what, tolerances)


def _amounts(lines: pl.DataFrame) -> tuple[Exact, Exact]:
    """Return the lines' amounts as fractions: as given or, where a derived one does not end, what it was derived of."""
    endless = (lines["endless"] == "amount").fill_null(value=False)
    derived_of = lines.select(
        pl.when(endless).then(c).otherwise(1).alias(c) for c in ("quantity", "unit_price", "price_unit")
    )
    quantity, price, unit = (Exact.of(column) for column in derived_of)
    return (quantity * price).where(endless, Exact.of(lines["amount"])), unit


def _totals(lines: pl.DataFrame, tolerances: Sequence[Tolerance]) -> pl.DataFrame:
    given = pl.col("invoice_total").is_not_null()
    documents = lines.select("invoice_id", "invoice_total").filter(given)
    if documents.is_empty():
        return no_findings()
    mine = lines.select("invoice_id", "line_type", "amount", "tax_amount").join(documents, on="invoice_id", how="semi")
    summed = lines.join(_document_sums(mine), on="invoice_id", how="left", maintain_order="left")

    def expected(part: pl.DataFrame) -> tuple[Exact, Exact]:
        tax = part["invoice_tax"].cast(EXACT).zip_with(part["invoice_tax"].is_not_null(), part["tax_sum"])
        return Exact.of(part["net_sum"]) + Exact.of(tax), Exact.ones(part.height)

    columns = ("invoice_tax", "net_sum", "tax_sum")
    what = Measured("total", "invoice_total_variance", "invoice_total", columns, expected, minor_unit())
    return measured_findings(summed, given, what, tolerances)


def _document_sums(lines: pl.DataFrame) -> pl.DataFrame:
    """Return per document the sum of its lines without tax, and of its tax amounts and tax lines."""
    is_tax = pl.col("line_type") == "tax"
    split = lines.select(
        "invoice_id",
        pl.when(~is_tax).then("amount").otherwise(0).cast(EXACT).alias("net_sum"),
        (pl.when(is_tax).then("amount").otherwise(0) + pl.col("tax_amount").fill_null(0)).cast(EXACT).alias("tax_sum"),
    )
    return group_sums(split, ["invoice_id"], "net_sum", "tax_sum")
