"""Document sums: what the lines of each invoice document come to, and what tax they tell of or ought to."""

from __future__ import annotations

import polars as pl

from recon.engine.exact import Exact, group_sums, in_parts
from recon.engine.joins import with_columns_of
from recon.tables import EXACT

IS_TAX = pl.col("line_type") == "tax"
TOLD = pl.col("tax_amount").is_not_null() | (IS_TAX & pl.col("amount").is_not_null())
RATE = pl.coalesce("order_tax_rate", "tax_rate")
"""The order's, else the line's own."""
TAXED = ~IS_TAX & (pl.col("amount") != 0)


def with_document_sums(lines: pl.DataFrame) -> pl.DataFrame:
    """Add to lines what those of their document (`invoice_id`; none is set aside) come to.

    `net_sum`: lines that are not tax. `tax_told`: tax amounts and tax lines, null where there are none. `tax_expected`:
    rates x amounts, null where not all rates are known. `tax_billed`: the header's tax, else what is told, else what the
    total is above the lines. `implied`: that last. `document_lines`: how many there are.
    """
    needed = lines.select(
        "invoice_id", "line_type", "amount", "tax_amount", "tax_rate", "order_tax_rate", "source", "row"
    )
    sums = in_parts(needed, "invoice_id", _sums)
    total, net = pl.col("invoice_total").cast(EXACT), pl.col("net_sum")
    above = ((total > net) & (net >= 0)) | ((total < net) & (net < 0))
    implied = pl.when(above & pl.col("invoice_tax").is_null() & pl.col("tax_told").is_null()).then(total - net)
    summed = with_columns_of(lines, sums, "invoice_id").with_columns(implied.alias("implied"))
    billed = pl.coalesce(pl.col("invoice_tax").cast(EXACT), "tax_told", "implied")
    return summed.with_columns(billed.alias("tax_billed"))


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    split = lines.select(
        "invoice_id",
        pl.when(~IS_TAX).then("amount").otherwise(0).cast(EXACT).alias("net_sum"),
        (pl.when(IS_TAX).then("amount").otherwise(0) + pl.col("tax_amount").fill_null(0)).cast(EXACT).alias("tax_told"),
        _taxes(lines).alias("tax_expected"),
    )
    sums = group_sums(split, ["invoice_id"], "net_sum", "tax_told", "tax_expected")
    known = lines.group_by("invoice_id").agg(
        TOLD.any().alias("_told"), (TAXED & RATE.is_null()).any().alias("_open"), pl.len().alias("document_lines")
    )
    return with_columns_of(sums, known, "invoice_id").select(
        "invoice_id",
        "net_sum",
        "document_lines",
        pl.when("_told").then("tax_told").alias("tax_told"),
        pl.when(~pl.col("_open")).then("tax_expected").alias("tax_expected"),
    )


def _taxes(lines: pl.DataFrame) -> pl.Series:
    """Return rate x amount of lines that are taxed; a rate below 1 is a share, else a percentage."""
    taxed = lines.select(
        pl.when(TAXED).then(RATE).fill_null(0).alias("rate"), pl.when(TAXED).then("amount").fill_null(0).alias("amount")
    )
    rate, amount = Exact.of(taxed["rate"]), Exact.of(taxed["amount"])
    hundredfold = (rate * 100).where(taxed["rate"].abs() < 1, rate) * amount
    return Exact(hundredfold.ints, hundredfold.scale + 2, hundredfold.bound).reduced_decimal()
