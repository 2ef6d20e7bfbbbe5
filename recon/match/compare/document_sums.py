"""Document sums: what the lines of each invoice document come to, and what tax they tell of or ought to."""

from __future__ import annotations

from itertools import product
from math import gcd, lcm
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import constant, equal_to, known, only, where, with_columns_of
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
from recon.kinds import EXACT
from recon.match.compare.measured import FRACTION, amounts, with_fractions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

MILLION = 10**6
MOST_PARTS = 10**5
"""So many parts fit whatever is billed: three rates of tax can be taken out of the prices of one document."""
ROOM = 10**15
"""What is billed, in its parts, is less, so that what it is multiplied with fits, too: small amounts may have more parts."""
MONEY = ("amount", "tax_amount", "invoice_net", "invoice_tax", "invoice_total")
IS_TAX = pl.col("line_type") == "tax"
TOLD = pl.col("tax_amount").is_not_null() | (IS_TAX & pl.col("amount").is_not_null())
RATE = pl.coalesce("order_tax_rate", "tax_rate")
"""The order's, else the line's own."""
TAXED = ~IS_TAX & (pl.col("amount") != 0)


def with_document_sums(lines: pl.DataFrame) -> pl.DataFrame:
    """Add to lines what those of their document (`invoice_id`; none is set aside) come to.

    `tax_told`: tax amounts and tax lines, null where there are none. `tax_expected`:
    rates x amounts, null where not all rates are known. `tax_billed`: the header's tax, else what is told, else what the
    total is above the lines. `implied`: that last. `document_lines`: how many there are. Of the lines that are not tax, of
    `tax_expected`, `tax_billed` and `implied` the exact numbers are `net_num`, `tax_num`, `billed_num` and `implied` over
    `document_den`: an amount that was derived, or had tax in it, may not end.
    """
    sums = in_parts(_in_common_parts(lines), "invoice_id", _sums)
    summed = with_columns_of(lines, sums, "invoice_id")
    total, tax, told = (pl.col(c).cast(EXACT) * pl.col("document_den") for c in ("invoice_total", "invoice_tax", "tax_told"))  # fmt: skip
    net = pl.col("net_num")
    above = ((total > net) & (net >= 0)) | ((total < net) & (net < 0))
    silent = pl.col("invoice_tax").is_null() & pl.col("tax_told").is_null()
    implied = pl.when(above & silent).then(total - net)
    billed = summed.with_columns(
        implied.alias("implied"), pl.coalesce(tax, told, implied).cast(EXACT).alias("billed_num")
    )
    return billed.hstack([_over_den(billed).alias("tax_billed")])


def _over_den(lines: pl.DataFrame) -> pl.Series:
    """Return `billed_num` over `document_den`, which few documents need to be other than 1."""
    numbers = lines.get_column("billed_num")
    if (lines.get_column("document_den") == 1).all():
        return numbers
    placed = lines.select("billed_num", "document_den", "source", "row", _at=pl.int_range(pl.len()))
    return in_parts(placed, "_at", lambda part: part.select(quotient(Exact.of(part["billed_num"]), Exact.of(part["document_den"]))), unbounded=True).to_series()  # fmt: skip


def _in_common_parts(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `numerator`, each line's amount as so many parts of 1/`document_den`, which few documents need to be other than 1."""
    columns = (
        "invoice_id", "line_type", *MONEY, "tax_rate", "order_tax_rate", "quantity", "unit_price", "price_unit", "endless",
        "source", "row",
    )  # fmt: skip
    needed = with_fractions(only(lines, [c for c in lines.columns if c in columns or c in FRACTION]))
    by_amount, taxed = equal_to(needed["endless"], "amount"), known(needed["price_den"])
    endless = where(needed, by_amount | taxed)
    if endless.is_empty():
        den = constant(1, needed.height, pl.Int64).alias("document_den")
        return needed.hstack([needed["amount"].alias("numerator"), den])
    odd = (pl.col("endless") == "amount").fill_null(value=False)
    per = (pl.when(odd).then("price_unit").otherwise(1), pl.col("price_den").fill_null(1))
    units = endless.group_by("invoice_id").agg(
        unit=(per[0] * MILLION).cast(pl.Int64).unique(), den=(per[1] * MILLION).cast(pl.Int64).unique()
    )
    sized = with_columns_of(units, needed.group_by("invoice_id").agg(size=largest_of(MONEY)), "invoice_id")
    told = sized[["unit", "den", "size"]].rows()
    commons = [common([one * other for one, other in product(unit, den)], size) for unit, den, size in told]
    dens = units.select("invoice_id", pl.Series("document_den", commons, dtype=pl.Int64))
    placed = with_columns_of(needed, dens, "invoice_id").with_columns(pl.col("document_den").fill_null(1))
    return in_parts(placed, "invoice_id", _counted, unbounded=True)


def common(units: list[int], size: Decimal | None) -> int:
    """Return what units, in billionths of a thousandth, divide; 1 where that is too much: then ten places have to do.

    `size` bounds what is counted in it.
    """
    common = lcm(*units) // gcd(lcm(*units), MILLION**2)
    return common if common <= max(MOST_PARTS, ROOM // (int(size or 0) + 1)) else 1


def largest_of(columns: Sequence[str]) -> pl.Expr:
    """Return what the magnitudes of some columns, of all rows together, are not more than."""
    return pl.max_horizontal(pl.col(c).abs().max().cast(EXACT) for c in columns) * pl.len() * len(columns)


def _counted(lines: pl.DataFrame) -> pl.DataFrame:
    top, per = amounts(lines)
    parts = Exact.of(lines["document_den"])
    numerator = quotient(top * parts, per)
    return lines.with_columns(numerator.alias("numerator"))


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    split = lines.select(
        "invoice_id",
        (pl.when(IS_TAX).then("amount").otherwise(0) + pl.col("tax_amount").fill_null(0)).cast(EXACT).alias("tax_told"),
        pl.when(~IS_TAX).then("numerator").otherwise(0).cast(EXACT).alias("net_num"),
        _taxes(lines).alias("tax_num"),
    )
    sums = group_sums(split, ["invoice_id"], "tax_told", "net_num", "tax_num")
    told = lines.group_by("invoice_id").agg(
        TOLD.any().alias("_told"),
        (TAXED & RATE.is_null()).any().alias("_open"),
        pl.len().alias("document_lines"),
        pl.col("document_den").first(),
    )
    both = with_columns_of(sums, told, "invoice_id")
    expected = quotient(Exact.of(both["tax_num"]), Exact.of(both["document_den"]))
    return both.select(
        "invoice_id",
        "net_num",
        "tax_num",
        "document_den",
        "document_lines",
        pl.when("_told").then("tax_told").alias("tax_told"),
        pl.when(~pl.col("_open")).then(expected).alias("tax_expected"),
    )


def _taxes(lines: pl.DataFrame) -> pl.Series:
    """Return rate x amount of lines that are taxed; a rate below 1 is a share, else a percentage."""
    taxed = lines.select(
        pl.when(TAXED).then(RATE).fill_null(0).alias("rate"),
        pl.col("numerator").fill_null(0).alias("amount"),
    )
    rate, amount = Exact.of(taxed["rate"]), Exact.of(taxed["amount"])
    hundredfold = (rate * 100).where(Exact.ones(lines.height) > abs(rate), rate) * amount
    return Exact(hundredfold.numbers, hundredfold.scale + 2, hundredfold.bound).reduced_decimal()
