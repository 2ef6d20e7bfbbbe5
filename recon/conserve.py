"""Conservation: every row that came in is in exactly one place of what goes out, and so is every amount."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from recon.errors import InvariantError
from recon.exact import group_sums
from recon.tables import NO_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.tables import Sources

TABLES = ("order_lines", "receipt_lines", "invoice_lines")
PLACE = ["source", "row"]
EXACTLY = Context(prec=60)
"""Python's own context rounds sums to 28 digits."""


def places(sources: Sources) -> dict[str, pl.DataFrame]:
    """Return `source` and `row` of every row that was read, table by table, rejects among them."""
    return {t: pl.concat([getattr(sources, t).select(PLACE), _of(sources.rejects, t)]) for t in TABLES}


def conserve(came: Mapping[str, pl.DataFrame], results: Mapping[str, pl.DataFrame]) -> None:
    """Raise InvariantError unless each row of `places` is once, and once only, in a result, `rejects` or `left_out`."""
    for table, read in came.items():
        beside = (_of(results["rejects"], table), _of(results["left_out"], table))
        placed = pl.concat([results[table].select(PLACE), *beside])
        if not read.sort(PLACE, nulls_last=True).equals(placed.sort(PLACE, nulls_last=True)):
            raise InvariantError(
                f"{table}: {read.height} rows came in and {placed.height} went out, or not the same ones",
                hint="This is a bug in recon; nothing is published.",
            )


def _of(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    return frame.filter(pl.col("table") == table).select(PLACE)


def amounts(frame: pl.DataFrame, currency: str = "currency") -> dict[str, Decimal]:
    """Return the exact sum of `amount` per currency (XXX where there is none), unknown amounts skipped."""
    known = frame.filter(pl.col("amount").is_not_null()).with_columns(
        pl.col(currency).fill_null(NO_CURRENCY).alias("_currency")
    )
    if known.is_empty():
        return {}
    sums = group_sums(known, ["_currency"], "amount").sort("_currency")
    return dict(zip(sums["_currency"].to_list(), sums["amount"].to_list(), strict=True))


def added(*sums: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return the sums added up per currency."""
    currencies = sorted({c for s in sums for c in s})
    return {c: reduce(EXACTLY.add, (s[c] for s in sums if c in s), Decimal(0)) for c in currencies}


def balance(read: dict[str, Decimal], placed: dict[str, Decimal]) -> dict[str, dict[str, Decimal]]:
    """Return in, out and difference per currency; raise InvariantError where one is not 0."""
    zero = Decimal(0)
    sides = {c: (read.get(c, zero), placed.get(c, zero)) for c in sorted({*read, *placed})}
    for currency, (came, went) in sides.items():
        if came != went:
            raise InvariantError(f"invoice amounts in {currency}: {came} came in and {went} went out")
    return {c: {"in": came, "out": went, "difference": came - went} for c, (came, went) in sides.items()}
