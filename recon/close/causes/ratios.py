"""Constant ratios: where most prices of a scope are the order's times one and the same number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact
from recon.engine.parts import in_parts
from recon.kinds import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST_FACTS, LEAST_INVOICES, LEAST_ITEMS = 5, 2, 3
SHARE = Fraction(4, 5)
INFORMATIVE = 100
"""What rounding may hide, up and down, must be at most one in so many of the price."""
UNITS = (12, 144, 6, 24, 10, 100, 1000)
"""How many of a unit another one holds; the powers of ten are price units, too."""
NEAR = 0.02
FACT = ("what", "ordered_price", "billed")
RATIO = pl.struct("top", "bottom")


def fitting(lines: pl.DataFrame, scope: Sequence[str], taxes: Iterable[Fraction]) -> pl.DataFrame:
    """Return the best ratio of each scope of priced lines that many of its variances have.

    Columns: `scope`, `top`, `bottom` (the ratio is their quotient), `known` (a unit, a price unit or a tax), `facts` that fit of
    `informative`, `items`, `invoices`, and `others`: further known ratios that fit as many as are needed.
    """
    facts = _facts(lines, scope)
    tried = facts.join(_candidates(facts, scope, taxes), on=list(scope), nulls_equal=True)
    held = tried.with_columns(fits(tried)).filter("informative")
    by = [*scope, "top", "bottom", "known"]
    counted = held.group_by(by).agg(
        informative=pl.len(),
        facts=pl.col("fits").sum(),
        items=pl.col("what").filter("fits").n_unique(),
        invoices=pl.col("keys").filter("fits").list.explode().n_unique(),
    )
    enough = counted.filter(
        pl.col("facts") >= LEAST_FACTS,
        pl.col("facts") * SHARE.denominator >= pl.col("informative") * SHARE.numerator,
        pl.col("items") >= LEAST_ITEMS,
        pl.col("invoices") >= LEAST_INVOICES,
    )
    ranked = enough.sort(*scope, pl.col("facts"), "known", "bottom", "top", descending=[*[False] * len(scope), True, True, False, False], nulls_last=True)  # fmt: skip
    others = ranked.filter("known").group_by(scope).agg(known_ratios=RATIO)
    best = ranked.unique(scope, keep="first", maintain_order=True)
    return best.join(others, on=list(scope), how="left", nulls_equal=True, maintain_order="left")


def fits(lines: pl.DataFrame) -> list[pl.Series]:
    """Return `fits`, whether the billed price is the ordered one times top / bottom as far as rounding lets one tell,
    `informative` and `equal` (fits the ratio 1) of lines with prices, places, `top` and `bottom`.
    """
    numbered = lines.select(
        "source", "row", "billed", "ordered_price", "places_billed", "places_ordered", "top", "bottom"
    ).with_row_index("at")
    done = in_parts(numbered, "at", lambda part: part.with_columns(_fits(part)))
    return [done["fits"], done["informative"], done["equal"]]


def _fits(part: pl.DataFrame) -> list[pl.Series]:
    billed, ordered = Exact.of(part["billed"]), Exact.of(part["ordered_price"])
    step_billed, step_ordered = (_steps(part[name]) for name in ("places_billed", "places_ordered"))
    top, bottom = (Exact.of(part[name].cast(EXACT)) for name in ("top", "bottom"))
    hidden = step_billed * bottom + step_ordered * top
    away = abs(billed * bottom - ordered * top) * 2
    plain = abs(billed - ordered) * 2
    return [
        (~(away > hidden)).alias("fits"),
        (~(hidden * INFORMATIVE > billed * bottom)).alias("informative"),
        (~(plain > step_billed + step_ordered)).alias("equal"),
    ]


def _steps(places: pl.Series) -> Exact:
    """Return the last written place of a number with so many places: 0.01 of two."""
    known = {n: f"{Decimal(1).scaleb(-n):f}" for n in range(11)}
    return Exact.of(places.replace_strict(known, return_dtype=pl.String).cast(EXACT))


def _facts(lines: pl.DataFrame, scope: Sequence[str]) -> pl.DataFrame:
    """Return the distinct facts of each scope whose prices differ, with the invoices that they stand on."""
    same = lines.with_columns(top=pl.lit(1), bottom=pl.lit(1))
    apart = same.with_columns(fits(same)).filter(~pl.col("equal")).drop("top", "bottom")
    return (
        apart.group_by(*scope, *FACT)
        .agg(
            pl.col("source", "row").first(),
            pl.col("places_billed", "places_ordered").first(),
            keys=pl.col("invoice_key").unique(),
        )
        .sort(*scope, *FACT, nulls_last=True)
    )


def _candidates(facts: pl.DataFrame, scope: Sequence[str], taxes: Iterable[Fraction]) -> pl.DataFrame:
    """Return the ratios worth trying in each scope with enough facts: known ones near its median, and the median rounded."""
    middle = pl.col("billed").cast(pl.Float64) / pl.col("ordered_price").cast(pl.Float64)
    medians = facts.group_by(scope).agg(n=pl.len(), middle=middle.median()).filter(pl.col("n") >= LEAST_FACTS)
    known = {*map(Fraction, UNITS), *(1 / Fraction(unit) for unit in UNITS), *(1 + tax for tax in taxes)}
    ratios = pl.DataFrame(
        [(ratio.numerator, ratio.denominator) for ratio in sorted(known) if ratio != 1],
        schema={"top": pl.Int64, "bottom": pl.Int64},
        orient="row",
    ).with_columns(known=pl.lit(value=True))
    near = medians.join(ratios, how="cross").filter(
        (pl.col("top") / pl.col("bottom") / pl.col("middle") - 1).abs() <= NEAR
    )
    every = pl.concat([near.select(*scope, "top", "bottom", "known"), *_rounded(medians, scope)])
    apart = every.filter(pl.col("top") != pl.col("bottom"), pl.col("top") > 0, pl.col("bottom") > 0)
    value = (pl.col("top") / pl.col("bottom")).round(9).alias("_value")
    sorted_ = apart.with_columns(value).sort(*scope, "known", "bottom", descending=[*[False] * len(scope), True, False])
    return sorted_.unique([*scope, "_value"], keep="first", maintain_order=True).drop("_value")


def _rounded(medians: pl.DataFrame, scope: Sequence[str]) -> list[pl.DataFrame]:
    """Return the median of each scope to one to four places, or where it is small, one over that."""
    small = pl.col("middle") < 0.5
    tame = medians.filter(pl.col("middle").is_between(1e-5, 1e5))
    made = []
    for places in range(5):
        scale = 10**places
        whole = (pl.when(small).then(1 / pl.col("middle")).otherwise("middle") * scale).round().cast(pl.Int64)
        top, bottom = pl.when(small).then(pl.lit(scale)).otherwise(whole), pl.when(small).then(whole).otherwise(scale)
        made.append(
            tame.select(*scope, top=top.cast(pl.Int64), bottom=bottom.cast(pl.Int64), known=pl.lit(value=False))
        )
    return made
