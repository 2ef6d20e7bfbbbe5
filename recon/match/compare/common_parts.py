"""Common parts: what an order's lines and its bills come to in one fraction, where tax was taken out of their prices."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.exact import Exact, quotient
from recon.engine.joins import among, constant, where, with_columns_of
from recon.engine.parts import in_parts
from recon.kinds import EXACT
from recon.match.compare.document_sums import MILLION, common, largest_of
from recon.match.compare.measured import amounts
from recon.match.prices import price_of_order

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = {"value": "ordered", "received_value": "received_net"}
"""What an order line comes to -> the whole numbers of 1/unit that it is the value of."""


def with_parts(lines: pl.DataFrame, orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add `parts` to invoice lines (with their `head`) and orders, and in 1/parts `amount_parts`, `value_parts`, `received_value_parts`.

    Mostly `parts` is 1. Where prices had tax in them, amounts and values that do not end are whole in such parts of the head.
    """
    headed = where(lines, lines["by_header"])["head"].drop_nulls().unique()
    if headed.is_empty() and all(rows["price_den"].null_count() == rows.height for rows in (lines, orders)):
        return _in_ones(lines, orders)
    taxed = pl.col("price_den").is_not_null() & (pl.col("price_den") != 1)
    dens = [
        lines.filter(taxed & pl.col("head").is_not_null())[["head", "price_den"]],
        orders.filter(taxed & ~pl.col("contradicts_itself"))[["head", "price_den"]],
    ]
    times = pl.concat(dens).select("head", times=(pl.col("price_den") * MILLION).cast(pl.Int64))
    found = pl.concat([times, _endless(orders, headed)]).unique().sort("head", "times")
    if found.is_empty():
        return _in_ones(lines, orders)
    grouped = found.group_by("head", maintain_order=True).agg("times")
    sizes = [
        lines.group_by("head").agg(size=largest_of(["amount"])),
        orders.group_by("head").agg(worth=largest_of([*VALUES])),
    ]
    sized = reduce(lambda told, each: with_columns_of(told, each, "head"), sizes, grouped)
    told = sized.select("times", pl.max_horizontal("size", "worth")).rows()
    counts = [common([one * MILLION for one in each], size) for each, size in told]
    parts = grouped.select("head", pl.Series("parts", counts, dtype=pl.Int64))
    return _counted(lines, parts, _billed), _counted(orders, parts, _valued)


def _endless(orders: pl.DataFrame, heads: pl.Series) -> pl.DataFrame:
    """Return head, `times` (millionths): in how many parts what came of orders with a bill by header ends, where it may not."""
    asked = orders.filter("counts", among("head", heads)).select(
        "head", "unit", per=pl.coalesce("price_unit", pl.lit(1))
    )
    odd = [_odd(unit * per.as_integer_ratio()[0]) for unit, per in asked[["unit", "per"]].rows()]
    kept = pl.Series([MILLION * one if 1 < one <= MILLION**2 else None for one in odd], dtype=pl.Int64)
    return asked.select("head", times=kept).drop_nulls()


def _odd(number: int) -> int:
    """Return what no power of ten is a multiple of."""
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    return number


def _in_ones(lines: pl.DataFrame, orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    ones = (constant(1, rows.height, pl.Int64).alias("parts") for rows in (lines, orders))
    whole = [orders[c].alias(f"{c}_parts") for c in VALUES]
    return lines.hstack([next(ones), lines["amount"].alias("amount_parts")]), orders.hstack([next(ones), *whole])


def _counted(rows: pl.DataFrame, parts: pl.DataFrame, count: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    placed = with_columns_of(rows, parts, "head").with_columns(pl.col("parts").fill_null(1)).with_row_index("_at")
    return in_parts(placed, "_at", count, unbounded=True).drop("_at")


def _billed(lines: pl.DataFrame) -> pl.DataFrame:
    top, per = amounts(lines)
    counted = quotient(top * Exact.of(lines["parts"]), per)
    known = pl.when(pl.col("amount").is_not_null()).then("amount_parts").cast(EXACT)
    return lines.with_columns(counted.alias("amount_parts")).with_columns(known.alias("amount_parts"))


def _valued(orders: pl.DataFrame) -> pl.DataFrame:
    """Add the values of whole numbers of 1/unit at the order's price; where it goes by amount they are the value."""
    parts, unit = Exact.of(orders["parts"]), Exact.of(orders["unit"])
    price, per = price_of_order(orders)
    found = {}
    for name, count in VALUES.items():
        number = Exact.of(orders[count]) * parts
        found[f"{name}_parts"] = quotient(number, unit).zip_with(
            orders["by_amount"], quotient(number * price, unit * per)
        )
    return orders.with_columns(**found)
