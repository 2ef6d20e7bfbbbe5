"""Added: what discounts and corrections come to in the price of another line, exactly, whatever tax was taken out of either."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import polars as pl

from recon.engine.exact import Exact, group_sums, in_parts, quotient
from recon.engine.joins import rows_of, with_columns_of
from recon.kinds import EXACT

ADDED = ("amount", "amount_num", "price_den", "source", "row")
MOST_PARTS = 10**5


def added_to(parts: pl.DataFrame, by: str, lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return line_id, `name`, `name`_num, `name`_parts: what lines (with ADDED) come to that are added to the line whose id they have in `by`.

    `name`_num is that times the `price_den` of the line they are added to, null where it has none. Where it has another
    tax in it than they, that may not end: there it is times `name`_parts, too.
    """
    dens = rows_of(lines, parts[by])["price_den"] if parts.height else parts["price_den"]
    own = parts.select(by, *ADDED, den=dens, _at=pl.int_range(pl.len()))
    taxed = own.filter(pl.col("den").is_not_null())
    sums = group_sums(own, [by], "amount").rename({by: "line_id", "amount": name})
    if taxed.is_empty():
        return sums.with_columns(pl.lit(None, EXACT).alias(f"{name}_{of}") for of in ("num", "parts"))
    counted = with_columns_of(taxed, _parts_of_lines(taxed, by), by)
    scaled = group_sums(in_parts(counted, "_at", _in_parts_of_line, unbounded=True), [by], "amount")
    told = with_columns_of(scaled, counted[[by, "parts"]].unique(), by)
    return with_columns_of(
        sums, told.rename({by: "line_id", "amount": f"{name}_num", "parts": f"{name}_parts"}), "line_id"
    )


def _parts_of_lines(parts: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return `by`, `parts`: in how many all that is added to a line of other taxes ends; 1, so ten places, where those are too many."""
    others = parts.filter(pl.col("price_den").ne_missing(pl.col("den"))).group_by(by, maintain_order=True)
    dens = others.agg("den", pl.col("price_den").fill_null(1))
    shares = [
        [Fraction(one) / Fraction(of) for one, of in zip(*each, strict=True) if of]
        for each in dens[["den", "price_den"]].rows()
    ]
    counts = [lcm(*(share.denominator for share in each)) for each in shares]
    return dens.select(
        by, pl.Series("parts", [count if count <= MOST_PARTS else 1 for count in counts], dtype=pl.Int64).cast(EXACT)
    )


def _in_parts_of_line(parts: pl.DataFrame) -> pl.DataFrame:
    """Return amounts times `den` and `parts`; of those that have the same tax taken out `den` is what they were divided by."""
    same = (pl.col("price_den") == pl.col("den")).fill_null(value=False)
    given, den, own, count = (
        Exact.of(column)
        for column in parts.select(
            pl.coalesce("amount_num", pl.col("amount").cast(EXACT)),
            pl.when(same).then(1).otherwise("den").cast(EXACT).alias("den"),
            pl.when(same).then(1).otherwise(pl.col("price_den").fill_null(1)).cast(EXACT).alias("own"),
            pl.col("parts").fill_null(1),
        )
    )
    return parts.with_columns(quotient(given * den * count, own).alias("amount"))
