"""Conservation: every row that came in is in exactly one place of what goes out, and so is every amount."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from recon.engine.sums import group_sums
from recon.errors import InvariantError
from recon.kinds import NO_CURRENCY
from recon.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.tables import Sources

PLACE = ["source", "row"]
EXACTLY = Context(prec=60)
"""Python's own context rounds sums to 28 digits."""


@dataclass(frozen=True)
class Places:
    """How many rows, and the sum of what their places (`source`, `row`) hash to: equal for the same rows in any order."""

    rows: int = 0
    mark: int = 0

    @classmethod
    def of(cls, *frames: pl.DataFrame) -> Places:
        """Take the places of all rows of the frames."""
        marks = [frame.select(pl.struct(PLACE).hash().cast(pl.Int128).sum()).item() for frame in frames]
        return cls(sum(frame.height for frame in frames), sum(int(mark or 0) for mark in marks))

    def __add__(self, other: Places) -> Places:
        return Places(self.rows + other.rows, self.mark + other.mark)


def places(sources: Sources) -> dict[str, Places]:
    """Return the places of every row that was read, table by table, rejects among them."""
    return {table: Places.of(getattr(sources, table), _of(sources.rejects, table)) for table in TABLES}


def places_out(results: Mapping[str, pl.DataFrame]) -> dict[str, Places]:
    """Return the places of the rows of results, of `rejects` and `left_out` too where they are among them."""
    beside = [results[name] for name in ("rejects", "left_out") if name in results]
    return {
        table: Places.of(*([results[table]] if table in results else []), *(_of(frame, table) for frame in beside))
        for table in TABLES
    }


def conserve(came: Mapping[str, Places], went: Mapping[str, Places]) -> None:
    """Raise InvariantError unless each row that came in went out once, and once only."""
    for table, read in came.items():
        if read != went[table]:
            raise InvariantError(
                f"{table}: {read.rows} rows came in and {went[table].rows} went out, or not the same ones",
                hint="This is a bug in recon; nothing is published.",
            )


def _of(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    return frame.filter(pl.col("table") == table)


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
