"""Added: what discounts and corrections come to in the price of another line, exactly, whatever tax was taken out of either."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import lcm

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import rows_of, with_columns_of
from recon.engine.parts import in_parts
from recon.engine.sums import group_sums
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
    ended = counted.filter(pl.col("parts").is_null()).with_columns(amount="amount_num")
    odd = counted.drop_nulls("parts")
    whole = pl.concat([ended, in_parts(odd, "_at", _in_parts_of_line, unbounded=True)]) if odd.height else ended
    told = group_sums(whole, [by], "amount").rename({by: "line_id", "amount": f"{name}_num"})
    ends = counted.select(pl.col(by).alias("line_id"), pl.col("parts").alias(f"{name}_parts")).unique()
    return with_columns_of(with_columns_of(sums, told, "line_id"), ends, "line_id")


def _parts_of_lines(parts: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return `by`, `parts`, of lines of other taxes: in how many all that is added to them ends; 1, so ten places, if too many."""
    rates = [pl.col("den"), pl.col("price_den").fill_null(1)]
    others = parts.filter(rates[1] != rates[0]).select(by, pl.concat_str(rates, separator="/").alias("parts"))
    kinds = others.group_by(by).agg(pl.col("parts").unique().sort().str.join(" "))
    ends = {kind: Decimal(_ends(kind)) for kind in kinds["parts"].unique()}
    return kinds.with_columns(pl.col("parts").replace_strict(ends, return_dtype=EXACT))


def _ends(kind: str) -> int:
    """Return the least number that makes shares like `1.07/1.2 1.19/1.2` whole in so many parts."""
    shares = [[Fraction(each) for each in share.split("/")] for share in kind.split()]
    count = lcm(*((den / own).denominator for den, own in shares if own))
    return count if count <= MOST_PARTS else 1


def _in_parts_of_line(parts: pl.DataFrame) -> pl.DataFrame:
    """Return amounts times `den` and `parts`; of those that have the same tax taken out `den` is what they were divided by."""
    same = (pl.col("price_den") == pl.col("den")).fill_null(value=False)
    given, den, own, count = (
        Exact.of(column)
        for column in parts.select(
            pl.coalesce("amount_num", pl.col("amount").cast(EXACT)),
            pl.when(same).then(1).otherwise("den").cast(EXACT).alias("den"),
            pl.when(same).then(1).otherwise(pl.col("price_den").fill_null(1)).cast(EXACT).alias("own"),
            "parts",
        )
    )
    return parts.with_columns(quotient(given * den * count, own).alias("amount"))
